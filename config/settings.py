"""Django settings: the one reader of the environment. Fails loudly."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
import structlog
from csp.constants import NONCE, NONE, SELF

from config import environment
from config.environment import Misconfigured, value
from config.schedule import SCHEDULE

django_stubs_ext.monkeypatch()  # lets `ModelAdmin[User]` and its like be written at run time
environment.read_files()

BASE_DIR = environment.ROOT
MODE = value("FORTHRIGHT_MODE")
if MODE not in ("production", "local", "test"):
    raise Misconfigured(f"FORTHRIGHT_MODE is {MODE!r}; it must be production, local or test.")
if gaps := environment.missing():
    names = ", ".join(variable.name for variable in gaps)
    raise Misconfigured(
        f"{names} not set. `make run` sets everything for trying it out; "
        "for production see .env.example, one line for each variable."
    )
PRODUCTION = MODE == "production"
LOCAL = MODE == "local"
TESTING = MODE == "test"

# --- who we are on the network
SECRET_KEY = value("SECRET_KEY")
DEBUG = False
PUBLIC_URL = value("PUBLIC_URL").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in ("http", "https") or not _public.hostname:
    raise Misconfigured("PUBLIC_URL must look like https://privacy.example.org.")
if PRODUCTION and _public.scheme != "https":
    raise Misconfigured("PUBLIC_URL must be https in production.")
ALLOWED_HOSTS = [host.strip() for host in value("ALLOWED_HOSTS").split(",") if host.strip()] or [
    _public.hostname
]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- sealing keys
SEALING_KEYS: list[tuple[str, bytes]] = []
for entry in value("SEALING_KEYS").split(","):
    key_id, _, encoded = entry.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not key_id.isalnum() or len(key_id) > 8 or len(key) != 32:
        raise Misconfigured(
            "SEALING_KEYS wants `id:base64`, id of at most 8 letters or digits, 32 bytes each."
        )
    SEALING_KEYS.append((key_id, key))

# --- engines
# The name that `make run` gives its database and its broker's user.
if PRODUCTION and "forthright_embedded" in value("DATABASE_URL") + value("REDIS_URL"):
    raise Misconfigured(
        "the embedded engines are for trying out; production needs a PostgreSQL and Redis of its own."
    )
DATABASES = {
    "default": {
        **environ.Env.db_url_config(value("DATABASE_URL")),
        "CONN_MAX_AGE": 0 if TESTING else 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
# Lists end after a page, which estimates do not know: PostgreSQL would compile queries for longer than it runs them.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise Misconfigured("DATABASE_URL must name a PostgreSQL database; no other engine is supported.")
REDIS_URL = value("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "fr",
    }
}

# --- apps
INSTALLED_APPS = [
    "audit",
    "accounts",
    "policies",
    "incidents",
    "stakeholders",
    "notifications",
    "insights",
    "config",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "pgtrigger",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "django_filters",
    "django_htmx",
    "lucide",
    "csp",
]
MIDDLEWARE = [
    "config.surge.NoticePages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.SignedOut",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.drafts.DraftsSaved",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.second_step.SecondStep",
    "config.drawing.DrawingLimits",
    "config.middleware.InputLimits",
    "config.middleware.OwnZone",
    "config.middleware.KeptPrivate",
    "config.middleware.WhoRead",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "insights.navigation.navigation",
            ],
            "builtins": ["config.ui", "django_htmx.templatetags.django_htmx"],
        },
    }
]
FORM_RENDERER = "config.ui.widgets.Renderer"

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
BREACHED_PASSWORDS_FILE = value("BREACHED_PASSWORDS_FILE")
if BREACHED_PASSWORDS_FILE and not Path(BREACHED_PASSWORDS_FILE).is_file():
    raise Misconfigured("BREACHED_PASSWORDS_FILE names no file that can be read.")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.PredictablePasswordValidator"},
    {
        "NAME": "accounts.passwords.BreachedPasswordValidator",
        "OPTIONS": {"path": BREACHED_PASSWORDS_FILE},
    },
]
CSRF_FAILURE_VIEW = "config.resend.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_REQUIRED = (value("MFA_REQUIRED") or ("0" if LOCAL else "1")) == "1"
# Playbooks that come with us are in force from the first account on, and texts are there to begin with: a breach does
# not wait for somebody to add them. Commands that take `by` and `now`, named here because they belong to apps above.
AT_SET_UP = ("incidents.commands.add_ready_playbooks", "notifications.commands.add_ready_templates")
# How much one person draws in an hour, and at most five times that in a day; 0: no limit.
DRAWING_LIMITS = {kind: int(value(f"{kind.upper()}_PER_HOUR")) for kind in ("exports", "lookups", "searches")}
CONFIRM_AFTER = timedelta(minutes=int(value("CONFIRM_AFTER_MINUTES")))
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE = timedelta(minutes=int(value("SESSION_IDLE_MINUTES")))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- security
SECURE = _public.scheme == "https"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "forthright-session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "forthright-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXY = value("TRUSTED_PROXY") == "1"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.VeiledUploadHandler",
]
UPLOAD_LIMIT_BYTES = 200_000_000
EVIDENCE_FILE_BYTES = int(value("EVIDENCE_FILE_MB")) << 20
EVIDENCE_INCIDENT_BYTES = int(value("EVIDENCE_INCIDENT_MB")) << 20
CLAMD_ADDRESS = value("CLAMD_ADDRESS")
if CLAMD_ADDRESS and not re.fullmatch(r"unix:/.+|.+:\d{1,5}", CLAMD_ADDRESS):
    raise Misconfigured("CLAMD_ADDRESS must be host:port or unix:/path.")

# --- places and words
COUNTRIES_OVERRIDE = {"XK": "Kosovo"}  # the user-assigned code that law and trade use for it
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- files
STATE_DIR = Path(value("STATE_DIR"))
FILES_DIR = Path(value("FILES_DIR"))
ANCHOR_FILE = Path(value("ANCHOR_FILE") or STATE_DIR / "anchors.jsonl")
TIMESTAMP_URL = value("TIMESTAMP_URL")
ANCHOR_MAIL_TO = [address.strip() for address in value("ANCHOR_MAIL_TO").split(",") if address.strip()]
MAIL_CATCHER_DIR = value("MAIL_CATCHER_DIR")
MEDIA_ROOT = FILES_DIR
MEDIA_URL = ""
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None  # elsewhere files come from where they lie
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = TESTING  # or each client of a test would list every file anew

# --- mail: notices go through notifications.transport; Django's own mail is for sign-in letters only
SMTP_URL = value("SMTP_URL")
MAIL_FROM = value("MAIL_FROM")
SMTP_CONNECTIONS = int(value("SMTP_CONNECTIONS"))
SMTP_REPLY_SECONDS = float(value("SMTP_REPLY_SECONDS"))
SMTP_PER_MINUTE = int(value("SMTP_PER_MINUTE"))
SMTP_DOMAIN_PER_MINUTE = int(value("SMTP_DOMAIN_PER_MINUTE"))
DKIM_KEY_FILE = value("DKIM_KEY_FILE")
DKIM_SELECTOR = value("DKIM_SELECTOR")
if DKIM_KEY_FILE and not DKIM_SELECTOR:
    raise Misconfigured("DKIM_KEY_FILE needs DKIM_SELECTOR: under which name its other half is published.")
UNCERTAIN_POLICY = value("UNCERTAIN_POLICY")
if UNCERTAIN_POLICY not in ("resend", "park"):
    raise Misconfigured("UNCERTAIN_POLICY must be resend or park.")
_mail = environ.Env.email_url_config(SMTP_URL)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# --- the mailbox that reports come to
INTAKE_IMAP_URL = value("INTAKE_IMAP_URL")
INTAKE_ADDRESS = value("INTAKE_ADDRESS")
if INTAKE_IMAP_URL and (
    urlsplit(INTAKE_IMAP_URL).scheme not in ("imap", "imaps") or not urlsplit(INTAKE_IMAP_URL).hostname
):
    raise Misconfigured("INTAKE_IMAP_URL must look like imaps://user:password@mail.example.org/INBOX.")
if PRODUCTION and INTAKE_IMAP_URL.startswith("imap://"):
    raise Misconfigured("INTAKE_IMAP_URL must be imaps:// in production: reports do not travel in clear.")

# --- what comes back
BOUNCE_ADDRESS = value("BOUNCE_ADDRESS")
BOUNCE_IMAP_URL = value("BOUNCE_IMAP_URL")
BOUNCE_MAILDIR = value("BOUNCE_MAILDIR")
BOUNCE_WEBHOOK_SECRET = value("BOUNCE_WEBHOOK_SECRET")
if BOUNCE_ADDRESS and not re.fullmatch(r"[^\s@<>+]{1,30}@[^\s@<>]+", BOUNCE_ADDRESS):
    raise Misconfigured("BOUNCE_ADDRESS is a bare address without a plus: bounces@mail.example.org.")
if BOUNCE_IMAP_URL and (
    urlsplit(BOUNCE_IMAP_URL).scheme not in ("imap", "imaps") or not urlsplit(BOUNCE_IMAP_URL).hostname
):
    raise Misconfigured("BOUNCE_IMAP_URL must look like imaps://user:password@mail.example.org/INBOX.")
if PRODUCTION and BOUNCE_IMAP_URL.startswith("imap://"):
    raise Misconfigured("BOUNCE_IMAP_URL must be imaps:// in production: bounces name people.")
if BOUNCE_WEBHOOK_SECRET and len(BOUNCE_WEBHOOK_SECRET) < 24:
    raise Misconfigured("BOUNCE_WEBHOOK_SECRET must have at least 24 characters.")

# --- jobs: the row is the queue, a message only says "look now"
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
CELERY_REDIS_SOCKET_CONNECT_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE

LIVE_SECONDS = int(value("LIVE_SECONDS"))

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.second_step.Token",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["config.drawing.DrawingThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.Json", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.handle_refusal",
    "DEFAULT_PAGINATION_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "TOKEN_PREFIX": "fr_"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Forthright API",
    "DESCRIPTION": "Everything a page can do, through the same commands and the same door.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/img/icon.svg",
    "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
    "ENUM_NAME_OVERRIDES": {
        "TemplateChannelEnum": "notifications.models.Channel",
        "InquiryChannelEnum": "stakeholders.models.inquiry.Channel",
        "TemplateVersionStatusEnum": "notifications.lifecycle.VersionStatus",
        "CanEnum": "incidents.api.shapes.control.CANS",
        "FateEnum": "notifications.lifecycle.Fate",
        "HeldEnum": "incidents.models.lesson.Held",
        "WorkStatusEnum": "incidents.lifecycle.WorkStatus",
        "WorkRoleEnum": "incidents.playbooks.ROLE_CHOICES",
        "ViolationEnum": "incidents.models.incident.ViolationType",
    },
}

# --- logs: ids, never names or texts
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer() if PRODUCTION else structlog.dev.ConsoleRenderer(colors=False),
    ],
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": value("LOG_LEVEL")},
    "loggers": {
        # The request line holds codes of notices and reports.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
# guardian's own backend is left out on purpose: it knows nothing of a grant's end (incidents.permissions does).
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
