"""The tests and `make check`: quick hashing, short deadlines, plain static files."""

import os

from config import env as environment

environment.use(
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    # Places for checks that need no service; the test plugin names real ones before this is read.
    DATABASE_URL="postgresql://dramatis:none@127.0.0.1:1/dramatis",
    REDIS_URL="redis://127.0.0.1:1/0",
    SECRET_KEY="only-for-tests-" * 4,
    MASTER_KEYS="test:dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdC0=",
    CALIBRATION_SECONDS="3600",
    HEARING_MODEL="hears",  # so many words for so much speech, with or without the extra
    SPEECH_MODEL="tone",  # hums, with or without the extra
    CATALOGUE_SECONDS="3600",  # what one test offers is none of another one's business
    CHAT_MODELS="*",  # a test chooses how the stand-in behaves by the name of a model
    LOG_FORMAT="console",
    LOG_LEVEL="WARNING",
    DB_POOL_SIZE="6",
    # The stand-in says the same again and again: no second try, unless a test wants one.
    RETRY_REPLIES="false",
    HOT_POOL_SIZE="6",
    SHED_LAG_MS="0",  # a machine that is busy with tests refuses nobody in them
)

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import STORAGES  # noqa: E402

ENVIRONMENT = "test"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False  # found once, at the start of a process
CHIPS_SECONDS = 0
# Tasks are done at once, unless a test starts a worker for them.
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = "QUEUE_TASKS" not in os.environ
