"""Experiments on real processes: a talk gets its arm on every server, also after a restart, until they are stopped."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest_asyncio

from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from characters.services import create_character
from chat.models import Turn
from chat.selectors.receipt import template_in
from inference import live
from inference.experiments.running import known, part_of
from inference.models import Experiment, PromptVersion
from inference.prompts import shipped
from inference.services.experiments import start_experiment, stop_experiment
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.stage import Player, Stage, eventually, in_database
from tests.chat.test_receipt import path
from tests.inference.experiments.made import NAME, of_models, of_prompts
from tests.stack import Server, StandIn

OTHER = "You give the part of"
MODELS = ("script-3", "script-4")


@dataclass
class Trial:
    """A prompt and a model are compared at once, on two processes."""

    servers: list[Server]
    running: list[Experiment]
    labels: dict[UUID, str] = field(default_factory=dict)

    def expected(self, talk: UUID) -> tuple[str, str]:
        """By the plain function: the label of its prompt, and its model."""
        part = part_of(talk, asked="", plan="unlimited")
        of_prompt = next(arm.label for arm in part.arms if arm.id in self.labels)
        return of_prompt, part.model

    async def followed(self, count: int) -> None:
        async def by_all() -> bool:
            ends = [server.said().rpartition("experiments_read")[2] for server in self.servers]
            return all(f"running={count}" in end.partition("\n")[0] for end in ends)

        await eventually(by_all)


@pytest_asyncio.fixture
async def trial(start_server: Callable[..., Server], standin: StandIn, committed: None) -> AsyncIterator[Trial]:
    servers = [await in_database(lambda: start_server(CATALOGUE_SECONDS="0.2", LOG_LEVEL="INFO")) for _ in range(2)]

    def begin() -> Trial:
        prompts, models = of_prompts(), of_models(*MODELS)
        for each in (prompts, models):
            start_experiment(experiment=each)
        known.refresh()
        return Trial(servers, [prompts, models], {arm.pk: arm.label for arm in prompts.arms.all()})

    trial = await in_database(begin)
    await trial.followed(2)
    yield trial

    def clear() -> None:
        Experiment.objects.filter(pk__in=[each.pk for each in trial.running]).delete()
        PromptVersion.objects.filter(name=NAME, shipped=False).delete()

    await in_database(clear)
    known.forget()
    live.known.forget()


def nobodys_choice(author: User) -> Character:
    """Her author asks for no model."""
    edition = {"name": "Mira", "description": "Keeps a tavern.", "greetings": ["Evening."]}
    return create_character(owner=author, editions={"en": edition})


async def talks_of_all_arms(stage: Stage, trial: Trial, player: Player) -> dict[tuple[str, str], Any]:
    character = await in_database(lambda: nobodys_choice(player.user))
    found: dict[tuple[str, str], Any] = {}
    while len(found) < 4:
        talk = await stage.talk_with(player, character)
        found.setdefault(trial.expected(talk.pk), talk)
    return found


async def said(stage: Stage, standin: StandIn, talk: Any, player: Player, server: Server) -> tuple[str, str, Turn]:
    """What the model was asked by, and what was written down of it."""
    word = uuid7().hex
    page = await stage.open(talk, player, server=server)
    turn = await page.turn(f"Hello, {word}.")
    await page.close()
    [asked] = [each for each in await in_database(standin.requests) if word in str(each["body"]["messages"][-1])]
    stored = await in_database(lambda: Turn.objects.get(reply_id=turn.message_id))
    return asked["model"], asked["body"]["messages"][0]["content"], stored


async def test_each_talk_keeps_its_arm_until_the_experiment_is_stopped(
    stage: Stage, trial: Trial, standin: StandIn
) -> None:
    player = await stage.player()
    before = shipped().sources[NAME].version
    talks = await talks_of_all_arms(stage, trial, player)

    async def assert_arms(server: Server) -> None:
        for (label, model), talk in talks.items():
            asked, system, turn = await said(stage, standin, talk, player, server)
            name, versions = template_in(turn.manifest)
            assert (asked, turn.model) == (model, model)
            assert (OTHER in system) == (label == "B")
            assert versions[name] == ("8.0.0" if label == "B" else before)
            assert label in [trial.labels.get(arm) for arm in turn.arms]
            assert turn.manifest["arms"].keys() == {str(arm) for arm in turn.arms}
            assert len(turn.arms) == 2

    for server in trial.servers:
        await assert_arms(server)
    await in_database(trial.servers[0].restart)
    await assert_arms(trial.servers[0])
    talk = next(talk for (label, _), talk in talks.items() if label == "B")
    page = await stage.open(talk, player, server=trial.servers[1])
    await page.send("impersonate", client_id=uuid7())
    await page.wait_for("draft_end")
    drafted = (await in_database(standin.requests))[-1]
    assert OTHER in drafted["body"]["messages"][0]["content"], "what is suggested shares the beginning of the replies"

    chosen = await stage.talk(player, "script-5")
    asked, _, turn = await said(stage, standin, chosen, player, trial.servers[0])
    assert (asked, len(turn.arms)) == ("script-5", 1), "an author's choice of a model stays"

    first = (await stage.turns(talk))[0]
    _, html = await stage.browser(player, trial.servers[1]).get(path(talk, first.reply_id))
    assert "versions are being compared" in html

    # Stopped in this process, which is neither of them.
    await in_database(lambda: [stop_experiment(experiment=each) for each in trial.running])
    await trial.followed(0)
    for server in trial.servers:
        for talk in talks.values():
            asked, system, turn = await said(stage, standin, talk, player, server)
            assert asked not in MODELS
            assert OTHER not in system
            assert (turn.arms, template_in(turn.manifest)[1][NAME]) == (None, before)
    # What it made stays told as it was made.
    status, html = await stage.browser(player).get(path(talk, first.reply_id, "prompt"))
    assert (status, OTHER in html, "Letter by letter what was sent." in html) == (200, True, True)
    await assert_settled(stage)
    for server in trial.servers:
        assert_no_failure(server)
