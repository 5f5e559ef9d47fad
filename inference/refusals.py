"""An HTTP answer that is not 200, told by cause."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from inference.base import ModelError, ModelUnavailable, RateLimitedByModel, Refused

SLUG = re.compile(r"[a-zA-Z0-9_.\-]{1,64}")
REFUSALS = {401: "model_bad_key", 403: "model_bad_key", 404: "model_unknown", 413: "model_prompt_too_long"}
TOO_LONG = {"context_length_exceeded", "string_above_max_length"}
# The account is empty: waiting will not fill it.
NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}


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
    try:
        said = msgspec.json.decode(body) if isinstance(body, bytes | bytearray) else body
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    error = said.get("error", said) if isinstance(said, dict) else {}
    for key in ("code", "type") if isinstance(error, dict) else ():
        value = error.get(key)
        if isinstance(value, str) and SLUG.fullmatch(value):
            return value
    return ""


def error_for(status: int, headers: Mapping[str, str], body: bytes | Any) -> ModelError:
    slug = slug_of(body)
    detail = f"status {status}" + (f", {slug}" if slug else "")
    wait = retry_after_of(headers)
    if status == 429:
        if slug in NO_CREDIT:
            return Refused(detail, code="model_no_credit", status=status)
        return RateLimitedByModel(detail, retry_after=wait, status=status)
    if status >= 500 or status in (408, 409, 425):
        return ModelUnavailable(detail, retry_after=wait, status=status)
    code = "model_prompt_too_long" if slug in TOO_LONG else REFUSALS.get(status)
    return Refused(detail, code=code, status=status)
