"""Experiments in the admin: put together by whoever may, started and stopped by whoever may that."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from inference.experiments.running import known
from inference.models import Experiment, PromptVersion
from inference.selectors import live_versions
from tests.characters.conftest import signed_in
from tests.inference.experiments.made import NAME, as_shipped, of_models, of_prompts, version
from tests.inference.prompts.test_prompt_admin import staff

pytestmark = pytest.mark.django_db
LIST = "/admin/inference/experiment/"
SEE = ("view_experiment",)
WRITE = (
    *SEE, "add_experiment", "change_experiment", "add_experimentarm", "change_experimentarm", "delete_experimentarm",
    "view_experimentarm",
)  # fmt: skip
RUN = (*SEE, "run_experiment")


@pytest.fixture(autouse=True)
def nothing_written(db: None) -> None:
    """Whatever tests that commit have left."""
    Experiment.objects.all().delete()
    PromptVersion.objects.filter(shipped=False).delete()


def form(*arms: dict[str, Any], kind: str = "prompt", **fields: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"name": "Gentler rules", "kind": kind, "percent": "50", "note": "Fewer other takes."}
    sent |= {"arms-TOTAL_FORMS": str(len(arms)), "arms-INITIAL_FORMS": "0"}
    for number, arm in enumerate(arms):
        sent |= {f"arms-{number}-{name}": value for name, value in ({"weight": "1"} | arm).items()}
    return sent | fields


def read(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def page_of(experiment: Experiment) -> str:
    return f"{LIST}{experiment.pk}/change/"


def run(user: User, experiment: Experiment, **fields: str) -> Any:
    return signed_in(user).post(reverse("admin:inference_experiment_run", args=[experiment.pk]), fields, follow=True)


def test_an_experiment_is_put_together_and_does_not_run_yet() -> None:
    author = staff(*WRITE)
    sent = form({"prompt": as_shipped().pk}, {"prompt": version("8.0.0").pk, "weight": "3"})
    told = signed_in(author).post(f"{LIST}add/", sent, follow=True)
    assert "does not run yet" in read(told)
    made = Experiment.objects.get()
    assert (made.created_by, made.percent, made.started_at) == (author, 50, None)
    assert [arm.weight for arm in made.arms.order_by("id")] == [1, 3]
    assert "not started" in read(signed_in(author).get(LIST))


def test_what_cannot_be_compared_is_told_in_the_form() -> None:
    client, draft = signed_in(staff(*WRITE)), version("8.0.0")
    for arms, why in (
        ([{"prompt": draft.pk}], "Two to five arms"),
        ([{"prompt": draft.pk}, {"prompt": draft.pk}], "Two arms give the same"),
        ([{"prompt": draft.pk}, {"prompt": as_shipped("chat.room").pk}], "versions of one template"),
        ([{"prompt": draft.pk, "model": "script-3"}, {"model": "script-3"}], "a version of a prompt, or a model"),
        ([{"model": "script-4"}, {"model": "script-3"}], "Each arm needs what it gives"),
    ):
        assert why in read(client.post(f"{LIST}add/", form(*arms))), why
    assert not Experiment.objects.exists()
    assert client.post(f"{LIST}add/", form({"model": "x"}, {"model": "y"}, kind="model")).status_code == 302


def test_it_is_started_and_stopped_by_whoever_may() -> None:
    experiment, operator = of_prompts(), staff(*RUN)
    assert run(staff(*WRITE), experiment, do="start").status_code == 403
    assert "Every server follows" in read(run(operator, experiment, do="start"))
    experiment.refresh_from_db()
    assert (experiment.started_by, experiment.is_running) == (operator, True)
    assert "started already" in read(run(operator, experiment, do="start"))
    assert "everybody gets what is in force" in read(run(operator, experiment, do="stop"))
    experiment.refresh_from_db()
    assert (experiment.stopped_by, experiment.is_running) == (operator, False)


def test_the_winner_needs_the_right_to_put_prompts_in_force() -> None:
    experiment = of_prompts()
    run(staff(*RUN), experiment, do="start")
    assert run(staff(*RUN), experiment, do="stop", winner="B").status_code == 403
    told = read(run(staff(*RUN, "promote_promptversion"), experiment, do="stop", winner="B"))
    assert "chat.reply 8.0.0 is in force" in told
    assert "was put in force" in told
    assert live_versions().get(name=NAME).version == "8.0.0"


def test_a_model_of_the_environment_is_not_put_in_force_here() -> None:
    experiment, operator = of_models("script-3", "script-4"), staff(*RUN, "change_model")
    run(operator, experiment, do="start")
    assert "CHAT_MODEL" in read(run(operator, experiment, do="stop", winner="B"))
    experiment.refresh_from_db()
    assert experiment.is_running


def test_once_started_nothing_of_it_can_be_changed() -> None:
    experiment, author = of_prompts(), staff(*WRITE, *RUN, "delete_experiment")
    run(author, experiment, do="start")
    signed_in(author).post(page_of(experiment), form(name="Another name"))
    experiment.refresh_from_db()
    assert experiment.name == "Gentler rules"
    assert experiment.arms.count() == 2
    assert signed_in(author).post(f"{LIST}{experiment.pk}/delete/", {"post": "yes"}).status_code == 403


def test_its_page_says_that_an_arm_fits_no_more() -> None:
    experiment, operator = of_prompts(), staff(*RUN)
    run(operator, experiment, do="start")
    assert "does not fit" not in read(signed_in(operator).get(page_of(experiment)))
    PromptVersion.objects.filter(version="8.0.0").update(text="name: nothing")
    known.forget()
    assert "does not fit" in read(signed_in(operator).get(page_of(experiment)))


@pytest.mark.parametrize("rights", [(), ("view_promptversion",)])
def test_others_see_nothing_of_it(rights: tuple[str, ...]) -> None:
    experiment = of_prompts()
    client = signed_in(staff(*rights))
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(experiment)).status_code == 403
    assert run(staff(*rights, "run_experiment"), experiment, do="start").status_code == 403
    assert client.get(reverse("admin:inference_experiment_run", args=[experiment.pk])).status_code == 405
