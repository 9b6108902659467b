"""How often somebody without an account may try something; counted in the cache, which may be gone."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError


def network_of(request: HttpRequest) -> str:
    """The caller's network: /24 of IPv4, /64 of IPv6, so that a neighbour's turn is not a way round."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        told = request.META.get("HTTP_X_FORWARDED_FOR", told).split(",")[-1].strip()
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def spent(request: HttpRequest, what: str, *, most: int) -> bool:
    """Whether the caller's network has used up its tries; nobody is shut out while the cache is gone."""
    try:
        return int(cache.get(_key(request, what), 0)) >= most
    except RedisError:
        return False


def count(request: HttpRequest, what: str, *, seconds: int) -> None:
    """Count one try; the count is forgotten `seconds` after the first."""
    key = _key(request, what)
    try:
        cache.add(key, 0, seconds)
        cache.incr(key)
    except (RedisError, ValueError):  # gone, or run out between the two
        return


def _key(request: HttpRequest, what: str) -> str:
    return f"limit:{what}:{network_of(request)}"
