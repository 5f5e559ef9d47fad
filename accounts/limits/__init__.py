"""How fast and how much: token buckets (GCRA) in Redis, and the day's allowance in Postgres. One place for sockets,
pages and the API.

All buckets of one input, and the replies that are under way, are looked at in one script: either everything is charged
or nothing. When Redis is away the chat goes on, as far as each process can count by itself, and what guards a door or
is a program's stays shut. Forms of sign-up, login and reset have the limits of allauth, other form views those of
django-ratelimit. This is for everything that is not a form.
"""

from accounts.limits.addresses import client_ip, hash_ip, scope_ip
from accounts.limits.allowance import (
    RETURN_SPEECH_SQL,
    SPEND_EMBEDDING_SQL,
    SPEND_MESSAGE_SQL,
    SPEND_SPEECH_SQL,
    seconds_until_tomorrow,
)
from accounts.limits.buckets import Bucket, Bucketed, Pace, Pool, Rate, Rates, api_bucket, message_buckets, site_bucket
from accounts.limits.charging import (
    DEADLINE,
    absence,
    acharge,
    charge,
    charge_guest,
    give_back,
    holding,
    place_of,
    speaking,
    take,
)
from accounts.limits.looking import pace_of
from accounts.limits.script import Place

__all__ = [
    "DEADLINE",
    "RETURN_SPEECH_SQL",
    "SPEND_EMBEDDING_SQL",
    "SPEND_MESSAGE_SQL",
    "SPEND_SPEECH_SQL",
    "Bucket",
    "Bucketed",
    "Pace",
    "Place",
    "Pool",
    "Rate",
    "Rates",
    "absence",
    "acharge",
    "api_bucket",
    "charge",
    "charge_guest",
    "client_ip",
    "give_back",
    "hash_ip",
    "holding",
    "message_buckets",
    "pace_of",
    "place_of",
    "scope_ip",
    "seconds_until_tomorrow",
    "site_bucket",
    "speaking",
    "take",
]
