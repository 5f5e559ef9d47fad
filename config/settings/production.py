"""A site that strangers reach: everything by the environment, https, nothing made up."""

from config.settings.base import *  # noqa: F403
from config.settings.base import env

ENVIRONMENT = "production"
SECURE_SSL_REDIRECT = env.HTTPS
# The probes of an orchestrator come by plain http.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if env.HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.HTTPS
SECURE_HSTS_PRELOAD = env.HTTPS
SESSION_COOKIE_SECURE = env.HTTPS
CSRF_COOKIE_SECURE = env.HTTPS
LANGUAGE_COOKIE_SECURE = env.HTTPS
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.HTTPS else "http"
if env.TRUSTED_PROXY_COUNT:
    # Only a proxy that strips what visitors send under this name may be counted.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
