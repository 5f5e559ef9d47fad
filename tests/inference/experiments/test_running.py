"""Experiments that are started, change what talks are given, and are stopped."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts import plans
from accounts.ids import uuid7
from accounts.models import Plan
from inference import catalogue, live
from inference.experiments.running import NO_PART, known, part_of
from inference.models import Experiment, Model, PromptVersion
from inference.prompts import shipped
from inference.selectors import live_versions
from inference.services.experiments import CannotRun, start_experiment, stop_experiment
from inference.services.prompts import CannotMove, promote_version, rewrite_version
from tests.inference.experiments.made import NAME, as_shipped, of_models, of_prompts, offers, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_written")]


@pytest.fixture
def nothing_written(db: None) -> None:
    """Whatever tests that commit have left."""
    Experiment.objects.all().delete()
    PromptVersion.objects.filter(shipped=False).delete()


@pytest.fixture
def offered(db: None) -> Iterator[list[Model]]:
    yield offers("Dear", "Cheap")
    catalogue.known.forget()


def started(experiment: Experiment) -> Experiment:
    start_experiment(experiment=experiment)
    known.refresh()
    experiment.refresh_from_db()
    return experiment


def given(talk: UUID | None = None, **asked: Any) -> Any:
    return part_of(talk or uuid7(), **{"asked": "", "plan": plans.FREE} | asked)


def test_talks_get_the_words_of_their_arm_and_keep_them() -> None:
    before = uuid7()
    experiment = started(of_prompts())
    labels = {arm.pk: arm for arm in experiment.arms.all()}
    assert [arm.label for arm in labels.values()] == ["A", "B"]
    told = {}
    for talk in [uuid7() for _ in range(40)]:
        part = given(talk)
        [arm] = part.arms
        told[arm.label] = part.shelf.sources[NAME].version
        assert given(talk) == part
    assert told == {"A": shipped().sources[NAME].version, "B": "8.0.0"}
    assert given(before) is not None
    assert given(before).arms == ()


def test_every_template_of_a_talk_follows_its_arm() -> None:
    started(of_prompts(version("8.0.0"), version("8.1.0", "You speak for")))
    included = {
        part.shelf.template("chat.room", live.occasion_of("en", "")).template()["includes"][NAME]
        for part in (given() for _ in range(40))
    }
    assert included == {"8.0.0", "8.1.0"}


def test_only_so_many_take_part() -> None:
    started(of_prompts(percent=1))
    assert sum(bool(given().arms) for _ in range(200)) < 20


def test_stopped_everybody_gets_what_is_in_force() -> None:
    experiment = started(of_prompts())
    talk = uuid7()
    assert given(talk).arms
    stop_experiment(experiment=experiment)
    known.refresh()
    assert given(talk) == NO_PART
    with pytest.raises(CannotRun):
        stop_experiment(experiment=experiment)
    with pytest.raises(CannotRun):
        start_experiment(experiment=experiment)


def test_the_winner_is_put_in_force() -> None:
    experiment = started(of_prompts())
    stop_experiment(experiment=experiment, winner=experiment.arms.get(label="B"))
    assert live_versions().get(name=NAME).version == "8.0.0"
    experiment.refresh_from_db()
    assert experiment.winner is not None


def test_the_winner_among_models_is_the_houses_own(offered: list[Model]) -> None:
    catalogue.known.refresh()
    experiment = started(of_models("Dear", "Cheap"))
    stop_experiment(experiment=experiment, winner=experiment.arms.get(model="Cheap"))
    assert Model.objects.first().name == "Cheap"  # type: ignore[union-attr]


def test_models_are_compared_where_nobody_chose_and_everybody_may(offered: list[Model]) -> None:
    offered[1].plans.set([Plan.objects.get(pk=plans.UNLIMITED)])
    catalogue.known.refresh()
    started(of_models("Dear", "Cheap"))
    assert {given(plan=plans.UNLIMITED).model for _ in range(40)} == {"Dear", "Cheap"}
    assert not given(plan=plans.FREE).arms
    assert not given(plan=plans.UNLIMITED, asked="Dear").arms
    assert given(plan=plans.UNLIMITED, asked="long gone").arms


def test_a_prompt_and_a_model_can_be_compared_at_once(offered: list[Model]) -> None:
    catalogue.known.refresh()
    started(of_models("Dear", "Cheap"))
    started(of_prompts())
    parts = [given() for _ in range(60)]
    assert {(part.model, part.shelf.sources[NAME].version) for part in parts} == {
        (model, number) for model in ("Dear", "Cheap") for number in (shipped().sources[NAME].version, "8.0.0")
    }
    assert {len(part.arms) for part in parts} == {2}


def test_one_of_a_kind_at_a_time() -> None:
    first, second = of_prompts(), of_prompts(as_shipped(), version("8.2.0"))
    started(first)
    with pytest.raises(CannotRun, match="Another"):
        start_experiment(experiment=second)
    stop_experiment(experiment=first)
    start_experiment(experiment=second)


@pytest.mark.parametrize(
    ("arms", "why"),
    [
        (lambda: [as_shipped()], "Two to five"),
        (lambda: [as_shipped(), as_shipped()], "the same"),
        (lambda: [as_shipped(), as_shipped("chat.room")], "one template"),
        (lambda: [as_shipped("characters.draft"), as_shipped("characters.draft")], "the same"),
    ],
)
def test_what_cannot_be_compared_is_told(arms: Any, why: str) -> None:
    with pytest.raises(CannotRun, match=why):
        start_experiment(experiment=of_prompts(*arms()))


def test_only_what_talks_are_made_of_is_compared() -> None:
    row = as_shipped("characters.draft")
    text = row.text.replace(f"version: {row.version}", "version: 8.0.0")
    other = PromptVersion.objects.create(name=row.name, version="8.0.0", text=text)
    with pytest.raises(CannotRun, match="templates of talks"):
        start_experiment(experiment=of_prompts(row, other))


def test_an_arm_has_to_pass_the_check(offered: list[Model]) -> None:
    broken = version("8.0.0")
    PromptVersion.objects.filter(pk=broken.pk).update(text=broken.text.replace("{char}", "{nobody}", 1))
    broken.refresh_from_db()
    with pytest.raises(CannotRun, match="does not pass the check"):
        start_experiment(experiment=of_prompts(as_shipped(), broken))
    catalogue.known.refresh()
    with pytest.raises(CannotRun, match="Nobody"):
        start_experiment(experiment=of_models("Dear", "Nobody"))


def test_a_draft_that_replies_were_made_by_keeps_its_words() -> None:
    draft = version("8.0.0")
    text = draft.text.replace("You give", "You lend")
    experiment = of_prompts(as_shipped(), draft)
    draft = rewrite_version(version=draft, text=text, note="")
    started(experiment)
    with pytest.raises(CannotMove):
        rewrite_version(version=draft, text=draft.text.replace("You lend", "You owe"), note="")
    with pytest.raises(ProtectedError), transaction.atomic():
        draft.delete()


def test_an_arm_that_fits_no_more_is_given_to_nobody() -> None:
    """What it leans on was promoted since: then nobody takes part, not half of them."""
    room = as_shipped("chat.room")
    named = room.text.replace(f"version: {room.version}", "version: 8.0.0")
    inner = version("8.5.0")
    other = PromptVersion.objects.create(name="chat.room", version="8.0.0", text=named)
    experiment = started(of_prompts(room, other))
    assert given().arms
    PromptVersion.objects.filter(pk=other.pk).update(text=named.replace("include", "included", 1))
    promote_version(version=inner)
    known.refresh()
    assert experiment.is_running
    assert given() == NO_PART


def test_the_database_keeps_the_rules() -> None:
    experiment = of_prompts()
    for fields in (
        {"prompt": None, "model": ""},
        {"prompt": as_shipped(), "model": "both"},
        {"model": "x", "weight": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            experiment.arms.create(**fields)


def test_a_turn_asks_nothing_and_a_look_asks_once(django_assert_num_queries: Any) -> None:
    started(of_prompts())
    with django_assert_num_queries(0):
        assert given().arms
    with django_assert_num_queries(1):
        known.refresh()


def test_one_is_stopped_from_the_shell() -> None:
    def command(*arguments: str) -> str:
        out = StringIO()
        call_command("experiments", *arguments, stdout=out)
        return out.getvalue()

    experiment = started(of_prompts())
    assert f"{experiment.pk} runs" in command("list")
    assert "B chat.reply 8.0.0" in command("list")
    assert "is stopped" in command("stop", str(experiment.pk))
    assert "stopped" in command("list")
    with pytest.raises(CommandError):
        command("stop")
