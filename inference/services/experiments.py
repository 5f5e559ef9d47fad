"""Starting an experiment, stopping it, and putting in force what won."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from inference import catalogue
from inference.experiments import running
from inference.experiments.subjects import templates_of_talks
from inference.models import Experiment, ExperimentArm, Model, PromptVersion
from inference.prompts import Unfit
from inference.registry import chat_models, may_answer
from inference.selectors import shelf_with_live
from inference.services.prompts import CannotMove, one_at_a_time, promote_version

LABELS = "ABCDE"


class CannotRun(ValueError):
    """Why an experiment cannot be started or stopped, in words for who wants to."""


def check_arms(kind: str, arms: Sequence[ExperimentArm]) -> None:
    """Whether these can be compared now. Raises CannotRun."""
    if not 2 <= len(arms) <= len(LABELS):
        raise CannotRun(_("Two to five arms can be compared."))
    given = [arm.prompt_id if kind == Experiment.Kind.PROMPT else arm.model for arm in arms]
    if not all(given):
        raise CannotRun(_("Each arm needs what it gives."))
    if len(set(given)) < len(given):
        raise CannotRun(_("Two arms give the same."))
    if kind == Experiment.Kind.PROMPT:
        _check_prompts([arm.prompt for arm in arms if arm.prompt is not None])
    elif missing := [arm.model for arm in arms if not may_answer(arm.model)]:
        raise CannotRun(_("No such model is in use: %(names)s") % {"names": ", ".join(missing)})


def _check_prompts(prompts: Sequence[PromptVersion]) -> None:
    names = {prompt.name for prompt in prompts}
    if len(names) > 1:
        raise CannotRun(_("All arms must be versions of one template."))
    if not names <= templates_of_talks():
        raise CannotRun(_("Only the templates of talks can be compared: %(names)s")
                        % {"names": ", ".join(sorted(templates_of_talks()))})  # fmt: skip
    live, _unfit = shelf_with_live()
    for prompt in prompts:
        try:
            running.fitting(running.read(prompt.text, str(prompt)), live)
        except Unfit as unfit:
            told = {"prompt": prompt, "problem": unfit.problems[0]}
            raise CannotRun(_("%(prompt)s does not pass the check: %(problem)s") % told) from unfit


@transaction.atomic
def start_experiment(*, experiment: Experiment, by: Any = None) -> None:
    """From now on, on every process within seconds; for talks that begin from now on. Raises CannotRun."""
    one_at_a_time()
    row = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if row.started_at is not None:
        raise CannotRun(_("It was started already."))
    arms = list(row.arms.order_by("id"))
    # Locked, so that no draft is rewritten while it is looked at; from then on it keeps its words.
    list(PromptVersion.objects.select_for_update().filter(arms__in=arms).order_by("pk"))
    check_arms(row.kind, arms)
    for arm, label in zip(arms, LABELS, strict=False):
        arm.label = label
        arm.save(update_fields=["label"])
    row.started_at, row.started_by = timezone.now(), by
    try:
        with transaction.atomic():
            row.save(update_fields=["started_at", "started_by"])
    except IntegrityError as error:
        raise CannotRun(_("Another experiment of this kind runs. Stop that one first.")) from error
    transaction.on_commit(running.known.refresh)


@transaction.atomic
def stop_experiment(*, experiment: Experiment, by: Any = None, winner: ExperimentArm | None = None) -> None:
    """Everybody gets what is in force, on every process within seconds; with a winner, that is what the winner gives.

    Raises CannotRun; Unfit where the winner does not fit any more.
    """
    one_at_a_time()
    row = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if not row.is_running:
        raise CannotRun(_("It does not run."))
    if winner is not None:
        _put_in_force(winner, by)
    row.stopped_at, row.stopped_by, row.winner = timezone.now(), by, winner
    row.save(update_fields=["stopped_at", "stopped_by", "winner"])
    transaction.on_commit(running.known.refresh)


def _put_in_force(arm: ExperimentArm, by: Any) -> None:
    if arm.prompt is not None:
        try:
            promote_version(version=arm.prompt, by=by)
        except CannotMove:
            pass  # it was in force all along
        return
    if arm.model not in Model.objects.filter(enabled=True).values_list("name", flat=True):
        raise CannotRun(_("%(name)s stands in the environment: put it first in CHAT_MODEL.") % {"name": arm.model})
    if chat_models()[0] == arm.model:
        return
    first = Model.objects.aggregate(first=Min("order"))["first"]
    if not first:
        Model.objects.update(order=F("order") + 1)
        first = 1
    Model.objects.filter(name=arm.model).update(order=first - 1)
    transaction.on_commit(catalogue.known.refresh)
