"""What a rule stands against: a line that is not stored, a reply that is taken back, wherever somebody watches."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.models import Turn
from tests.chat.client import spoken
from tests.chat.stage import Stage, in_database
from tests.stack import Server, StandIn

NEVER = "cheese pizza trade"  # on the list of the release, and never let through
BEFORE = "She says: "


@pytest.fixture
def patient(start_server: Callable[..., Server]) -> Server:
    """One that asks once more; the others of the tests do not."""
    return start_server(RETRY_REPLIES="true")


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


async def test_it_is_asked_once_more_and_not_twice(stage: Stage, patient: Server) -> None:
    slip = "As an AI I cannot."
    player = await stage.player()
    page = await stage.open(await stage.talk(player, says(slip)), player, server=patient)
    turn = await page.turn("Will you pour me a beer?")
    assert (turn.end["status"], turn.text) == ("complete", slip)
    assert spoken(turn.chunks) == slip + slip


async def test_with_the_switch_off_nothing_is_asked_again(stage: Stage) -> None:
    slip = "As an AI I cannot."
    page = await stage.play(says(slip))
    turn = await page.turn("Will you pour me a beer?")
    assert (turn.end["status"], turn.text) == ("complete", slip)
    assert spoken(turn.chunks) == slip
