"""The experiments that run, as this process knows them. A turn asks nothing: what was read last decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from django.db.models import Prefetch, QuerySet
from psycopg.sql import SQL

from inference.experiments.assignment import Arm, Draw, arm_of
from inference.live import MARK
from inference.models import Experiment, ExperimentArm
from inference.prompts import Shelf, Source, Unfit, read, shipped
from inference.registry import may_answer
from inference.selectors import shelf_with_live
from inference.snapshot import Snapshot, joined

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """What a talk is given by the experiments that it takes part in. `shelf` and `model` only where one says so."""

    arms: tuple[Arm, ...] = ()
    shelf: Shelf | None = None
    model: str = ""


NO_PART = Part()


@dataclass(frozen=True, slots=True)
class Running:
    """One experiment, ready: what each arm gives, by its id."""

    draw: Draw
    shelves: Mapping[UUID, Shelf] = field(default_factory=dict)
    models: Mapping[UUID, str] = field(default_factory=dict)

    def suits(self, asked: str, plan: str) -> bool:
        """Models are compared where nobody chose one, and only on plans that may use all of them."""
        if not self.models:
            return True
        chosen = asked and may_answer(asked, plan)
        return not chosen and all(may_answer(model, plan) for model in self.models.values())


def part_of(talk: UUID, *, asked: str, plan: str) -> Part:
    """`asked` is the model that the character's author wants, `plan` is whose line is answered."""
    if not known.current:
        return NO_PART
    given = [
        (running, arm)
        for running in known.current
        if running.suits(asked, plan) and (arm := arm_of(running.draw, talk)) is not None
    ]
    return Part(
        arms=tuple(arm for _, arm in given),
        shelf=next((running.shelves[arm.id] for running, arm in given if running.shelves), None),
        model=next((running.models[arm.id] for running, arm in given if running.models), ""),
    )


def running_experiments() -> QuerySet[Experiment]:
    arms = ExperimentArm.objects.select_related("prompt")
    found = Experiment.objects.filter(started_at__isnull=False, stopped_at=None)
    return found.order_by("kind").prefetch_related(Prefetch("arms", arms))


def _read() -> tuple[Running, ...]:
    live, _unfit = shelf_with_live()
    found = []
    for experiment in running_experiments():
        try:
            found.append(_ready(experiment, live))
        except Unfit as unfit:
            # What was promoted, or released, since: better what is in force for everybody than for one arm.
            log.error("experiment_does_not_fit", experiment=str(experiment.pk), problems=len(unfit.problems))
    log.info("experiments_read", running=len(found))
    return tuple(found)


def _ready(experiment: Experiment, live: Shelf) -> Running:
    assert experiment.started_at is not None
    arms = list(experiment.arms.all())
    draw = Draw(
        experiment.pk,
        since=int(experiment.started_at.timestamp() * 1000),
        percent=experiment.percent,
        arms=tuple(Arm(arm.pk, arm.label, arm.weight) for arm in arms),
    )
    if experiment.kind == Experiment.Kind.MODEL:
        return Running(draw, models={arm.pk: arm.model for arm in arms})
    return Running(draw, shelves={arm.pk: shelf_of(arm, live) for arm in arms})


def shelf_of(arm: ExperimentArm, live: Shelf) -> Shelf:
    """What is in force, with the arm's version in its place. Raises Unfit."""
    assert arm.prompt is not None
    return fitting(read(arm.prompt.text, str(arm.prompt)), live)


def fitting(source: Source, live: Shelf) -> Shelf:
    """Raises Unfit."""
    shelf = live.with_these([source])
    if problems := shelf.problems(against=shipped()):
        raise Unfit(problems)
    return shelf


# What runs never changes, and stands beside what is in force.
_RUNNING = SQL(
    "(select string_agg(id::text, ' ' order by id) from inference_experiment"
    " where started_at is not null and stopped_at is null)"
)
known: Snapshot[tuple[Running, ...]] = Snapshot("experiments", mark=joined(_RUNNING, MARK), read=_read, empty=())
