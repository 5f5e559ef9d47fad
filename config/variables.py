"""Every setting that comes from the environment, in one table; docs/configuration.md shows the same table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import dotenv
from config.parsing import (
    broker,
    choice,
    currency,
    database,
    flag,
    hours,
    http_url,
    integer,
    likeness,
    master_keys,
    names,
    openid_providers,
    optional,
    origins,
    pairs,
    picture_size,
    price,
    prices_of_plans,
    redis,
    redis_cluster,
    seconds,
    secret,
    share,
    smtp,
    text,
    token,
)


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    parse: Callable[[str], Any]
    default: str | None  # as one would write it; None: without it nothing starts
    help: str


TABLE: dict[str, tuple[Variable, ...]] = {
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
    "Model": (
        Variable("OPENAI_API_KEY", text, "", "Key of the model's server."),
        Variable("OPENAI_BASE_URL", http_url, "", "Any server that speaks the OpenAI protocol."),
        Variable("CHAT_MODEL", text, "", "Model that answers."),
        Variable(
            "CHAT_MODELS",
            names,
            "",
            "Others that characters may ask for, with commas between them; `*`: all that the server has.",
        ),
        Variable("EMBEDDING_MODEL", text, "", "Model that embeds."),
        Variable("IMAGE_MODEL", text, "", "Model that paints portraits; without one the button is not there."),
        Variable("IMAGE_SIZE", picture_size, "1024x1536", "Size that the model that paints is asked for."),
        Variable("IMAGE_PRICE", price, "0", "Price of one picture by that model; 0: not known."),
        Variable("EMBEDDING_PRICE", price, "0", "Price of a million tokens of the model that embeds; 0: not known."),
        Variable(
            "SPEECH_MODEL",
            text,
            "",
            "Model that speaks; without one browsers read replies aloud by themselves. The stand-in has a voice of its "
            "own where requirements-voice.txt is installed.",
        ),
        Variable("SPEECH_BASE_URL", http_url, "", "Server of that model, where it is another one."),
        Variable("SPEECH_API_KEY", text, "", "Key of that server."),
        Variable(
            "SPEECH_VOICES",
            pairs,
            "",
            "What that server calls our voices, where it does not have OpenAI's: `deep=bm_george,warm=af_heart`.",
        ),
        Variable(
            "SPEECH_SSML",
            flag,
            "false",
            "That server takes SSML: feelings are heard in rate, pitch, loudness and emphasis. The stand-in does.",
        ),
        Variable("SPEECH_PRICE", price, "0", "Price of a million letters said by that model; 0: not known."),
        Variable("SPEECH_DAYS", integer(1, 365), "30", "How long what was said is kept, to be heard again."),
        Variable("PRICE_CURRENCY", currency, "USD", "Currency of these three prices."),
        Variable(
            "CATALOGUE_SECONDS",
            seconds,
            "2",
            "How often each process looks whether the catalogue, a cap or a prompt has changed.",
        ),
        Variable(
            "ANSWERS_KEPT_SECONDS",
            integer(0, 604_800),
            "3600",
            "How long a suggested line or a drafted character is kept for whoever asks for the same again; 0: never.",
        ),
        Variable("CALIBRATION_SECONDS", seconds, "60", "How often processes exchange how models count tokens."),
        Variable("STANDIN_URL", http_url, "http://127.0.0.1:8199/v1", "The stand-in, used while no model is named."),
    ),
    "Microphone": (
        Variable(
            "HEARING_MODEL",
            text,
            "",
            "Model that writes down what is said into a microphone; without one only browsers do that. The stand-in"
            " understands some English where requirements-voice.txt is installed.",
        ),
        Variable("HEARING_BASE_URL", http_url, "", "Server of that model, where it is another one."),
        Variable("HEARING_API_KEY", text, "", "Key of that server."),
        Variable("HEARING_PRICE", price, "0", "Price of a minute of speech for that model; 0: not known."),
        Variable("HEARING_PER_MINUTE", integer(1, 10_000), "30", "Recordings a minute of one person."),
        Variable("CLIPS_DAYS", integer(1, 365), "30", "How long recordings are kept of who agreed to that."),
    ),
    "Turns": (
        Variable("CONTEXT_TOKENS", integer(1_000, 10_000_000), "8192", "Tokens that fit the model's window."),
        Variable("APPEAL_DAYS", integer(1, 365), "30", "How long somebody may appeal against a decision about them."),
        Variable(
            "READING_HOURS", integer(1, 72), "4", "How long a whole talk is open to who may read it for a reason."
        ),
        Variable(
            "CLAIM_MINUTES", integer(1, 1_440), "20", "How long a moderator has a case before others are given it."
        ),
        Variable("RECALL_SECONDS", seconds, "0.4", "Longest wait for what knowledge says; the reply goes on without."),
        Variable(
            "RECALL_LIKENESS",
            likeness,
            "0.2",
            "Least cosine of a passage with what is said, for it to come up. Depends on the embedding model.",
        ),
        Variable("FIRST_TOKEN_SECONDS", seconds, "30", "Longest wait for the first token."),
        Variable("BETWEEN_TOKENS_SECONDS", seconds, "20", "Longest silence within a reply."),
        Variable("TOTAL_SECONDS", seconds, "180", "Longest reply."),
        Variable("MAX_REPLY_BYTES", integer(1_000, 10_000_000), "262144", "A reply is cut off beyond this size."),
        Variable("LEASE_SECONDS", seconds, "10", "A turn whose process was silent this long is taken over."),
        Variable("SWEEP_SECONDS", seconds, "3", "How often each process looks for turns left behind."),
        Variable("DRAIN_SECONDS", seconds, "25", "How long a stopping server lets running turns finish."),
        Variable("FLUSH_SECONDS", seconds, "0.2", "How often running text is written to Redis."),
        Variable(
            "STREAM_TTL_SECONDS",
            integer(10, 86_400),
            "600",
            "How long a turn's text stays in Redis for replay.",
        ),
        Variable("TEMPORARY_SECONDS", seconds, "3600", "How long a temporary talk outlives its last open page."),
    ),
    "Memory": (
        Variable(
            "MEMORY",
            choice("automatic", "on_request", "off"),
            "automatic",
            "What characters remember of players: all, what they are asked to, nothing. Characters and players may"
            " want less, never more.",
        ),
        Variable("MEMORY_OF_GUESTS", choice("automatic", "on_request", "off"), "automatic", "The same for guests."),
        Variable(
            "MEMORY_MODEL",
            text,
            "",
            "Chat model that finds memories in what was said, and writes notes of long talks; empty: rules do.",
        ),
        Variable(
            "MEMORY_EMBEDDING_MODEL",
            text,
            "",
            "Model that embeds memories, or `local:minilm` for the English encoder of requirements-embeddings.txt;"
            " empty: memories are found by words alone. Another one takes effect with `manage.py memory reembed`.",
        ),
        Variable(
            "MEMORY_EMBEDDING_DIMENSIONS",
            integer(0, 16_000),
            "0",
            "Numbers of a vector; 0: as many as the model likes.",
        ),
        Variable("MEMORY_SECONDS", seconds, "0.15", "Longest wait for memories; the reply goes on without."),
        Variable(
            "MEMORIES_PER_PAIR", integer(10, 10_000), "1000", "Memories that a character has of one player at most."
        ),
        Variable(
            "LINES_PER_PAIR", integer(100, 100_000), "10000", "Lines that it can recall word for word; old ones go."
        ),
    ),
    "Filters": (
        Variable(
            "FILTERS",
            flag,
            "true",
            "Texts are looked at before they are kept or shown (docs/safety.md). Off, nothing is looked at.",
        ),
        Variable(
            "MODERATION_MODEL",
            text,
            "",
            "A moderation model of the model server, such as omni-moderation-latest, that looks at lines and replies "
            "once they are said; what it finds goes before moderators. Empty: nobody is asked.",
        ),
        Variable(
            "JUDGE_MODEL",
            text,
            "",
            "Chat model that is asked later, by a worker, about lines and replies of which the filters are unsure; "
            "what it finds goes before moderators. Empty: nobody is asked.",
        ),
        Variable(
            "JUDGE_FROM",
            share,
            "0.35",
            "The score from which JUDGE_MODEL is asked, up to that of the policy's rule: the lower, the more calls.",
        ),
        Variable(
            "RETRY_REPLIES",
            flag,
            "true",
            "A reply that is out of its part, or hangs together badly, is taken back and asked for once more; what a "
            "policy wants said in other words is rewritten.",
        ),
    ),
    "Sockets": (
        Variable(
            "HEARTBEAT_SECONDS", seconds, "30", "A socket silent for two and a half times this long is closed (4408)."
        ),
        Variable(
            "SOCKETS_PER_USER",
            integer(1, 10_000),
            "20",
            "Sockets one person may hold open on one server process.",
        ),
        Variable(
            "SOCKETS_PER_PROCESS",
            integer(1, 1_000_000),
            "2000",
            "Sockets that one server process is meant to hold: its start warns where it may not open as many files.",
        ),
        Variable("ROOM_SEATS", integer(1, 1_000), "100", "People, and open sockets, that one room holds (4409)."),
        Variable("SOCKET_GIVE_UP_SECONDS", seconds, "15", "A socket paused this long is closed (4408)."),
    ),
    "Accounts": (
        Variable("ADMINS", names, "", "Addresses to which mail for the operator goes, with commas between them."),
        Variable("EMAIL_URL", smtp, "consolemail://", "Mail server, like smtp+tls://user:password@host:587."),
        Variable("DEFAULT_FROM_EMAIL", text, "Dramatis <noreply@localhost>", "Sender of mails."),
        Variable(
            "EMAIL_VERIFICATION",
            choice("none", "optional", "mandatory"),
            "mandatory",
            "Must an address be confirmed? Only then does a sign-up not tell who has an account.",
        ),
        Variable(
            "STAFF_SECOND_FACTOR",
            flag,
            "false",
            "Moderators and operators enter the admin with a second factor alone: app, passkey or recovery code.",
        ),
        Variable(
            "OPENID_PROVIDERS",
            openid_providers,
            "",
            "OpenID Connect providers people may sign in with: a JSON list of objects with id, name, server_url,"
            " client_id, secret. Each is told to come back to /account/with/<id>/callback/.",
        ),
    ),
    "Care": (
        Variable(
            "AGE_ASKED",
            choice("mature", "night", "talk"),
            "mature",
            "When somebody is asked whether they are an adult: when signing up and before the first mature thing; also"
            " before they talk in QUIET_HOURS (night); or before the first talk at any hour (talk).",
        ),
        Variable("MINIMUM_AGE", integer(0, 17), "16", "Who says to be younger than this cannot talk or sign up."),
        Variable(
            "AI_NOTICE_HOURS",
            integer(1, 24),
            "3",
            "After so many hours without a pause somebody is told again that they talk with an AI.",
        ),
        Variable(
            "CARE_AGAIN_HOURS",
            integer(0, 8_760),
            "24",
            "For so long nobody is shown help lines in a talk a second time; 0: every time.",
        ),
        Variable(
            "QUIET_HOURS",
            hours,
            "22:00-06:00",
            "When who said to be a minor cannot talk, in their time zone where it is known; `off`: never.",
        ),
    ),
    "Limits": (
        Variable(
            "LIMIT_PER_IP_AND_HOUR",
            integer(1, 10_000_000),
            "500",
            "Requests to models an hour from one address, of all people on plans with limits.",
        ),
        Variable("LIMIT_PER_IP_AND_MINUTE", integer(2, 1_000_000), "120", "The same a minute; half of it at once."),
        Variable("LIMIT_GUESTS_PER_IP_AND_HOUR", integer(1, 1_000_000), "60", "New guests from one address."),
        Variable(
            "LIMIT_PER_MINUTE",
            integer(10, 100_000_000),
            "60000",
            "Requests to models a minute of the whole site; a tenth of it at once. When it runs low, plans that yield"
            " are refused first.",
        ),
    ),
    "Payments": (
        Variable("STRIPE_SECRET_KEY", text, "", "Key of a Stripe account; without it nobody pays here."),
        Variable("STRIPE_WEBHOOK_SECRET", text, "", "Secret of the webhook that leads to /payments/stripe/."),
        Variable(
            "STRIPE_PRICES", prices_of_plans, "", "Plans and recurring prices, like premium=price_1,creator=price_2."
        ),
        Variable("STRIPE_URL", http_url, "https://api.stripe.com", "Where Stripe's API is."),
    ),
    "What one account can keep": (
        Variable("QUOTA_CHARACTERS", integer(0, 1_000_000), "10000", "Characters."),
        Variable("QUOTA_DRAFTS", integer(0, 100_000), "200", "Drafts."),
        Variable("QUOTA_LOREBOOKS", integer(0, 100_000), "300", "Lorebooks."),
        Variable("QUOTA_TEXTS", integer(0, 1_000_000), "2000", "Texts that all its characters know."),
        Variable("QUOTA_LETTERS", integer(0, 10_000_000_000), "20000000", "Letters in those texts together."),
        Variable("QUOTA_PICTURES", integer(0, 1_000_000), "1000", "Pictures."),
        Variable("QUOTA_PICTURE_MB", integer(0, 1_000_000), "256", "Megabytes of pictures together."),
        Variable("QUOTA_CARDS", integer(0, 1_000_000), "2000", "Files of cards."),
        Variable("QUOTA_CARD_MB", integer(0, 1_000_000), "1024", "Megabytes of cards together."),
        Variable("QUOTA_WEBHOOKS", integer(0, 10_000), "20", "Webhooks."),
    ),
    "Load": (
        Variable(
            "SHED_LAG_MS",
            integer(0, 60_000),
            "500",
            "Event loop so many milliseconds late: plans that yield are refused by this process, more yielding ones"
            " sooner. 0: never.",
        ),
        Variable(
            "SHED_WAIT_SECONDS",
            integer(0, 600),
            "45",
            "The same once a reply has waited so long in line before a model. 0: never.",
        ),
    ),
    "Organisations": (
        Variable(
            "ORGANISATION_SEATS",
            integer(0, 100_000),
            "10",
            "Seats of an organisation that somebody makes; operators give more in the admin. 0: only they make one.",
        ),
    ),
    "Erasure": (
        Variable(
            "CHATS_KEPT_DAYS",
            integer(30, 730),
            "730",
            "How many days lines of talks are kept at most; players may want less.",
        ),
        Variable("BACKUP_DAYS", integer(0, 3_650), "35", "How long backups of the database are kept; receipts say it."),
        Variable("KEYS_BACKUP_DAYS", integer(0, 3_650), "7", "How long backups of the data keys are kept."),
        Variable(
            "BACKUP_DIR",
            text,
            "",
            "Folder, or s3://bucket/prefix, of the backups that are taken every night; empty: none are.",
        ),
        Variable(
            "BACKUP_KEYS",
            optional(master_keys),
            "",
            "Seal the backups: id:base64 of 32 bytes. Keep them, and MASTER_KEYS, apart from the backups.",
        ),
        Variable(
            "ERASURE_LEDGER",
            text,
            "",
            "File of the ledger of erasures, away from what a restore takes back; empty: `erasures.jsonl` in VAR_DIR.",
        ),
    ),
    "Logs": (
        Variable("LOG_LEVEL", choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "Least level that is written."),
        Variable("LOG_FORMAT", choice("json", "console"), "json", "One JSON object a line, or lines to read."),
    ),
}
VARIABLES = {variable.name: variable for group in TABLE.values() for variable in group}
HINTS = {
    "DATABASE_URL": "start the embedded services with `python -m config.services up`, or name a Postgres",
    "REDIS_URL": "start the embedded services with `python -m config.services up`, or name a Redis",
}
