"""What surrounds the site: where it listens, what it works on, who may watch it."""

from pathlib import Path

from config import dotenv
from config.parsing import (
    broker,
    database,
    flag,
    http_url,
    integer,
    master_keys,
    names,
    optional,
    origins,
    redis,
    redis_cluster,
    seconds,
    secret,
    share,
    text,
    token,
)
from config.variables.variable import Variable

SITE: dict[str, tuple[Variable, ...]] = {
    "Addresses": (
        Variable("HOST", text, "127.0.0.1", "Address the server listens on."),
        Variable("PORT", integer(1, 65_535), "8000", "Port the server listens on."),
        Variable("ALLOWED_HOSTS", names, None, "Host names the site answers to, separated by commas."),
        Variable(
            "CORS_ORIGINS", origins, "", "Other origins whose scripts may call the API with a key, and open sockets."
        ),
        Variable(
            "TRUSTED_PROXY_COUNT",
            integer(0, 10),
            "0",
            "Proxies in front that set X-Forwarded-For and -Proto.",
        ),
        Variable("HTTPS", flag, "true", "Production only: redirect to https, secure cookies, HSTS."),
        Variable("OUTBOUND_LOCAL", flag, "false", "Webhooks may lead to http and into private networks."),
    ),
    "Services": (
        Variable(
            "DATABASE_URL",
            database,
            None,
            "Postgres 16 or newer with pgvector. Embedded when not set in development.",
        ),
        Variable(
            "REDIS_URL",
            redis,
            None,
            "Redis 6.2 or newer, or the sentinels that watch it. Embedded when not set in development.",
        ),
        Variable(
            "REDIS_CLUSTER_URL",
            redis_cluster,
            "",
            "Redis Cluster for the streams of turns and the cache, where they are not to lie in REDIS_URL: "
            "redis+cluster://:password@one:6379,two:6379.",
        ),
        Variable(
            "BROKER_URL",
            broker,
            "",
            "Where tasks wait, where that is not Redis: RabbitMQ, like amqps://user:password@host:5671/dramatis.",
        ),
        Variable(
            "VAR_DIR",
            Path,
            str(dotenv.PROJECT / "var"),
            "Folder of the embedded services and collected files.",
        ),
        Variable("STATIC_DIR", text, "", "Folder of the static files as collected; empty: `static` in VAR_DIR."),
        Variable("REDIS_WAIT_SECONDS", seconds, "2", "Longest wait for an answer of Redis."),
        Variable(
            "DATABASE_POOLED",
            flag,
            "false",
            "DATABASE_URL leads to a pooler that gives every transaction another connection, like PgBouncer.",
        ),
        Variable(
            "DATABASE_DIRECT_URL",
            optional(database),
            "",
            "Postgres itself, where DATABASE_URL leads to a pooler: for backups, and for two beats to take turns.",
        ),
        Variable(
            "DATABASE_REPLICA_URL",
            optional(database),
            "",
            "A copy of the database that follows it, for what may be a bit late: Discover and the operators' figures.",
        ),
        Variable(
            "REPLICA_LAG_SECONDS",
            seconds,
            "60",
            "From so many seconds behind the copy is told to be late, and is left alone.",
        ),
        Variable("DB_POOL_SIZE", integer(1, 200), "10", "Connections of Django's pool in each process."),
        Variable("DATABASE_WAIT_SECONDS", seconds, "3", "Longest wait for a connection of a pool."),
        Variable(
            "HOT_POOL_SIZE",
            integer(1, 200),
            "10",
            "Connections of the turn's own async pool in each process.",
        ),
    ),
    "Observing": (
        Variable(
            "METRICS_TOKEN",
            token,
            "",
            "Whoever sends it as a bearer may read /metrics and take a profile; without one: programs on this machine, "
            "and nobody where there is a proxy.",
        ),
        Variable("METRICS_PORT", integer(0, 65_535), "0", "Port at which a worker tells its numbers; 0: it does not."),
        Variable(
            "TRACES_URL", http_url, "", "Where traces go, by OTLP over HTTP, like http://collector:4318/v1/traces."
        ),
        Variable("TRACES_SHARE", share, "0.1", "Traces that are kept; those in which something failed are always."),
        Variable("STATUS_SECONDS", seconds, "60", "How often one of the web processes looks how the services are."),
        Variable(
            "REPLIES_OBJECTIVE",
            share,
            "0.995",
            "Share of turns that are to be answered: the error budget of the operators' figures is what is left.",
        ),
    ),
    "Secrets": (
        Variable("SECRET_KEY", secret, None, "Signs sessions and links. Made in development."),
        Variable(
            "MASTER_KEYS",
            master_keys,
            None,
            "Wrap the data keys: id:base64 of 32 bytes. Made in development.",
        ),
    ),
}
