"""Rows of an archive become rows of this house: each under a new id, each looked at as if it were written by hand.

An id in the file leads only to what came out of the same file, never to a row that was here before. Which columns are
taken is said by the holding (`restored`), so that nothing else can be smuggled in; what is to be judged, counted or
made anew is the app's (`restores`).
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction

from accounts.encryption import Place, cipher_of
from accounts.errors import ProductError
from accounts.judging import Place as JudgedPlace
from accounts.judging import judged
from accounts.models import User
from accounts.privacy.holdings import Holding, taken
from accounts.restore.guard import BadLine, Brought

logger = logging.getLogger(__name__)

MOST_PROBLEMS = 200
Raw = Mapping[str, Any]


class Refused(Exception):
    """This row cannot be taken. `code` is one of accounts/restore/words.py, `field` where it is wrong."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


class LeftOut(Exception):
    """This row is not to be taken: it lay in the trash, or is a part of what is not taken."""


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    line: int
    code: str
    field: str = ""
    said: str = ""


@dataclass(slots=True)
class Work:
    """One archive, on its way in. `made` are the new ids by model and old id, `met` those of characters of others."""

    user: User
    brought: Brought
    tell: Callable[[], None]
    made: dict[tuple[str, str], Any] = field(default_factory=dict)
    met: dict[tuple[str, str], Any] = field(default_factory=dict)
    left_out: set[tuple[str, str]] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    # The line that is looked at, and what apps put aside until all is there.
    number: int = 0
    aside: list[tuple[Holding, int, Any]] = field(default_factory=list)
    _later: list[tuple[Holding, Any, str, str, str]] = field(default_factory=list)

    # --- the whole

    def run(self) -> None:
        """Within a transaction of the caller's: whole, or not at all."""
        for begin in _beginnings:
            begin(self)
        for holding in in_order():
            self._section(holding)
            self._settle()
        self._settle(at_last=True)
        for finish in _endings:
            finish(self)

    def _section(self, holding: Holding) -> None:
        if (whole := _sections.get(holding.model)) is not None:
            whole(self, holding)
            return
        take = _takers.get(holding.model, plainly)
        for number, raw in self.rows(holding):
            with self.line(holding, number):
                pk = take(self, holding, raw)
                self.keep(holding, raw, pk)

    def rows(self, holding: Holding) -> Iterator[tuple[int, Raw]]:
        """Those that are rows; of the others it is told."""
        for number, raw in self.brought.lines(f"data/{holding.taken}.jsonl"):
            self.tell()
            self.number = number
            if isinstance(raw, BadLine):
                self.problem(holding, number, Refused("no_row"))
            elif raw.get("deleted_at"):
                self.leave(holding, raw)
            else:
                yield number, raw

    def read(self, section: str) -> Iterator[Raw]:
        """Rows of any section, once more: of those that cannot be read it is told elsewhere."""
        for _number, raw in self.brought.lines(f"data/{section}.jsonl"):
            if not isinstance(raw, BadLine):
                yield raw

    def line(self, holding: Holding, number: int, *, writes: bool = True) -> "_Line":
        """Around what is done with one row. Without writes it costs nothing."""
        return _Line(self, holding, number, writes)

    def keep(self, holding: Holding, raw: Raw, pk: Any) -> None:
        self.counts[holding.taken] += 1
        if isinstance(old := raw.get("id"), str):
            self.made[holding.model, old] = pk

    def leave(self, holding: Holding, raw: Raw) -> None:
        if isinstance(old := raw.get("id"), str):
            self.left_out.add((holding.model, old))

    def problem(self, holding: Holding, number: int, error: Refused | ProductError) -> None:
        self.refused[holding.taken] += 1
        if len(self.problems) < MOST_PROBLEMS:
            about = error.field if isinstance(error, Refused) else str(error.extra.get("field") or "")
            said = "" if isinstance(error, Refused) else str(error.message)
            self.problems.append(Problem(f"data/{holding.taken}.jsonl", number, error.code, about, said))

    # --- references

    def found(self, model: str, old: Any, name: str, *, meets: bool = False) -> Any:
        """The new id. Raises Refused for one that did not come along, LeftOut for what was left out on purpose."""
        key = (model, old)
        if not isinstance(old, str):
            raise Refused("no_reference", name)
        if key in self.made:
            return self.made[key]
        if meets and key in self.met:
            return self.met[key]
        if key in self.left_out:
            raise LeftOut
        raise Refused("no_reference", name)

    def later(self, holding: Holding, pk: Any, column: str, model: str, old: str) -> None:
        """A reference to what has not come in yet."""
        self._later.append((holding, pk, column, model, old))

    def _settle(self, *, at_last: bool = False) -> None:
        waiting = []
        for holding, pk, column, model, old in self._later:
            if (new := self.made.get((model, old))) is not None:
                holding.rows._base_manager.filter(pk=pk).update(**{column: new})
            elif not at_last:
                waiting.append((holding, pk, column, model, old))
        self._later = waiting

    def renamed(self, value: Any) -> Any:
        """JSON in which ids of pictures and cards stand: the new ones."""
        if isinstance(value, str):
            return next((str(self.made[model, value]) for model in _in_json if (model, value) in self.made), value)
        if isinstance(value, list):
            return [self.renamed(each) for each in value]
        if isinstance(value, dict):
            return {name: self.renamed(each) for name, each in value.items()}
        return value


class _Line:
    """What goes wrong with one row ends that row alone."""

    def __init__(self, work: Work, holding: Holding, number: int, writes: bool) -> None:
        self.work, self.holding, self.number = work, holding, number
        self._savepoint: Any = transaction.atomic() if writes else nullcontext()

    def __enter__(self) -> None:
        self._savepoint.__enter__()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        self._savepoint.__exit__(kind, error, trace)
        if isinstance(error, LeftOut):
            return True
        if isinstance(error, (Refused, ProductError)):
            self.work.problem(self.holding, self.number, error)
            return True
        if isinstance(error, BadLine):
            self.work.problem(self.holding, self.number, Refused("no_file"))
            return True
        if isinstance(error, (IntegrityError, DataError, ValidationError)):
            logger.info("a row of a take-out does not fit: %s", type(error).__name__)
            self.work.problem(self.holding, self.number, Refused("does_not_fit"))
            return True
        return False


# --- who does what

Taker = Callable[[Work, Holding, Raw], Any]


class WholeSection(Protocol):
    def __call__(self, work: Work, holding: Holding, /) -> None: ...


_takers: dict[str, Taker] = {}
_after: dict[str, set[str]] = {}
_sections: dict[str, WholeSection] = {}
_meeting: set[str] = set()
_in_json: list[str] = []
_beginnings: list[Callable[[Work], None]] = []
_endings: list[Callable[[Work], None]] = []


def restores(model: str, take: Taker) -> None:
    """For apps, in their `apps.py`: `take(work, holding, raw)` makes the row, and answers its id. Repeatable."""
    _takers[model] = take


def restores_all(model: str, whole: WholeSection) -> None:
    """The same for a section that is read as a whole."""
    _sections[model] = whole


def comes_after(model: str, *others: str) -> None:
    """A reference of it may be empty, but not as this row has it."""
    _after.setdefault(model, set()).update(others)


def may_meet(*models: str) -> None:
    """Rows of these may refer to characters of others."""
    _meeting.update(models)


def named_in_json(*models: str) -> None:
    """Ids of these stand in texts of JSON."""
    _in_json.extend(model for model in models if model not in _in_json)


def before_all(begin: Callable[[Work], None]) -> None:
    if begin not in _beginnings:
        _beginnings.append(begin)


def after_all(finish: Callable[[Work], None]) -> None:
    if finish not in _endings:
        _endings.append(finish)


def in_order() -> list[Holding]:
    """What is referred to comes first; a reference that may be empty can wait."""
    waiting = {holding.model: holding for holding in taken() if holding.restored}
    ordered: list[Holding] = []
    while waiting:
        ready = [each for each in waiting.values() if not (_needs(each) & waiting.keys() - {each.model})]
        assert ready, f"{sorted(waiting)} refer to each other"
        ordered.append(ready[0])
        del waiting[ready[0].model]
    return ordered


def _needs(holding: Holding) -> set[str]:
    required = {
        column.related_model._meta.label
        for column in _columns(holding)
        if column.is_relation and (not column.null or column.name in _path(holding))
    }
    return required | _after.get(holding.model, set())


def _columns(holding: Holding) -> Iterable[Any]:
    return [field for field in holding.rows._meta.local_concrete_fields if field.name in holding.restored]


def _path(holding: Holding) -> list[str]:
    """The columns that lead to the person."""
    return holding.whose.split("__")[:1]


# --- one row


def plainly(work: Work, holding: Holding, raw: Raw) -> Any:
    """A row of which nothing is special: every text is judged, what is sealed is sealed under the person's key."""
    row, texts = built(work, holding, raw)
    where = JudgedPlace("input", rating="explicit")
    for column in _columns(holding):
        if isinstance(column, (models.CharField, models.TextField)) and not column.choices:
            setattr(row, column.name, judged(getattr(row, column.name) or "", where, field=column.name, user=work.user))
    for name, text in texts.items():
        texts[name] = judged(text, where, field=name, user=work.user)
    return saved(work, holding, raw, row, texts)


def built(work: Work, holding: Holding, raw: Raw) -> tuple[Any, dict[str, str]]:
    """The row, not saved yet, and apart from it the texts that are to be sealed in it."""
    row, texts = holding.rows(), dict[str, str]()
    if "__" not in holding.whose and holding.whose != "pk":
        setattr(row, holding.whose, work.user)
    for column in _columns(holding):
        name = column.name
        if name in holding.files or name not in raw:
            continue
        if name in holding.sealed:
            texts[name] = _text(raw[name], name)
        elif column.is_relation:
            _refer(work, holding, row, column, raw[name])
        else:
            setattr(row, name, cleaned(column, work.renamed(raw[name])))
    return row, texts


def _refer(work: Work, holding: Holding, row: Any, column: Any, old: Any) -> None:
    model = column.related_model._meta.label
    if old is None and column.null:
        return
    own = column.name in _path(holding)
    try:
        new = work.found(model, old, column.name, meets=holding.model in _meeting and not own)
    except (LeftOut, Refused):
        # An empty one does as well; or what it leads to comes in later.
        if not column.null or own:
            raise
        return
    setattr(row, column.attname, new)


def saved(work: Work, holding: Holding, raw: Raw, row: Any, texts: Mapping[str, str] = {}) -> Any:
    cipher = cipher_of(work.user) if texts else None
    for name, text in texts.items():
        assert cipher is not None
        setattr(row, name, cipher.seal(text, Place(holding.sealed[name], row.pk)) if text else b"")
    # What the database sets by itself with a new row is put right after it.
    moments = {
        column.name: getattr(row, column.name)
        for column in _columns(holding)
        if getattr(column, "auto_now_add", False) and column.name in raw
    }
    row.save(force_insert=True)
    if moments:
        holding.rows._base_manager.filter(pk=row.pk).update(**moments)
    wait_for(work, holding, raw, row)
    return row.pk


def wait_for(work: Work, holding: Holding, raw: Raw, row: Any) -> None:
    """References that may still come."""
    for column in _columns(holding):
        old = raw.get(column.name)
        if column.is_relation and column.null and isinstance(old, str) and getattr(row, column.attname) is None:
            work.later(holding, row.pk, column.attname, column.related_model._meta.label, old)


def cleaned(column: Any, value: Any) -> Any:
    """As the column takes it. Raises Refused."""
    if value is None:
        if column.null:
            return None
        if column.has_default():
            return column.get_default()
        raise Refused("missing", column.name)
    if isinstance(column, models.BooleanField) and not isinstance(value, bool):
        raise Refused("no_yes_or_no", column.name)
    if isinstance(column, models.IntegerField) and (isinstance(value, bool) or not isinstance(value, int)):
        raise Refused("no_number", column.name)
    if isinstance(column, (models.CharField, models.TextField)):
        value = _text(value, column.name)
    if isinstance(column, (models.DateTimeField, models.UUIDField)) and not isinstance(value, str):
        raise Refused("does_not_fit", column.name)
    try:
        value = column.to_python(value)
        nothing = column.blank and value in column.empty_values
        if column.choices and not nothing and value not in dict(column.flatchoices):
            raise Refused("no_choice", column.name)
        if value not in column.empty_values:
            column.run_validators(value)
    except ValidationError:
        raise Refused("does_not_fit", column.name) from None
    if isinstance(column, models.DateTimeField) and value.tzinfo is None:
        raise Refused("does_not_fit", column.name)
    return value


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused("no_text", name)
    return value


def as_id(value: Any, name: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Refused("no_reference", name) from None
