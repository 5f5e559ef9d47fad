"""`make run` and `manage.py`: on this machine, over http, with services and secrets of its own making."""

import sys

from config import env as environment

environment.adopt_local_files()
environment.use(
    ALLOWED_HOSTS="localhost,127.0.0.1,[::1]",
    LOG_FORMAT="console",
    OUTBOUND_LOCAL="true",
    DB_POOL_SIZE="6",
    HOT_POOL_SIZE="6",
)

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import INSTALLED_APPS, STORAGES, env  # noqa: E402

ENVIRONMENT = "development"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys at http://localhost:8000
# `manage.py runserver` is for working on the code; whoever plays sees pages as production shows them.
DEBUG = "runserver" in sys.argv
if DEBUG:
    # daphne powers runserver; a second of imports that no other command should pay for.
    INSTALLED_APPS = ["daphne", *INSTALLED_APPS]
    STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if env.HOST in ("0.0.0.0", "::"):  # noqa: S104  asked for: every name that leads here
    ALLOWED_HOSTS = ["*"]
elif env.HOST not in env.ALLOWED_HOSTS:
    ALLOWED_HOSTS = [*env.ALLOWED_HOSTS, env.HOST]
