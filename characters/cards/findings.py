"""What there is to say about a card: one sentence each, before anything is imported or handed out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

# kept: not understood, but it stays in the card. changed: read in another form than it was written.
# scripts: kept, never run. lost: the target has no place for it. removed: private, taken out. note: good to know.
Kind = Literal["kept", "changed", "scripts", "lost", "removed", "note"]
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is for programs, `message` for people, in their language; `items` are names from the card."""

    kind: Kind
    code: str
    message: str | Promise
    items: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "code": self.code, "message": str(self.message), "items": list(self.items)}

    @property
    def listed(self) -> str:
        """The names, as many as one reads."""
        more = len(self.items) - SHOWN
        shown = _(", ").join(self.items[:SHOWN])
        return shown if more <= 0 else _("%(names)s and %(count)s more") % {"names": shown, "count": more}


def names(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order, short enough to be shown."""
    return tuple(dict.fromkeys(each[:60] for each in found))
