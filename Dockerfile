# Build: docker build -t forthright .      Run: see docker-compose.yml
FROM python:3.11-slim-bookworm AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# `requirements-local.lock` adds the mail catcher, for rehearsals.
ARG LOCK=requirements.lock
COPY requirements.lock requirements-local.lock /
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --only-binary :all: -r "/$LOCK"

FROM python:3.11-slim-bookworm
# What WeasyPrint loads at run time; without it there are no PDFs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 forthright \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin forthright \
    && install -d -o forthright -g forthright -m 0700 \
        /var/lib/forthright /var/lib/forthright/state /var/lib/forthright/files /var/lib/forthright/mail
COPY --from=builder /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    STATE_DIR=/var/lib/forthright/state FILES_DIR=/var/lib/forthright/files
WORKDIR /app
COPY . .
# Settings must be readable to collect static files; none of these values stays in the image.
RUN FORTHRIGHT_MODE=production SECRET_KEY=only-while-building \
    SEALING_KEYS=b1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql://build/build REDIS_URL=redis://build PUBLIC_URL=https://build.invalid \
    SMTP_URL=smtp://build.invalid MAIL_FROM=build@build.invalid \
    python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
VOLUME ["/var/lib/forthright/state", "/var/lib/forthright/files"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "config.entry", "probe"]
ENTRYPOINT ["python", "-m", "config.entry"]
CMD ["web"]
