"""Writing versions of templates, putting one in force and taking it back."""

from typing import Any

from django.db import IntegrityError, connection, transaction

from inference import live
from inference.models import PromptMove, PromptVersion
from inference.prompts import Problem, Source, Unfit, read, shipped
from inference.prompts.problems import Reason
from inference.prompts.problems import reason as _
from inference.selectors import live_versions, moves_of, shelf_with_live

State = PromptVersion.State
LOCK = 7_264_551_012  # advisory: two who put versions in force at once take turns


class CannotMove(ValueError):
    """A version that is in force already, or nothing to take back; the reason says which."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def checked_text(name: str, text: str, *, where: str = "") -> Source:
    """The text as a version of this template, beside what is in force. Raises Unfit with every line that is wrong."""
    source = read(text, where or name)
    if source.name != name:
        raise Unfit(
            [
                Problem(
                    name,
                    1,
                    "",
                    _("it is called %(called)s, and is to be a version of %(name)s", called=source.name, name=name),
                )
            ]
        )
    if name not in shipped().sources:
        raise Unfit([Problem(name, 1, "", _("the product ships no such template, so nothing would use it"))])
    shelf, _unfit = shelf_with_live()
    if problems := shelf.with_these([source]).problems(against=shipped()):
        raise Unfit(problems)
    return source


@transaction.atomic
def write_version(*, name: str, text: str, note: str = "", by: Any = None) -> PromptVersion:
    """A draft. The version is the text's own. Raises Unfit."""
    source = checked_text(name, text)
    _free(source)
    row = PromptVersion(name=name, version=source.version, text=text, note=note, created_by=by)
    return _kept(row, source, insert=True)


@transaction.atomic
def rewrite_version(*, version: PromptVersion, text: str, note: str) -> PromptVersion:
    """Other words for a draft. Raises Unfit; CannotMove for what was in force."""
    row = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if row.state != State.DRAFT or row.was_compared:
        raise CannotMove(_("what replies were made by keeps its words: write a new version"))
    source = checked_text(row.name, text)
    if source.version != row.version:
        _free(source)
    row.text, row.version, row.note = text, source.version, note
    return _kept(row, source, insert=False)


def _free(source: Source) -> None:
    taken = PromptVersion.objects.filter(name=source.name, version=source.version).exists()
    if taken or shipped().sources[source.name].version == source.version:
        raise _taken(source)


def _kept(row: PromptVersion, source: Source, *, insert: bool) -> PromptVersion:
    """Two may find the same version free; the constraint decides."""
    try:
        with transaction.atomic():
            row.save(force_insert=insert, force_update=not insert)
    except IntegrityError as error:
        raise _taken(source) from error
    return row


def _taken(source: Source) -> Unfit:
    return Unfit([Problem(source.where, 1, "", _("there is a version %(version)s already", version=source.version))])


@transaction.atomic
def promote_version(*, version: PromptVersion, by: Any = None) -> PromptMove:
    """In force from now on, on every process within seconds. Raises Unfit, CannotMove."""
    one_at_a_time()
    row = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if row.state == State.LIVE:
        raise CannotMove(_("it is in force already"))
    checked_text(row.name, row.text)
    before = _retire(row.name)
    _in_force(row)
    return _moved(row.name, PromptMove.Action.PROMOTE, before, row.version, by)


@transaction.atomic
def roll_back(*, name: str, by: Any = None, only: PromptVersion | None = None) -> PromptMove:
    """What was in force before the last promotion that was not taken back yet. Raises Unfit, CannotMove.

    `only` this version is taken back, not one that somebody put in its place meanwhile.
    """
    one_at_a_time()
    row = live_versions().filter(name=name).first()
    if only is not None and row != only:
        raise CannotMove(_("it is not in force any more"))
    last = moves_of(name).filter(action=PromptMove.Action.PROMOTE, undone=False).first()
    if row is None or last is None or last.after != row.version:
        raise CannotMove(_("there is nothing to take back"))
    target = PromptVersion.objects.filter(name=name, version=last.before).first()
    if target is not None:
        checked_text(name, target.text)
    unfit_before = {other.pk for other in shelf_with_live()[1]}
    _retire(name)
    if target is not None:
        _in_force(target)
    if unfit := [str(other) for other in shelf_with_live()[1] if other.pk not in unfit_before]:
        raise CannotMove(_("take back first what is written for it: %(names)s", names=", ".join(unfit)))
    last.undone = True
    last.save(update_fields=["undone"])
    return _moved(name, PromptMove.Action.ROLLBACK, row.version, target.version if target else "", by)


def one_at_a_time() -> None:
    """Each is checked beside what is in force; whoever comes second, beside what the first put there."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _retire(name: str) -> str:
    """The version that was in force; empty where it was the shipped file."""
    row = live_versions().filter(name=name).first()
    if row is None:
        return ""
    row.state = State.RETIRED
    row.save(update_fields=["state"])
    return row.version


def _in_force(row: PromptVersion) -> None:
    row.state = State.LIVE
    row.save(update_fields=["state"])


def _moved(name: str, action: str, before: str, after: str, by: Any) -> PromptMove:
    transaction.on_commit(live.known.refresh)
    return PromptMove.objects.create(name=name, action=action, before=before, after=after, by=by)


def write_down_shipped() -> int:
    """Keeps this release's texts, so that what they made can be told when the next ships others. How many are new."""
    new = 0
    for source in shipped().sources.values():
        _row, made = PromptVersion.objects.get_or_create(
            name=source.name,
            version=source.version,
            defaults={"text": source.text, "state": State.RETIRED, "shipped": True},
        )
        new += made
    return new
