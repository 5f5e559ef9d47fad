"""What can be reported and worked as a case, one handler a kind. Apps above bring theirs in `apps.py`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from django.db.models import QuerySet

from accounts.encryption import Cipher
from accounts.errors import NotFound
from accounts.models import User
from characters.selectors.cast import Viewer
from moderation.models import Case


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text to keep for a case, and under whose key. `stage` and `findings` are empty for what somebody reported."""

    text: str
    cipher: Cipher
    stage: str = ""
    surface: str = ""
    message: UUID | None = None
    conversation: UUID | None = None
    findings: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody is about to report, as they see it. `about` is whose it is."""

    about: User | None
    conversation: UUID | None = None
    evidence: Evidence | None = None
    name: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """What else the report keeps."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a case is about, for whoever works it: facts, never words. `panel` is a template with its context."""

    name: str
    facts: Sequence[tuple[str, str]] = ()
    url: str = ""
    gone: bool = False
    panel: str = ""
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line around what a case is about; `marked` is that one itself."""

    speaker: str
    text: str
    at: datetime
    marked: bool = False


class Subject(Protocol):
    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        """Raises NotFound for what they may not see, YourOwn."""

    def told(self, case: Case) -> Told: ...

    def around(self, case: Case) -> list[Line]:
        """What was sealed, opened: only for a stated purpose, which `services.context` writes down."""

    def remove(self, *, case: Case, by: User, reason: str) -> dict[str, Any]:
        """Take it from where others see it. Returns how it stood, in ids and codes, which is kept as `case.stood`.
        Raises NotFound when it is gone already."""

    def put_back(self, *, case: Case, by: User) -> None:
        """After a granted appeal, as it stood, as far as that can be."""


class Made(Subject, Protocol):
    """Of what people make and show."""

    page: str
    """The name of its address."""

    def open_to_all(self, subject: UUID) -> Any:
        """What anybody with the link could open, of whatever rating. Raises NotFound."""

    def version_for(self, work: Any) -> Any: ...

    def named(self, version: Any) -> str: ...

    def spoken(self, version: Any) -> str: ...

    def columns(self, work: Any, version: Any) -> dict[str, Any]: ...

    def hide(self, work: Any, *, by: User, reason: str) -> None: ...

    def show_again(self, work_id: UUID, *, version_id: UUID, visibility: str, by: User) -> bool:
        """Not while a notice of a rights holder keeps it hidden."""

    def alive(self) -> "QuerySet[Any]":
        """What its author has not deleted: all else waits until it is back."""

    def names(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        """One query."""


_subjects: dict[str, Subject] = {}


def handles(kind: str, subject: Subject) -> None:
    """For `apps.py`: whoever comes first stays."""
    _subjects.setdefault(kind, subject)


def subject_of(kind: str) -> Subject:
    """Raises NotFound for a kind that nobody handles."""
    try:
        return _subjects[kind]
    except KeyError:
        raise NotFound from None


def made_of(kind: str) -> Made:
    """Raises NotFound for a kind that nobody makes."""
    if kind not in Case.MADE:
        raise NotFound
    return cast("Made", subject_of(kind))


def made_things() -> dict[str, Made]:
    """Handlers of what people make, by kind."""
    return {kind: made_of(kind) for kind in Case.MADE}


class Talks(Protocol):
    """Whole talks, for whoever may break the glass (`services.readings`)."""

    def people(self, conversation: UUID) -> list[User]:
        """Who is in it. Raises NotFound."""

    def name(self, conversation: UUID, person: User) -> str: ...

    def lines(self, conversation: UUID, *, before: UUID | None = None) -> tuple[list[Line], UUID | None]:
        """What was said last on its branch, or last before a line, opened; and before which line there is more."""


_talks: list[Talks] = []


def keeps_talks(kept: Talks) -> None:
    """For the app that has them, in its `apps.py`."""
    _talks[:] = [kept]


def talks() -> Talks:
    return _talks[0]
