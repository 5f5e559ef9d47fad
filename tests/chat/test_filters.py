"""What a rule stands against: a line that is not stored, a reply that is taken back, wherever somebody watches."""

from collections.abc import Callable
from typing import Any

import openai
import pytest

from accounts import plans
from accounts.api_keys import Scope, make_key
from accounts.ids import uuid7
from accounts.models import Persona
from accounts.personas import edit_persona
from chat.models import Conversation, Turn
from moderation import later
from moderation.filters.base import Context
from moderation.models import Case
from tests.chat.client import spoken
from tests.chat.rooms.stage import room_of, seated
from tests.chat.stage import CSRF, Stage, eventually, in_database, mira
from tests.chat.test_lore_in_talks import write
from tests.factories import UserFactory
from tests.stack import Server, StandIn

NEVER = "cheese pizza trade"  # on the list of the release, and never let through
BEFORE = "She says: "


@pytest.fixture
def patient(start_server: Callable[..., Server]) -> Server:
    """One that asks once more; the others of the tests do not."""
    return start_server(RETRY_REPLIES="true", QUIET_HOURS="off")


def says(text: str, *, anew: str = "", size: int = 3) -> str:
    """The behaviour of the stand-in that says this."""
    more = f"-anew-{anew.encode().hex()}" if anew else ""
    return f"says-{text.encode().hex()}{more}-by-{size}"


async def test_a_line_that_a_rule_stands_against_is_not_stored(stage: Stage) -> None:
    page = await stage.play("script-3")
    before = len(await stage.messages(stage.talks[-1]))
    await page.send("chat", client_id="01890000-0000-7000-8000-000000000001", content=f"Is this the {NEVER}?")
    error = await page.wait_for("error")
    assert (error["code"], error["rule"]) == ("not_allowed", "term")
    assert error["client_id"] == "01890000-0000-7000-8000-000000000001"
    assert "list of this house" in error["message"]
    assert NEVER not in error["message"]
    assert len(await stage.messages(stage.talks[-1])) == before
    assert (await page.turn("Then a beer, please.")).end["status"] == "complete"


async def test_cut_at_every_byte_it_does_not_either(stage: Stage) -> None:
    assert NEVER.isascii()
    for byte in range(len(NEVER) + 1):
        # The first piece ends within the phrase, or at its edge; what is left comes with the second.
        page = await stage.play(says(f"{BEFORE}{NEVER}.", size=len(BEFORE) + byte))
        turn = await page.turn("Good evening")
        assert "pizza" not in "".join(str(frame) for frame in turn.frames), byte
        assert BEFORE.startswith(spoken(turn.chunks)), byte
        assert turn.end["status"] == "withdrawn", byte
        await page.close()


@pytest.mark.parametrize("size", [1, 2, 5, 7, 100])
async def test_a_forbidden_phrase_never_reaches_a_socket(stage: Stage, standin: StandIn, size: int) -> None:
    page = await stage.play(says(f"{BEFORE}{NEVER}. More.", size=size))
    talk = stage.talks[-1]
    turn = await page.turn("Good evening")
    whole = "".join(str(frame) for frame in turn.frames)
    assert "pizza" not in whole
    assert BEFORE.startswith(spoken(turn.chunks))
    withdrawn = [frame for frame in turn.frames if frame["type"] == "ai_withdraw"]
    assert [frame["message_id"] for frame in withdrawn] == [turn.message_id]
    assert "list of this house" in withdrawn[0]["reason"]
    assert withdrawn[0].get("seq", 0) == (turn.chunks[-1]["seq"] if turn.chunks else 0)
    assert turn.end["status"] == "withdrawn"
    assert turn.text == withdrawn[0]["replacement"] == "*Mira leaves that unsaid, and looks for other words.*"
    stored = await stage.message(talk, turn.message_id)
    assert stored is not None
    assert (stored.text, stored.status) == (turn.text, "withdrawn")


async def test_what_was_taken_back_is_so_in_another_process_after_a_reload_and_for_the_model(
    stage: Stage, second_server: Server, standin: StandIn
) -> None:
    page = await stage.play(says(f"{BEFORE}{NEVER}. More.", size=1) + "-tps60")
    talk, alice = stage.talks[-1], stage.players[-1]
    elsewhere = await stage.open(talk, alice, server=second_server)
    ack = await page.say("Good evening")
    told = await elsewhere.wait_for("ai_withdraw")
    seen = await elsewhere.rest_of_turn(ack, 0)
    assert "pizza" not in "".join(map(str, elsewhere.frames))
    assert (seen.end["status"], seen.text) == ("withdrawn", told["replacement"])
    await page.rest_of_turn(ack)
    again = await stage.open(talk, alice)
    resumed = await again.resume(seen.message_id, 2)
    assert (resumed.end["status"], resumed.text) == ("withdrawn", told["replacement"])
    _, html = await stage.browser(alice).get(f"/talks/{talk.pk}/")
    assert told["replacement"].strip("*") in html
    assert "She says" not in html
    await stage.other_model(talk, "script-3")
    await page.turn("And-now?")
    [asked] = standin.requests(contains="And-now", limit="1")
    assert "leaves that unsaid" not in str(asked)


async def test_a_reply_out_of_its_part_is_asked_for_once_more(stage: Stage, patient: Server) -> None:
    slip, good = "As an AI I cannot.", "*nods* Sure."
    player = await stage.player()
    page = await stage.open(await stage.talk(player, says(slip, anew=good)), player, server=patient)
    turn = await page.turn("Will you pour me a beer?")
    assert (turn.end["status"], turn.text) == ("complete", good)
    [back] = [frame for frame in turn.frames if frame["type"] == "ai_withdraw"]
    assert "replacement" not in back
    assert "stepped out of its part" in back["reason"]
    assert spoken(turn.chunks) == slip + good
    assert turn.statuses == ["searching_memory", "thinking", "speaking", "thinking", "speaking"]

    def read() -> tuple[dict[str, Any], dict[str, Any]]:
        row = Turn.objects.get(reply_id=turn.message_id)
        return row.usage, row.manifest

    usage, manifest = await in_database(read)
    [first] = manifest["tries"]
    assert first["rule"] == "role"
    # Both tries are counted, the first is told apart.
    assert usage["prompt"] > 2 * first["prompt"] > 0
    assert usage["completion"] > first["completion"] > 0


TOLD = "My daughter Emma is asleep."


@pytest.mark.parametrize("told_by", ["nobody", "a line", "the card", "the persona", "the lore"])
async def test_whom_a_reply_names_is_somebody_where_the_model_was_told_of_them(
    stage: Stage, patient: Server, told_by: str
) -> None:
    slip, good = "*glances at Emma*", "*glances at the door*"
    player = await stage.player()
    card = {"description": f"Keeps a tavern. {TOLD}"} if told_by == "the card" else {}
    talk = await stage.talk(player, "script-3", **card)

    def prepare() -> None:
        mine = Persona.objects.get(user=player.user)
        description = TOLD if told_by == "the persona" else ""
        edit_persona(user=player.user, persona_id=mine.pk, name="Alice", description=description)
        if told_by == "the lore":
            write(talk, {"keys": ["stairs"], "content": TOLD})

    await in_database(prepare)
    page = await stage.open(talk, player, server=patient)
    for line in (TOLD if told_by == "a line" else "The house is asleep.", "So I came down.", "By the stairs."):
        await page.turn(line)
    await stage.other_model(talk, says(slip, anew=good), **card)
    turn = await page.turn("Who is up there, by the stairs?")
    taken_back = [frame for frame in turn.frames if frame["type"] == "ai_withdraw"]
    assert (len(taken_back), turn.text) == ((1, good) if told_by == "nobody" else (0, slip))


async def test_it_is_asked_once_more_and_not_twice(stage: Stage, patient: Server) -> None:
    slip = "As an AI I cannot."
    player = await stage.player()
    page = await stage.open(await stage.talk(player, says(slip)), player, server=patient)
    turn = await page.turn("Will you pour me a beer?")
    assert (turn.end["status"], turn.text) == ("complete", slip)
    assert spoken(turn.chunks) == slip + slip


GORY = "He stabs him again and cuts his throat."


async def test_what_is_too_much_for_who_reads_it_is_put_into_other_words_once(
    stage: Stage, patient: Server, standin: StandIn, settings: Any
) -> None:
    settings.QUIET_HOURS = None
    kid, good = await stage.player(age="minor"), "He falls."
    page = await stage.open(await stage.talk(kid, says(GORY, anew=good)), kid, server=patient)
    turn = await page.turn("Then-what?")
    assert (turn.end["status"], turn.text) == ("complete", good)
    [back] = [frame for frame in turn.frames if frame["type"] == "ai_withdraw"]
    assert "other words" in back["reason"]
    asked = standin.requests(contains="Then-what?", limit="2")
    *_, before, direction = asked[-1]["body"]["messages"]
    assert before == {"role": "assistant", "content": GORY}
    assert "taken back: its violence" in direction["content"]

    bloody = await stage.open(await stage.talk(kid, says(GORY)), kid, server=patient)
    turn = await bloody.turn("And-then?")
    assert turn.end["status"] == "withdrawn"
    assert "throat" not in turn.text
    assert len([frame for frame in turn.frames if frame["type"] == "ai_withdraw"]) == 2


async def test_with_the_switch_off_nothing_is_asked_again(stage: Stage) -> None:
    slip = "As an AI I cannot."
    page = await stage.play(says(slip))
    turn = await page.turn("Will you pour me a beer?")
    assert (turn.end["status"], turn.text) == ("complete", slip)
    assert spoken(turn.chunks) == slip


# ------------------------------------------------------------------ the same on every path


@pytest.mark.parametrize("kind", ["chat", "regenerate", "continue", "impersonate"])
async def test_over_the_socket_whatever_is_said_or_asked_is_judged(stage: Stage, kind: str) -> None:
    page = await stage.play("script-3")
    turn = await page.turn("Good evening")
    asked: dict[str, Any] = {"client_id": str(uuid7())}
    match kind:
        case "chat":
            asked["content"] = NEVER
        case "impersonate":
            asked["hint"] = NEVER
        case _:
            asked |= {"message_id": turn.message_id, "hint": NEVER}
    before = await stage.messages(stage.talks[-1])
    await page.send(kind, **asked)
    error = await page.wait_for("error", client_id=asked["client_id"])
    assert (error["code"], error["rule"]) == ("not_allowed", "term")
    assert await stage.messages(stage.talks[-1]) == before


async def test_over_http_the_same_is_refused(stage: Stage) -> None:
    player = await stage.player()
    talk = await stage.talk(player, "script-3")
    browser = stage.browser(player)
    page = await stage.open(talk, player)
    said = await page.turn("Good evening")
    line, reply, at = said.ack["message_id"] if said.ack else "", said.message_id, f"/api/v1/conversations/{talk.pk}"
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"{at}/messages/", {"content": NEVER}),
        (f"{at}/messages/", {"content": NEVER, "instead_of": line}),
        (f"{at}/messages/{reply}/regenerate/", {"hint": NEVER}),
        (f"{at}/messages/{reply}/continue/", {"hint": NEVER}),
        (f"{at}/draft/", {"hint": NEVER}),
        (f"/talks/{talk.pk}/messages/{reply}/edit", {"content": NEVER}),
        (f"/talks/{talk.pk}/messages/{line}/edit", {"content": NEVER, "client_id": str(uuid7())}),
    ]
    for path, fields in asked:
        async with browser.session.post(path, json=fields, headers={"X-CSRFToken": CSRF}) as answer:
            told = await answer.json(content_type=None)
        told = told.get("error", told)
        assert (answer.status, told["code"], told["rule"]) == (400, "not_allowed", "term"), path


async def test_a_model_that_suggests_what_is_not_said_is_not_heard(stage: Stage) -> None:
    page = await stage.play(says(f"{BEFORE}{NEVER}."))
    await page.send("impersonate", client_id=(client_id := str(uuid7())))
    end = await page.wait_for("draft_end", client_id=client_id)
    error = await page.wait_for("error", client_id=client_id)
    assert end["content"] == ""
    assert error["rule"] == "term"
    assert "pizza" not in "".join(map(str, page.frames))


async def test_programs_are_judged_too(stage: Stage, server: Server) -> None:
    def prepare() -> tuple[str, str, str]:
        user = UserFactory(plan=plans.UNLIMITED)
        made = make_key(user=user, label="A program", scopes=Scope.values)
        return made.secret, str(mira("script-3").pk), str(mira(says(f"{BEFORE}{NEVER}.")).pk)

    secret, friendly, rude = await in_database(prepare)
    async with openai.AsyncOpenAI(api_key=secret, base_url=f"{server.base_url}/v1", max_retries=0) as client:
        earlier: list[Any] = [
            {"role": "user", "content": NEVER}, {"role": "assistant", "content": "No."},
            {"role": "user", "content": "Good evening"},
        ]  # fmt: skip
        with pytest.raises(openai.BadRequestError) as refused:
            await client.chat.completions.create(model=friendly, messages=earlier)
        assert refused.value.code == "not_allowed"
        answer = await client.chat.completions.create(model=rude, messages=earlier[2:])
        assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("", "content_filter")
        heard = ""
        stream = await client.chat.completions.create(model=rude, messages=earlier[2:], stream=True)
        async for chunk in stream:
            heard += chunk.choices[0].delta.content or ""
            finish = chunk.choices[0].finish_reason
        assert BEFORE.startswith(heard)
        assert finish == "content_filter"


async def test_programs_with_a_kept_talk_are_judged_as_its_page_is(stage: Stage, server: Server) -> None:
    player = await stage.player()
    talk = await stage.talk(player, says(f"{BEFORE}{NEVER}."))
    secret = await in_database(lambda: make_key(user=player.user, label="A program", scopes=Scope.values).secret)
    model = await in_database(lambda: str(talk.cast.get().character_id))
    kept = {"metadata": {"conversation_id": str(talk.pk)}}

    def said(text: str) -> dict[str, Any]:
        return {"model": model, "messages": [{"role": "user", "content": text}], "extra_body": kept}

    async with openai.AsyncOpenAI(api_key=secret, base_url=f"{server.base_url}/v1", max_retries=0) as client:
        before = await stage.messages(talk)
        with pytest.raises(openai.BadRequestError) as refused:
            await client.chat.completions.create(**said(NEVER))
        assert refused.value.code == "not_allowed"
        assert await stage.messages(talk) == before
        answer = await client.chat.completions.create(**said("Good evening"))
        assert answer.choices[0].finish_reason == "content_filter"
        assert "leaves that unsaid" in (answer.choices[0].message.content or "")
    assert "pizza" not in str(await stage.messages(talk))


async def test_in_a_room_numbers_are_masked_before_others_read_them(stage: Stage) -> None:
    alice, bob = await stage.player(), await stage.player()

    def make() -> Conversation:
        room = room_of(alice.user, mira("script-3"))
        seated(room, bob.user)
        return room

    talk = await in_database(make)
    mine, his = await stage.open(talk, alice), await stage.open(talk, bob)
    ack = await mine.say("Call me at +44 20 7946 0958, will you?")
    told = await his.wait_for("message")
    assert "7946" not in told["message"]["content"]
    assert ack["content"] == told["message"]["content"]
    assert told["message"]["content"].startswith("Call me at █")


async def test_what_a_dead_process_left_is_judged_by_whoever_settles_it(
    stage: Stage, start_server: Callable[..., Server], settings: Any
) -> None:
    settings.QUIET_HOURS = None
    doomed, other = await in_database(lambda: (start_server(QUIET_HOURS="off"), start_server(QUIET_HOURS="off")))
    kid = await stage.player(age="minor")
    talk = await stage.talk(kid, says(f"{GORY} And so on and on.", size=1) + "-tps20")
    here, there = await stage.open(talk, kid, server=doomed), await stage.open(talk, kid, server=other)
    ack = await here.say("Then what?")
    await there.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= len(GORY) + 1)
    doomed.kill()
    end = await there.wait_for("ai_end", turn_id=ack["turn_id"], within=30)
    assert end["status"] == "withdrawn"
    stored = await stage.message(talk, end["message_id"])
    assert stored is not None
    assert (stored.text, stored.status) == ("*Mira leaves that unsaid, and looks for other words.*", "withdrawn")
    assert GORY not in str(await stage.messages(talk))


async def test_a_provider_looks_later_and_moderators_are_told(
    stage: Stage, standin: StandIn, start_server: Callable[..., Server]
) -> None:
    looked = await in_database(
        lambda: start_server(MODERATION_MODEL="omni-moderation-latest", JUDGE_MODEL="understudy")
    )
    player = await stage.player()
    page = await stage.open(await stage.talk(player, says("A quiet reply.")), player, server=looked)
    turn = await page.turn("Tell me of flag:hate/threatening, will you?")
    assert (turn.end["status"], turn.text) == ("complete", "A quiet reply.")
    line = turn.ack["message_id"] if turn.ack else ""

    async def told() -> Case | None:
        return await in_database(lambda: Case.objects.filter(subject=line).first())

    case = await eventually(told)
    assert (case.kind, case.rule, case.about_id) == ("message", "provider.hate/threatening", player.user.pk)
    [exhibit] = await in_database(lambda: list(case.exhibits.values_list("findings", flat=True)))
    assert {found["rule"] for found in exhibit} == {"provider-threats"}
    assert (await stage.message(stage.talks[-1], line)).status == "complete"  # type: ignore[union-attr]
    assert not await in_database(lambda: Case.objects.filter(subject=turn.message_id).exists())
    # The filters are unsure of this one, so the model that judges is asked.
    again = await page.turn("I hate immigrants.")
    line = again.ack["message_id"] if again.ack else ""
    judged = await eventually(told)
    assert (judged.kind, judged.rule, judged.about_id) == ("message", "judge.hate", player.user.pk)


async def test_a_provider_that_does_not_answer_changes_nothing(settings: Any, db: None, standin: StandIn) -> None:
    settings.MODERATION_MODEL = "missing-model"
    assert await later.looked_later("flag:hate/threatening", Context()) is None
