"""Experiments on real processes: a talk gets its arm on every server, also after a restart, until they are stopped."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
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
from tests.chat.checks import assert_settled
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
    labels: dict[UUID, str]

    def expected(self, talk: UUID) -> tuple[str, str]:
        """By the plain function: the label of its prompt, and its model."""
        part = part_of(talk, asked="", plan="unlimited")
        of_prompt = next(arm.label for arm in part.arms if arm.id in self.labels)
        return of_prompt, part.model


@pytest.fixture
def trial(start_server: Callable[..., Server], committed: None) -> Iterator[Trial]:
    prompts, models = of_prompts(), of_models(*MODELS)
    servers = [start_server(CATALOGUE_SECONDS="0.2") for _ in range(2)]
    for each in (prompts, models):
        start_experiment(experiment=each)
    known.refresh()
    yield Trial(servers, [prompts, models], {arm.pk: arm.label for arm in prompts.arms.all()})
    Experiment.objects.filter(pk__in=[prompts.pk, models.pk]).delete()
    PromptVersion.objects.filter(name=NAME, shipped=False).delete()
    known.forget()
    live.known.forget()


@pytest_asyncio.fixture
async def stage(trial: Trial) -> AsyncIterator[Stage]:
    """On these two, and on no third process."""
    stage = Stage(trial.servers[0])
    yield stage
    await stage.close()


def nobodys_choice(author: User) -> Character:
    """Her author asks for no model."""
    edition = {"name": "Mira", "description": "Keeps a tavern.", "greetings": ["Evening."]}
    return create_character(owner=author, editions={"en": edition})


async def two_talks(stage: Stage, trial: Trial, player: Player) -> dict[tuple[str, str], Any]:
    """That have nothing in common: neither prompt nor model."""
    character = await in_database(lambda: nobodys_choice(player.user))
    found: dict[tuple[str, str], Any] = {}
    while not {("A", MODELS[0]), ("B", MODELS[1])} <= found.keys():
        talk = await stage.talk_with(player, character)
        found[trial.expected(talk.pk)] = talk
    return {arms: found[arms] for arms in (("A", MODELS[0]), ("B", MODELS[1]))}


async def said(stage: Stage, standin: StandIn, talk: Any, player: Player, server: Server) -> tuple[str, str, Turn]:
    """What the model was asked by, and what was written down of it."""
    word = uuid7().hex
    page = await stage.open(talk, player, server=server)
    turn = await page.turn(f"Hello, {word}.")
    await page.close()
    chats = [each for each in await in_database(standin.requests) if "messages" in each["body"]]
    [asked] = [each for each in chats if word in str(each["body"]["messages"][-2:])]
    stored = await in_database(lambda: Turn.objects.get(reply_id=turn.message_id))
    return asked["model"], asked["body"]["messages"][0]["content"], stored


@pytest.mark.timeout(300)
async def test_each_talk_keeps_its_arm_until_the_experiment_is_stopped(
    stage: Stage, trial: Trial, standin: StandIn
) -> None:
    player, before = await stage.player(), shipped().sources[NAME].version
    talks = await two_talks(stage, trial, player)
    other = talks["B", MODELS[1]]

    async def followed(wanted: tuple[bool, bool]) -> None:
        """Every server has seen that they run, or that they do not."""
        for server in trial.servers:

            async def sees(server: Server = server) -> bool:
                asked, system, _ = await said(stage, standin, other, player, server)
                return (asked == MODELS[1], OTHER in system) == wanted

            await eventually(sees, within=30)

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

    await followed((True, True))
    for server in trial.servers:
        await assert_arms(server)
    await in_database(trial.servers[0].restart)
    await assert_arms(trial.servers[0])
    page = await stage.open(other, player, server=trial.servers[1])
    await page.send("impersonate", client_id=uuid7())
    await page.wait_for("draft_end")
    drafted = (await in_database(standin.requests))[-1]
    assert OTHER in drafted["body"]["messages"][0]["content"], "what is suggested shares the beginning of the replies"
    chosen = await stage.talk(player, "script-5")
    asked, _, turn = await said(stage, standin, chosen, player, trial.servers[0])
    assert (asked, len(turn.arms)) == ("script-5", 1), "an author's choice of a model stays"
    made = next(turn for turn in await stage.turns(other) if turn.arms)
    _, html = await stage.browser(player).get(path(other, made.reply_id))
    assert "versions are being compared" in html

    # Stopped in this process, which is neither of them.
    await in_database(lambda: [stop_experiment(experiment=each) for each in trial.running])
    await followed((False, False))
    for server in trial.servers:
        for talk in talks.values():
            asked, system, turn = await said(stage, standin, talk, player, server)
            assert (asked in MODELS, OTHER in system) == (False, False)
            assert (turn.arms, template_in(turn.manifest)[1][NAME]) == (None, before)
    # What it made stays told as it was made.
    status, html = await stage.browser(player).get(path(other, made.reply_id, "prompt"))
    assert (status, OTHER in html, "Letter by letter what was sent." in html) == (200, True, True)
    await assert_settled(stage)
