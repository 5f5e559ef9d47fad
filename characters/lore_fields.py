"""What the columns of lorebooks and entries may hold, whoever writes them: a page, the API, an import."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import Invalid, TooLong
from characters.drafting import storable
from characters.models import Logic, Place, Role

MAX_TEXT = 50_000
MAX_KEYS, MAX_KEY = 100, 500
SMALL, LARGE = 32_767, 2_147_483_647

Check = Callable[[str, Any], Any]


def checked_entry(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they may be stored. Raises Invalid with the field, and the limit it broke."""
    return _checked(ENTRY_FIELDS, changes)


def checked_book(changes: Mapping[str, Any]) -> dict[str, Any]:
    return _checked(BOOK_FIELDS, changes)


def _checked(fields: Mapping[str, Check], changes: Mapping[str, Any]) -> dict[str, Any]:
    clean = {}
    for name, value in changes.items():
        if name not in fields:
            raise Invalid(_("There is no such field."), field=name)
        clean[name] = fields[name](name, value)
    return clean


def _text(most: int) -> Check:
    def check(field: str, value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid(_("This must be text."), field=field)
        clean: str = storable(value)
        if len(clean) > most:
            raise TooLong(_("At most %(limit)s characters fit here.") % {"limit": most}, field=field, limit=most)
        return clean

    return check


def _number(least: int, most: int, *, open_: bool = False) -> Check:
    def check(field: str, value: Any) -> int | None:
        if value is None and open_:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid(_("This must be a whole number."), field=field)
        if not least <= value <= most:
            raise Invalid(
                _("This must be between %(least)s and %(most)s.") % {"least": least, "most": most},
                field=field,
                limit=most if value > most else least,
            )
        return value

    return check


def _flag(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid(_("This must be yes or no."), field=field)
    return value


def _flag_or_open(field: str, value: Any) -> bool | None:
    return None if value is None else _flag(field, value)


def _one_of(names: list[str]) -> Check:
    def check(field: str, value: Any) -> str:
        if value not in names:
            raise Invalid(_("That is none of the choices."), field=field)
        return str(value)

    return check


def _keys(field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise Invalid(_("This must be a list of keys."), field=field)
    keys = list(dict.fromkeys(key for key in (storable(each).strip() for each in value) if key))
    if len(keys) > MAX_KEYS:
        raise Invalid(_("At most %(limit)s keys fit here.") % {"limit": MAX_KEYS}, field=field, limit=MAX_KEYS)
    if any(len(key) > MAX_KEY for key in keys):
        raise TooLong(_("A key has at most %(limit)s characters.") % {"limit": MAX_KEY}, field=field, limit=MAX_KEY)
    return keys


BOOK_FIELDS: dict[str, Check] = {
    "name": _text(100),
    "description": _text(4_000),
    "enabled": _flag,
    "scan_depth": _number(0, 200, open_=True),
    "token_budget": _number(0, 100_000, open_=True),
    "recursive": _flag_or_open,
}
ENTRY_FIELDS: dict[str, Check] = {
    "name": _text(200),
    "content": _text(MAX_TEXT),
    "enabled": _flag,
    "keys": _keys,
    "secondary_keys": _keys,
    "logic": _one_of(Logic.values),
    "selective": _flag,
    "use_regex": _flag,
    "case_sensitive": _flag_or_open,
    "whole_words": _flag_or_open,
    "constant": _flag,
    "by_meaning": _flag,
    "scan_depth": _number(0, 200, open_=True),
    "probability": _number(0, 100),
    "sticky": _number(0, LARGE),
    "cooldown": _number(0, LARGE),
    "delay": _number(0, LARGE),
    "group": _text(200),
    "group_weight": _number(0, LARGE),
    "group_override": _flag,
    "exclude_recursion": _flag,
    "prevent_recursion": _flag,
    "delay_until_recursion": _number(0, SMALL),
    "place": _one_of(Place.values),
    "depth": _number(0, SMALL),
    "role": _one_of(Role.values),
    "order": _number(-LARGE, LARGE),
    "priority": _number(-LARGE, LARGE),
}
