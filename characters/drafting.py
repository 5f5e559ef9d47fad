"""The form of a draft as flat fields: `name`, `greetings`, `traits.manner`, `generation.temperature`, `tags` and so on.

Flat, so that two windows which write in different places of one draft do not get into each other's way.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import Invalid
from characters.content import CONTENT_FIELDS
from characters.models import Draft

# Fields of content that are filled in part by part: "traits.manner" is one field of the form.
NESTED = ("traits", "generation", "memory_policy", "portrait", "presentation", "depth_prompt")
# What belongs to the draft and not to an edition; the first three are columns.
OWN = ("title", "language", "tags", "rating", "visibility")
COLUMNS = OWN[:3]
# The system alone sets it: whose card this carries on.
NOT_BY_HAND = ("card",)
MAX_TAGS = 12
MAX_TAG = 40
# How deep lists and objects may lie in each other; ours need three.
MAX_DEPTH = 6


def form_of(draft: Draft) -> dict[str, Any]:
    """Every field that is filled in, flat."""
    form: dict[str, Any] = {name: getattr(draft, name) for name in COLUMNS}
    for name, value in draft.content.items():
        if name in NESTED and isinstance(value, Mapping):
            form |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            form[name] = value
    return form


def title_of(draft: Draft) -> str:
    """What a draft is called: by its own name, else the character's; "" while it has neither."""
    return draft.title or name_of(draft)


def name_of(draft: Draft) -> str:
    """The character's name so far."""
    name = draft.content.get("name", "")
    return name.strip()[:100] if isinstance(name, str) else ""


def edition_content(draft: Draft) -> dict[str, Any]:
    """The fields of `characters.content`, to be checked."""
    return {name: value for name, value in draft.content.items() if name in CONTENT_FIELDS}


def is_field(name: str) -> bool:
    """Whether the form has it: a field of content, a part of a nested one, or one of the draft's own."""
    head, dot, part = name.partition(".")
    if dot:
        return head in NESTED and part.isidentifier() and len(part) <= 40
    return (head in CONTENT_FIELDS or head in OWN) and head not in NOT_BY_HAND


def check_shape(changes: Mapping[str, Any]) -> None:
    """Fields that the form has, and a whole where parts belong. Raises Invalid."""
    if unknown := next((name for name in changes if not is_field(name)), None):
        raise Invalid(_("There is no such field."), field=unknown)
    for name in NESTED:
        if not isinstance(changes.get(name) or {}, Mapping):
            raise Invalid(field=name)


def with_changes(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The content after these changes; None takes a field away. The draft's columns are left out."""
    changed: dict[str, Any] = {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in content.items()
    }
    for name, value in changes.items():
        if name in COLUMNS:
            continue
        head, dot, part = name.partition(".")
        home: dict[str, Any] = changed
        if dot:
            if not isinstance(changed.get(head), dict):
                changed[head] = {}
            home, head = changed[head], part
        if value is None:
            home.pop(head, None)
        else:
            home[head] = value
    return changed


def checked_tags(tags: Iterable[str]) -> list[str]:
    """At most twelve, none longer than a tag may be. Raises Invalid."""
    chosen = list(tags)
    if len(chosen) > MAX_TAGS:
        raise Invalid(_("At most twelve tags."), field="tags", limit=MAX_TAGS)
    if any(len(tag) > MAX_TAG for tag in chosen):
        raise Invalid(_("A tag may have forty characters at most."), field="tags", limit=MAX_TAG)
    return chosen


def storable(value: Any, *, room: int = MAX_DEPTH) -> Any:
    """The same without what a JSON column cannot hold: NUL, halves of characters, infinite numbers. Raises Invalid."""
    if not room:
        raise Invalid
    if isinstance(value, str):
        clean = value.replace("\x00", "").replace("\r\n", "\n")
        return clean.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {storable(str(name)): storable(inner, room=room - 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(each, room=room - 1) for each in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value
