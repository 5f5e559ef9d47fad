"""The receipt of a reply: everybody in the talk is told what it was made of, the card's author word for word."""

import json
import re
from uuid import UUID

from accounts.ids import uuid7
from accounts.models import Persona, User
from chat.models import Participant
from inference.prompts import shipped
from tests.chat.programs import program
from tests.chat.stage import in_database, sign_in
from tests.chat.test_lore_in_talks import write
from tests.chat.test_turn_knowledge import informed

SECRET = "The lantern hides the door"


def path(talk, message_id, what="receipt") -> str:
    return f"/talks/{talk.pk}/messages/{message_id}/{what}"


def shown(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_player_is_told_what_went_in_and_why_and_no_word_of_the_authors(stage):
    player = await stage.player()
    talk = await stage.talk_with(player, await in_database(informed))
    page = await stage.open(talk, player)
    await in_database(lambda: write(talk, {"keys": ["lantern"], "name": "Hidden door", "content": SECRET}))
    turn = await page.turn("Why is the cellar flooded, and where is the lantern?")
    status, html = await stage.browser(player).get(path(talk, turn.message_id))
    said = shown(html)
    assert status == 200
    assert "script-5" in said
    assert f"Template chat.reply {shipped().sources['chat.reply'].version}" in said
    assert "1 entry of lore a key came up" in said
    assert "1 passage of knowledge it fits by meaning" in said
    assert "2 messages of the talk went in." in said
    for hidden in ("Hidden door", SECRET, "The Lantern", "floods", "Keeps a tavern"):
        assert hidden not in html
    assert (await stage.browser(player).get(path(talk, turn.message_id, "prompt")))[0] == 404


async def test_who_wrote_the_card_is_told_names_and_the_prompt_that_was_sent(stage, standin):
    character = await in_database(informed)
    owner = await in_database(lambda: sign_in(User.objects.get(characters=character)))
    talk = await stage.talk_with(owner, character)
    page = await stage.open(talk, owner)
    word = f"Zanzibar{talk.pk.hex}"
    await in_database(lambda: write(talk, {"keys": ["lantern"], "name": "Hidden door", "content": word}))
    await page.turn("Hello.")
    turn = await page.turn("Why is the cellar flooded, and where is the lantern?")
    browser = stage.browser(owner)
    _, html = await browser.get(path(talk, turn.message_id))
    assert "Hidden door" in html
    assert "The Lantern" in html
    status, html = await browser.get(path(talk, turn.message_id, "prompt"))
    assert status == 200
    assert "Letter by letter what was sent." in html
    [asked] = standin.requests(contains=word)
    for line in asked["body"]["messages"]:
        assert shown(line["content"].split("\n")[0])[:40] in shown(html).replace("&#x27;", "'").replace("&quot;", '"')

    def rename() -> None:
        part = Participant.objects.get(conversation=talk)
        assert part.persona_id is not None
        Persona.objects.filter(pk=part.persona_id).update(name="Lin Wei")

    await in_database(rename)
    _, html = await browser.get(path(talk, turn.message_id, "prompt"))
    assert "has changed since" in html
    assert "Letter by letter" not in html


async def test_it_says_where_in_the_talk_it_was_and_of_what_the_character_was_reminded(stage, standin):
    word = f"Cassiopeia{uuid7().hex}"
    traits = {"talk": {"value": 5, "pinned": True}, "trust": {"value": 90, "pinned": False}}
    page = await stage.play("script-3", traits=traits, description=word)
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    first = await page.turn("Hello.")
    _, html = await browser.get(path(talk, first.message_id))
    assert "Stage of the talk the opening (persona 70 %, task 30 %)" in shown(html)
    assert "Reminded of" not in html
    second = await page.turn("Good night, then.")
    _, html = await browser.get(path(talk, second.message_id))
    said = shown(html)
    assert "Stage of the talk the closing (persona 60 %, task 40 %)" in said
    assert "Reminded of Talk (at the very end)" in said
    last = standin.requests(contains=word)[-1]["body"]["messages"]
    [reminder] = [number for number, line in enumerate(last) if "this has not changed" in line["content"]]
    assert "short sentence at a time" in last[reminder]["content"]
    assert reminder == len(last) - 1, "among the last messages, after all that stays"


async def test_words_that_no_model_wrote_have_no_receipt(stage):
    page = await stage.play("script-3")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    turn = await page.turn("Hello.")
    greeting = (await stage.messages(talk))[0]
    for message_id in (greeting.id, talk.pk):
        status, text = await browser.get(path(talk, message_id))
        assert (status, json.loads(text)["error"]["code"]) == (404, "not_found")
    assert (await browser.get(path(talk, turn.message_id)))[0] == 200


async def test_the_prompt_of_a_reply_that_a_program_wanted_long_is_built_again_as_it_was(stage):
    character = await in_database(informed)
    owner = await in_database(lambda: sign_in(User.objects.get(characters=character)))
    talk = await stage.talk_with(owner, character)
    # Too long for the room that is left beside so long a reply.
    body = {
        "model": str(character.pk),
        "messages": [{"role": "user", "content": "Tell me of the lantern. " * 900}],
        "max_tokens": 4_000,
        "metadata": {"conversation_id": str(talk.pk)},
    }
    async with program(stage, owner) as asking:
        status, answer = await asking.ask("POST", "/v1/chat/completions", body)
    assert status == 200, answer
    reply_id = UUID(answer["id"].removeprefix("chatcmpl-"))
    status, html = await stage.browser(owner).get(path(talk, reply_id, "prompt"))
    assert status == 200
    assert "Letter by letter what was sent." in html
