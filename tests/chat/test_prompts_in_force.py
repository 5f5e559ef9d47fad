"""A version of a template that is put in force while servers run, and the receipts of what it made."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts import plans
from accounts.models import User
from characters.models import Character
from chat.models import Turn
from chat.selectors.receipt import family_in, template_in
from chat.services.turns.prompt import prompt_for
from inference import catalogue, live
from inference.models import Endpoint, Model, PromptMove, PromptVersion
from inference.prompts import read, shipped
from inference.services.prompts import promote_version, roll_back, write_version
from tests.characters.factories import a_character
from tests.chat.stage import CSRF, eventually, in_database, sign_in
from tests.chat.test_prompts import context, sheet
from tests.chat.test_receipt import path
from tests.chat.test_turn_knowledge import informed
from tests.factories import UserFactory

NAME, VERSION = "chat.reply", "7.0.0"


def put_in_force() -> PromptVersion:
    source = shipped().sources[NAME]
    text = source.text.replace(f"version: {source.version}", f"version: {VERSION}")
    row = write_version(name=NAME, text=text.replace("You write the part of", "You give the part of"))
    promote_version(version=row)
    return row


def without_limits(character: Character) -> User:
    """Its author, who asks as often as it takes until all servers follow."""
    owner = User.objects.get(characters=character)
    owner.plan_id = plans.UNLIMITED
    owner.save(update_fields=["plan"])
    return owner


@pytest.mark.django_db
def test_a_prompt_is_made_for_the_model_that_answers_on_the_plan(monkeypatch: pytest.MonkeyPatch):
    """Its family is told by the name at its endpoint, whatever players are told that it is called."""
    for name, served, allowed in (("Fine", "vendor/claude-9", [plans.UNLIMITED]), ("Plain", "qwen-9", [])):
        at = Endpoint.objects.create(name=name, base_url="http://127.0.0.1:9/v1")
        Model.objects.create(name=name, served_as=served, endpoint=at, order=len(name)).plans.set(allowed)
    source = shipped().sources[NAME]
    own = "\n  - for: {family: claude}\n    override: {phrases: {opening: Claude begins.}}\n"
    shelf = shipped().with_these([read(source.text.rstrip() + own, "a test")])
    monkeypatch.setattr(live.known, "current", shelf)
    monkeypatch.setattr(catalogue.known, "current", catalogue.Catalogue())
    monkeypatch.setattr(catalogue.known, "_marked", None)
    catalogue.known.refresh()
    asked = context([], sheet=sheet(model="Fine"))
    fine, plain = (prompt_for(asked, plan) for plan in (plans.UNLIMITED, "free"))
    assert [prompt.lines[1].content for prompt in (fine, plain)] == ["Claude begins.", "(The scene begins.)"]
    # Whoever stepped in, it is built again as it was made.
    assert [family_in(prompt.manifest) for prompt in (fine, plain)] == ["claude", ""]


async def test_every_server_follows_and_every_receipt_stays_true(stage, standin, start_server):
    servers = [await in_database(lambda: start_server(CATALOGUE_SECONDS="0.2")) for _ in range(2)]
    character = await in_database(informed)
    owner = await in_database(lambda: sign_in(without_limits(character)))
    talk = await stage.talk_with(owner, character)

    async def reply_on(server: Any) -> tuple[str, Any]:
        page = await stage.open(talk, owner, server=server)
        turn = await page.turn(f"Hello, I am at {server.port}.")
        await page.close()
        stored = await in_database(lambda: Turn.objects.get(reply_id=turn.message_id))
        name, versions = template_in(stored.manifest)
        return versions[name], turn.message_id

    async def prompt_of(message_id: Any) -> str:
        status, html = await stage.browser(owner).get(path(talk, message_id, "prompt"))
        assert status == 200
        return html

    before, first = await reply_on(servers[0])
    assert before == shipped().sources[NAME].version

    async def all_say(version: str) -> list[Any]:
        made = [await reply_on(server) for server in servers]
        return made if {said for said, _ in made} == {version} else []

    row = await in_database(put_in_force)
    try:
        made = await eventually(lambda: all_say(VERSION))
        _, html = await stage.browser(owner).get(path(talk, made[0][1]))
        assert f"{NAME} {VERSION}" in html
        for message_id in (first, made[0][1]):
            assert "Letter by letter what was sent." in await prompt_of(message_id)
        assert "You give the part of" in await prompt_of(made[0][1])
        assert "You write the part of" in await prompt_of(first)
    finally:
        await in_database(lambda: roll_back(name=NAME))
    await eventually(lambda: all_say(before))
    html = await prompt_of(made[0][1])
    assert "You give the part of" in html
    assert "Letter by letter what was sent." in html
    await in_database(row.delete)
    await in_database(PromptMove.objects.filter(name=NAME).delete)
    html = await prompt_of(made[0][1])
    assert "is no longer there" in html
    assert "Letter by letter" not in html


async def test_staff_try_a_template_on_a_talk_of_their_own_and_on_nobody_elses(stage):
    def operator() -> Any:
        user = UserFactory()
        user.is_staff = True
        user.save()
        user.user_permissions.set(Permission.objects.filter(codename__endswith="promptversion"))
        return sign_in(user)

    staff, other = await in_database(operator), await stage.player()
    mine = await stage.talk_with(staff, await in_database(lambda: a_character(staff.user, description="My own words.")))
    await (await stage.open(mine, staff)).turn("Say that I was here.")
    with_theirs = await stage.talk_with(staff, await in_database(lambda: a_character(other.user)))
    theirs = await stage.talk_with(other, await in_database(lambda: a_character(other.user)))
    text = shipped().sources[NAME].text.replace("You write the part of", "You give the part of")
    browser = stage.browser(staff)

    async def tried_on(talk: Any) -> str:
        fields = {"do": "try", "text": text, "sample": f"talk {talk.pk}"}
        async with browser.session.post(
            f"/admin/inference/promptversion/add/?name={NAME}", data=fields, headers={"X-CSRFToken": CSRF}
        ) as answer:
            assert answer.status == 200
            return await answer.text()

    page = await tried_on(mine)
    for said in ("You give the part of", "My own words.", "Say that I was here."):
        assert said in page
    for talk in (with_theirs, theirs):
        page = await tried_on(talk)
        assert "What the model would read" not in page
        assert "not something it can be tried on" in page
