"""How the value of a variable of the environment is read. Each raises ValueError with what it must be."""

import base64
import json
import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import environ

from accounts import redisplace
from accounts.cluster.place import place

OPENID_FIELDS = ("id", "name", "server_url", "client_id", "secret")


def text(value: str) -> str:
    return value


def integer(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(f"must lie between {low} and {high}")
        return number

    return parse


def seconds(value: str) -> float:
    number = float(value)
    if not 0 < number < 86_400:
        raise ValueError("must be seconds, more than 0 and less than a day")
    return number


def hours(value: str) -> tuple[time, time] | None:
    """From one time of day to another, past midnight where the second is earlier."""
    if value == "off":
        return None
    found = re.fullmatch(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})", value)
    if not found:
        raise ValueError("must be two times, like 22:00-06:00")
    begin, end = (time.fromisoformat(each.zfill(5)) for each in found.groups())
    if begin == end:
        raise ValueError("must be two different times")
    return begin, end


def likeness(value: str) -> float:
    number = float(value)
    if not -1 <= number <= 1:
        raise ValueError("must lie between -1 and 1")
    return number


def share(value: str) -> float:
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError("must lie between 0 and 1")
    return number


def flag(value: str) -> bool:
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if value.lower() not in known:
        raise ValueError("must be true or false")
    return known[value.lower()]


def names(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def pairs(value: str) -> dict[str, str]:
    """ "deep=bm_george,warm=af_heart"."""
    found = dict(part.strip().partition("=")[::2] for part in value.split(",") if part.strip())
    if not all(found.values()):
        raise ValueError("expected name=name, with commas between them")
    return found


def choice(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return parse


def origins(value: str) -> list[str]:
    for origin in (found := names(value)):
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            raise ValueError("must be origins like https://example.org, separated by commas")
    return found


def database(value: str) -> dict[str, Any]:
    if urlsplit(value).scheme not in ("postgres", "postgresql"):
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    return dict(environ.Env.db_url_config(value))


def redis(value: str) -> str:
    if urlsplit(value).scheme not in redisplace.SCHEMES:
        raise ValueError("must look like redis://:password@host:6379/0")
    redisplace.watched(value)
    return value


def redis_cluster(value: str) -> str:
    if value:
        place(value)
    return value


def broker(value: str) -> str:
    if value and urlsplit(value).scheme in ("amqp", "amqps"):
        return value
    return redis(value) if value else value


def http_url(value: str) -> str:
    if value and not re.fullmatch(r"https?://\S+", value):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def price(value: str) -> Decimal:
    number = Decimal(value)
    if not 0 <= number < 1_000_000:
        raise ValueError("must be a price, 0 or more")
    return number


def currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError("must be three capital letters, like USD")
    return value


def prices_of_plans(value: str) -> dict[str, str]:
    found = {}
    for item in names(value):
        plan, sep, known_as = item.partition("=")
        if not sep or not re.fullmatch(r"[a-z0-9_-]{1,30}", plan) or not re.fullmatch(r"\w{1,120}", known_as):
            raise ValueError("must be plan=price, separated by commas")
        found[plan] = known_as
    return found


def picture_size(value: str) -> str:
    if not re.fullmatch(r"\d{2,4}x\d{2,4}", value):
        raise ValueError("must be width and height, like 1024x1536")
    return value


def smtp(value: str) -> dict[str, Any]:
    return dict(environ.Env.email_url_config(value))


def master_keys(value: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for item in names(value):
        key_id, sep, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not sep or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", key_id) or len(key) != 32:
            raise ValueError("must be id:key, each key 32 bytes in base64, separated by commas; the first one seals")
        keys[key_id] = key
    if not keys:
        raise ValueError("must hold at least one id:key")
    return keys


def optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda value: parse(value) if value else {}


def openid_providers(value: str) -> list[dict[str, str]]:
    """As JSON: what each is called in addresses and on pages, where it is, and how this site is known there."""
    try:
        found = json.loads(value or "[]")
        whole = [{name: str(each[name]) for name in OPENID_FIELDS} for each in found]
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"must be a JSON list of objects with {', '.join(OPENID_FIELDS)}") from None
    for each in whole:
        if not re.fullmatch(r"[a-z0-9-]{1,40}", each["id"]) or not re.match(r"https?://[^/\s]", each["server_url"]):
            raise ValueError("must have ids of a-z, 0-9 and -, and a server_url that starts with https://")
    if len({each["id"] for each in whole}) < len(whole):
        raise ValueError("must give each provider an id of its own")
    return whole


def secret(value: str) -> str:
    if len(value) < 50:
        raise ValueError("must have at least 50 characters")
    return value


def token(value: str) -> str:
    if value and not re.fullmatch(r"[!-~]{24,}", value):
        raise ValueError("must have at least 24 characters, none of them a space")
    return value
