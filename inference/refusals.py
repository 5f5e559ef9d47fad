"""An HTTP answer that is not 200, told by cause."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from inference.base import BrokenStream, ModelError, ModelUnavailable, RateLimitedByModel, Refused

SLUG = re.compile(r"[a-zA-Z0-9_.\-]{1,64}")
REFUSALS = {
    401: "model_bad_key",
    402: "model_no_credit",
    403: "model_bad_key",
    404: "model_unknown",
    413: "model_prompt_too_long",
}
TOO_LONG = {"context_length_exceeded", "string_above_max_length"}
# The account is empty: waiting will not fill it.
NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error"}
BAD_KEY = {"API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED"}
# Causes that some providers tell in words only. They are looked for and not repeated.
_SAID_IN_WORDS = (
    (re.compile(rb"prompt is too long|input token count[^\"]{0,40} exceeds", re.I), "model_prompt_too_long"),
    (re.compile(rb"credit balance is too low", re.I), "model_no_credit"),
)
_BUSY = {"rate_limit_error", "rate_limit_exceeded", "RESOURCE_EXHAUSTED"}
_DOWN = {"overloaded_error", "api_error", "timeout_error", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED"}


def retry_after_of(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait as the provider asks: milliseconds, seconds or a date. Nonsense is None."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if not value:
            return None
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value.strip()):
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - (now or datetime.now(UTC))).total_seconds())
    except (ValueError, TypeError):
        return None


def slug_of(body: bytes | Any) -> str:
    """The provider's own error code. Its message is left alone: providers like to quote the prompt in it."""
    error = _error_in(body)
    for key in ("code", "type", "status"):
        value = error.get(key)
        if isinstance(value, str) and SLUG.fullmatch(value):
            return value
    return ""


def _error_in(body: bytes | Any) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(body) if isinstance(body, bytes | bytearray) else body
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    if isinstance(said, list) and len(said) == 1:
        [said] = said
    error = said.get("error", said) if isinstance(said, dict) else {}
    return error if isinstance(error, dict) else {}


def _details_of(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What Google adds to its errors, each with a type of its own."""
    details = error.get("details")
    return (each for each in details if isinstance(each, dict)) if isinstance(details, list) else iter(())


def _delay_in(error: dict[str, Any]) -> float | None:
    for detail in _details_of(error):
        delay = detail.get("retryDelay")
        if isinstance(delay, str) and (found := re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)s", delay)):
            return float(found[1])
    return None


def error_for(status: int, headers: Mapping[str, str], body: bytes | Any) -> ModelError:
    error, slug = _error_in(body), slug_of(body)
    detail = f"status {status}" + (f", {slug}" if slug else "")
    wait = retry_after_of(headers)
    if status == 429:
        if slug in NO_CREDIT:
            return Refused(detail, code="model_no_credit", status=status)
        return RateLimitedByModel(detail, retry_after=_delay_in(error) if wait is None else wait, status=status)
    if status >= 500 or status in (408, 409, 425):
        return ModelUnavailable(detail, retry_after=wait, status=status)
    return Refused(detail, code=_code_of(status, slug, error, body), status=status)


def _code_of(status: int, slug: str, error: dict[str, Any], body: bytes | Any) -> str | None:
    if slug in TOO_LONG:
        return "model_prompt_too_long"
    if any(detail.get("reason") in BAD_KEY for detail in _details_of(error)):
        return "model_bad_key"
    if status == 400 and isinstance(body, bytes | bytearray):
        for words, code in _SAID_IN_WORDS:
            if words.search(body):
                return code
    return REFUSALS.get(status)


def error_in_stream(payload: bytes) -> ModelError:
    """An error that comes as an event, after the server had agreed to answer."""
    slug = slug_of(payload)
    detail = f"error event {slug}".strip()
    if slug in _BUSY:
        return RateLimitedByModel(detail)
    if slug in _DOWN:
        return ModelUnavailable(detail)
    return BrokenStream(detail, code="error_event")
