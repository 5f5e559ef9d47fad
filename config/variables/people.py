"""Who may come, how much each may do and keep, and when what is theirs goes."""

from config.parsing import (
    choice,
    flag,
    hours,
    http_url,
    integer,
    master_keys,
    names,
    openid_providers,
    optional,
    prices_of_plans,
    smtp,
    text,
)
from config.variables.variable import Variable

PEOPLE: dict[str, tuple[Variable, ...]] = {
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
}
