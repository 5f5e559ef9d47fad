"""What holds everywhere. Values that differ between sites come from the environment (config/variables/)."""

import os
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from accounts import redisplace
from config import dotenv
from config import env as environment
from config.settings.api import *  # noqa: F403
from config.settings.people import *  # noqa: F403
from config.settings.schedule import SCHEDULE

env = environment.load()
BASE_DIR = dotenv.PROJECT
VAR_DIR = env.VAR_DIR
ENVIRONMENT = "production"
DEBUG = False
SECRET_KEY = env.SECRET_KEY
MASTER_KEYS: dict[str, bytes] = env.MASTER_KEYS
"""Key id -> 32 bytes. The first one seals, all of them open."""

HOST, PORT = env.HOST, env.PORT
ALLOWED_HOSTS = env.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS: list[str] = []
OUTBOUND_LOCAL = env.OUTBOUND_LOCAL

# --- What is installed ---

INSTALLED_APPS = [
    "config",
    "accounts",
    "characters",
    "moderation",
    "memory",
    "voice",
    "stories",
    "chat",
    "operations",
    "inference",
    "allauth",
    "config.apps.EmailAddresses",
    "config.apps.SecondFactors",
    "config.apps.Identities",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "config.apps.CollectedFiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "corsheaders",
]
MIDDLEWARE = [
    "config.logs.RequestLog",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.compression.Compression",
    "config.csp.ContentSecurityPolicy",
    "config.permissions.PermissionsPolicy",
    "config.static.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.bodies.Oversized",
    "accounts.middleware.SeenToday",
    "accounts.middleware.PrivacySignal",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ProductErrorMiddleware",
    "accounts.second_factor.StaffSecondFactor",
    "moderation.handbook.HandbookFirst",
    "config.outage.Outage",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Postgres ---

DATABASE_URL = os.environ["DATABASE_URL"]
DATABASE_POOLED, DATABASE_DIRECT = env.DATABASE_POOLED, env.DATABASE_DIRECT_URL
HOT_POOL_SIZE = env.HOT_POOL_SIZE
DATABASE_WAIT_SECONDS = env.DATABASE_WAIT_SECONDS
DATABASES = {
    "default": env.DATABASE_URL
    | {
        # The pool replaces persistent connections, which leak under ASGI; the health check is what lets it
        # survive a restart of Postgres, the short timeout what keeps threads from piling up while it is away.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        # A pooler may give each read of a cursor another connection.
        "DISABLE_SERVER_SIDE_CURSORS": env.DATABASE_POOLED,
        "OPTIONS": env.DATABASE_URL.get("OPTIONS", {})
        | {
            "pool": {
                "min_size": 1,
                "max_size": env.DB_POOL_SIZE,
                "timeout": DATABASE_WAIT_SECONDS,
                "max_idle": 120,
            }
        },
    }
}
REPLICA_LAG_SECONDS = env.REPLICA_LAG_SECONDS
if env.DATABASE_REPLICA_URL:
    # A second is enough to wait for what the database itself can tell too.
    patience = {"pool": DATABASES["default"]["OPTIONS"]["pool"] | {"min_size": 0, "timeout": 1}}
    # One that is cut off without a goodbye is noticed within half a minute.
    patience |= {"connect_timeout": 2, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    options = env.DATABASE_REPLICA_URL.get("OPTIONS", {}) | patience | {"tcp_user_timeout": 10_000}
    DATABASES["replica"] = DATABASES["default"] | env.DATABASE_REPLICA_URL | {"OPTIONS": options}
    DATABASE_ROUTERS = ["accounts.replica.Router"]

# --- Redis: cache, hints between processes, tasks ---

REDIS_URL = env.REDIS_URL
REDIS_CLUSTER_URL = env.REDIS_CLUSTER_URL
REDIS_WAIT_SECONDS = env.REDIS_WAIT_SECONDS
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": [REDIS_URL],  # a list: sentinels have commas between them
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            "pool_class": "accounts.redisplace.CachePool",
            "socket_connect_timeout": 2,
            "socket_timeout": 2,
        },
    }
}
if REDIS_CLUSTER_URL:
    CACHES["default"] = {
        "BACKEND": "accounts.cluster.djangocache.ClusterCache",
        "LOCATION": [REDIS_CLUSTER_URL],
        "KEY_PREFIX": "cache",
    }
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [redisplace.layer_host(REDIS_URL)], "prefix": "dramatis"},
    }
}
CELERY_BROKER_URL, _of_the_broker = redisplace.broker(env.BROKER_URL or REDIS_URL)
CELERY_BROKER_USE_SSL = redisplace.broker_tls(env.BROKER_URL or REDIS_URL)
BROKER_IS_REDIS = not CELERY_BROKER_URL.startswith("amqp")
CELERY_TASK_DEFAULT_QUEUE = "dramatis"
# A worker takes from all of them, or from those that `-Q` names: what waits for other servers can have workers of its
# own. Each has its key: without, all would be bound to the default one, and a task would lie in every queue.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("dramatis", "embeddings")]
CELERY_TASK_ROUTES = {
    "memory.tasks.embed_memories": {"queue": "embeddings"},
    "characters.tasks.read_knowledge": {"queue": "embeddings"},
    "characters.tasks.read_entries": {"queue": "embeddings"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# What RabbitMQ is not told: it knows when a worker is gone, and hands out its tasks again at once.
_of_redis = {
    # Above the longest task that is acknowledged late, or it runs twice; a longer one says `acks_late=False`. Without
    # the other two a killed worker's task waits 100 s and more.
    "visibility_timeout": 660,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "global_keyprefix": "celery:",
}
CELERY_BROKER_TRANSPORT_OPTIONS = _of_the_broker | (_of_redis if BROKER_IS_REDIS else {})
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beat:OneOfMany"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- What browsers are told ---

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "accounts.sessionstore"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Files, words, time ---

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.STATIC_DIR) if env.STATIC_DIR else VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.ManifestStorage"},
}
# No page asks for a file by its plain name, and compressing all of them twice takes as long as the rest of the start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = VAR_DIR / "media"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# --- Logs: ids and sizes, never text, keys or addresses ---

LOGGING_CONFIG = "config.logs.configure"
LOGGING = {"level": env.LOG_LEVEL, "format": env.LOG_FORMAT}

# --- What operators see ---

METRICS_TOKEN, METRICS_PORT = env.METRICS_TOKEN, env.METRICS_PORT
TRACES_URL, TRACES_SHARE = env.TRACES_URL, env.TRACES_SHARE
REPLIES_OBJECTIVE, STATUS_SECONDS = env.REPLIES_OBJECTIVE, env.STATUS_SECONDS
DB_POOL_SIZE, SOCKETS_PER_PROCESS = env.DB_POOL_SIZE, env.SOCKETS_PER_PROCESS

# --- How fast: requests a minute, and at once ---

LIMIT_MESSAGES = (env.LIMIT_PER_MINUTE, env.LIMIT_PER_MINUTE // 10)
LIMIT_MESSAGES_PER_IP = (env.LIMIT_PER_IP_AND_MINUTE, env.LIMIT_PER_IP_AND_MINUTE // 2)
LIMIT_PER_IP_AND_HOUR, LIMIT_GUESTS_PER_IP_AND_HOUR = env.LIMIT_PER_IP_AND_HOUR, env.LIMIT_GUESTS_PER_IP_AND_HOUR

# --- Payments: off without all three ---

STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = env.STRIPE_SECRET_KEY, env.STRIPE_WEBHOOK_SECRET
STRIPE_PRICES: dict[str, str] = env.STRIPE_PRICES
STRIPE_URL = env.STRIPE_URL

# --- Erasure ---

ORGANISATION_SEATS = env.ORGANISATION_SEATS
SHED_LAG_MS, SHED_WAIT_SECONDS = env.SHED_LAG_MS, env.SHED_WAIT_SECONDS

CHATS_KEPT_DAYS = env.CHATS_KEPT_DAYS
BACKUP_DAYS = env.BACKUP_DAYS
BACKUP_DIR = env.BACKUP_DIR
BACKUP_KEYS = env.BACKUP_KEYS
KEYS_BACKUP_DAYS = env.KEYS_BACKUP_DAYS
ERASURE_LEDGER = env.ERASURE_LEDGER or str(VAR_DIR / "erasures.jsonl")

# --- What one account can keep ---

QUOTA_CHARACTERS = env.QUOTA_CHARACTERS
QUOTA_DRAFTS = env.QUOTA_DRAFTS
QUOTA_LOREBOOKS = env.QUOTA_LOREBOOKS
QUOTA_TEXTS = env.QUOTA_TEXTS
QUOTA_LETTERS = env.QUOTA_LETTERS
QUOTA_PICTURES = env.QUOTA_PICTURES
QUOTA_CARDS = env.QUOTA_CARDS
QUOTA_WEBHOOKS = env.QUOTA_WEBHOOKS
QUOTA_PICTURE_MB, QUOTA_CARD_MB = env.QUOTA_PICTURE_MB, env.QUOTA_CARD_MB

# --- The model ---

STANDIN_ANSWERS = not (env.OPENAI_BASE_URL or env.OPENAI_API_KEY)
MODEL_BASE_URL = env.STANDIN_URL if STANDIN_ANSWERS else env.OPENAI_BASE_URL or "https://api.openai.com/v1"
MODEL_API_KEY = env.OPENAI_API_KEY
OPENAI_BASE_URL, OPENAI_API_KEY = env.OPENAI_BASE_URL, env.OPENAI_API_KEY
CHAT_MODEL = env.CHAT_MODEL or ("understudy" if STANDIN_ANSWERS else "gpt-4o-mini")
CHAT_MODELS = env.CHAT_MODELS
EMBEDDING_MODEL = env.EMBEDDING_MODEL or "text-embedding-3-small"
CATALOGUE_SECONDS, CALIBRATION_SECONDS = env.CATALOGUE_SECONDS, env.CALIBRATION_SECONDS
ANSWERS_KEPT_SECONDS = env.ANSWERS_KEPT_SECONDS
IMAGE_MODEL, IMAGE_SIZE = env.IMAGE_MODEL, env.IMAGE_SIZE
IMAGE_PRICE, EMBEDDING_PRICE, PRICE_CURRENCY = env.IMAGE_PRICE, env.EMBEDDING_PRICE, env.PRICE_CURRENCY
# The stand-in speaks where the extra is installed; nothing is asked of a paid server that nobody named.
SPEECH_MODEL = env.SPEECH_MODEL or (
    "understudy-speaks" if STANDIN_ANSWERS and not env.SPEECH_BASE_URL and find_spec("espeakng_loader") else ""
)
SPEECH_BASE_URL = env.SPEECH_BASE_URL or MODEL_BASE_URL
SPEECH_API_KEY = env.SPEECH_API_KEY if env.SPEECH_BASE_URL else MODEL_API_KEY
SPEECH_SSML = env.SPEECH_SSML or SPEECH_MODEL == "understudy-speaks"
SPEECH_VOICES, SPEECH_PRICE, SPEECH_DAYS = env.SPEECH_VOICES, env.SPEECH_PRICE, env.SPEECH_DAYS

# The stand-in listens where the extra is installed; nothing is asked of a paid server that nobody named.
HEARING_MODEL = env.HEARING_MODEL or (
    "understudy-listens" if STANDIN_ANSWERS and not env.HEARING_BASE_URL and find_spec("pocketsphinx") else ""
)
HEARING_BASE_URL = env.HEARING_BASE_URL or MODEL_BASE_URL
HEARING_API_KEY = env.HEARING_API_KEY if env.HEARING_BASE_URL else MODEL_API_KEY
HEARING_PRICE, HEARING_PER_MINUTE, CLIPS_DAYS = env.HEARING_PRICE, env.HEARING_PER_MINUTE, env.CLIPS_DAYS

# --- Turns and sockets: settings so that tests can shrink them ---

CONTEXT_TOKENS = env.CONTEXT_TOKENS
APPEAL_DAYS, CLAIM_MINUTES, READING_HOURS = env.APPEAL_DAYS, env.CLAIM_MINUTES, env.READING_HOURS
RECALL_SECONDS = env.RECALL_SECONDS
# How old the tags to choose from on Discover may be: the same for everybody, and seldom others.
CHIPS_SECONDS = 300
# The stand-in compares words, not meanings: what it likes, it likes less.
RECALL_LIKENESS = 0.06 if STANDIN_ANSWERS else env.RECALL_LIKENESS
FIRST_TOKEN_SECONDS = env.FIRST_TOKEN_SECONDS
BETWEEN_TOKENS_SECONDS = env.BETWEEN_TOKENS_SECONDS
TOTAL_SECONDS = env.TOTAL_SECONDS
MAX_REPLY_BYTES = env.MAX_REPLY_BYTES
LEASE_SECONDS = env.LEASE_SECONDS
SWEEP_SECONDS = env.SWEEP_SECONDS
DRAIN_SECONDS = env.DRAIN_SECONDS
FLUSH_SECONDS = env.FLUSH_SECONDS
STREAM_TTL_SECONDS = env.STREAM_TTL_SECONDS
TEMPORARY_SECONDS = env.TEMPORARY_SECONDS
MEMORY, MEMORY_OF_GUESTS, MEMORY_MODEL = env.MEMORY, env.MEMORY_OF_GUESTS, env.MEMORY_MODEL
MEMORY_SECONDS = env.MEMORY_SECONDS
MEMORY_EMBEDDING_MODEL, MEMORY_EMBEDDING_DIMENSIONS = env.MEMORY_EMBEDDING_MODEL, env.MEMORY_EMBEDDING_DIMENSIONS
MEMORIES_PER_PAIR, LINES_PER_PAIR = env.MEMORIES_PER_PAIR, env.LINES_PER_PAIR
FILTERS, RETRY_REPLIES, MODERATION_MODEL = env.FILTERS, env.RETRY_REPLIES, env.MODERATION_MODEL
JUDGE_MODEL, JUDGE_FROM = env.JUDGE_MODEL, env.JUDGE_FROM
HEARTBEAT_SECONDS = env.HEARTBEAT_SECONDS
SOCKETS_PER_USER = env.SOCKETS_PER_USER
ROOM_SEATS = env.ROOM_SEATS
SOCKET_GIVE_UP_SECONDS = env.SOCKET_GIVE_UP_SECONDS
