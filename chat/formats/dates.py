"""Times as other programs write them, as milliseconds since 1970. Without a zone they are taken for UTC."""

import re
from datetime import UTC, datetime
from typing import Any

# Above this a number counts milliseconds, below seconds: the year 1973 in one, 5138 in the other.
_MILLISECONDS = 100_000_000_000
_HUMANISED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s(?: ?(\d{1,3})ms)?", re.ASCII)
_SPOKEN = re.compile(r"([A-Za-z]+) (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2}) ?([ap]m)", re.IGNORECASE | re.ASCII)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def milliseconds(written: Any) -> int | None:
    """None for what is no time, or none of this era."""
    try:
        found = _read(written)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 0 < found < 1 << 47 else None


def _read(written: Any) -> int | None:
    if isinstance(written, bool) or written is None:
        return None
    if isinstance(written, str):
        written = written.strip()
        if not (written.isascii() and written.isdigit()):
            return _read_text(written)
        written = int(written[:20])
    if not isinstance(written, int | float):
        return None
    return int(written) if written >= _MILLISECONDS else round(written * 1000)


def _read_text(written: str) -> int | None:
    if found := _HUMANISED.fullmatch(written):
        *parts, thousandths = found.groups()
        return _stamp(datetime(*map(int, parts), tzinfo=UTC)) + int(thousandths or 0)  # type: ignore[arg-type,misc]
    if found := _SPOKEN.fullmatch(written):
        name, day, year, hour, minute, half = found.groups()
        if name.lower() not in _MONTHS:
            return None
        hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0)
        return _stamp(datetime(int(year), _MONTHS.index(name.lower()) + 1, int(day), hours, int(minute), tzinfo=UTC))
    moment = datetime.fromisoformat(written)
    return _stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _stamp(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
