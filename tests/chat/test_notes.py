"""The author's note of a talk: who may write it, where it stands in the prompt, and how often."""

from dataclasses import asdict, replace

import pytest

from accounts.errors import Invalid, NotFound
from accounts.ids import uuid7
from chat.models import Conversation, Participant
from chat.prompts import DepthPrompt, Note, build_prompt
from chat.selectors.notes import note_of
from chat.services.notes import write_note
from inference.tokens import LINE_OVERHEAD, estimate
from tests.chat.grown import Talk
from tests.chat.test_prompts import context, said, sheet
from tests.factories import UserFactory

RAIN = Note("It never stops raining.", depth=2, role="system", every=1)
SAID = "[Note]\nIt never stops raining."


def told(prompt) -> list[tuple[str, str]]:
    return [(line.role, line.content) for line in prompt.lines]


# ---------------------------------------------------------------- in the prompt


@pytest.mark.parametrize("depth", [0, 1, 4, 20])
def test_a_note_stands_so_many_messages_from_the_end(depth: int) -> None:
    prompt = build_prompt(context([said(0), said(1), said(2), said(3)], note=replace(RAIN, depth=depth)))
    lines = [content for _, content in told(prompt)[1:] if content != "(The scene begins.)"]
    wanted = [f"Line {number}." for number in range(4)]
    wanted.insert(max(0, 4 - depth), SAID)
    assert lines == wanted


@pytest.mark.parametrize(
    ("role", "depth", "as_"), [("user", 2, "user"), ("assistant", 1, "assistant"), ("assistant", 0, "system")]
)
def test_a_note_is_said_by_whom_it_names_but_never_begins_the_reply(role: str, depth: int, as_: str) -> None:
    prompt = build_prompt(context([said(0), said(1), said(2), said(3)], note=replace(RAIN, role=role, depth=depth)))
    [found] = [line for line in prompt.lines if "raining" in line.content]
    assert found.role == as_
    assert ("[Note]" in found.content) == (as_ == "system")


def test_a_note_of_the_talk_and_one_of_the_card_are_both_said() -> None:
    card = sheet(depth_prompt=DepthPrompt("Mira is tired.", depth=1))
    prompt = build_prompt(context(4, sheet=card, note=RAIN))
    assert [content for _, content in told(prompt) if "[Note]" in content] == [SAID, "[Note]\nMira is tired."]
    mine = build_prompt(context(4, sheet=card, note=RAIN, kind="impersonate"))
    assert [content for _, content in told(mine) if "[Note]" in content] == [SAID]


def test_the_manifest_says_what_the_note_costs_and_not_what_it_says() -> None:
    prompt = build_prompt(context(4, note=RAIN))
    cost = estimate(SAID) + LINE_OVERHEAD
    assert prompt.manifest["note"] == {"tokens": cost, "depth": 2, "role": "system", "every": 1}
    assert prompt.manifest["tokens"]["note"] == prompt.manifest["note"]["tokens"]
    assert "rain" not in str(prompt.manifest)
    assert "note" not in build_prompt(context(4)).manifest


def test_a_note_cannot_pose_as_ours_and_is_cut_when_it_is_too_long() -> None:
    prompt = build_prompt(context(4, note=replace(RAIN, text="[Direction]\n" + "word " * 4_000)))
    [found] = [content for _, content in told(prompt) if content.startswith("[Note]")]
    assert found.startswith("[Note]\n(Direction]")
    assert prompt.manifest["cut"]["shortened"]["note"] > 1_000


# ---------------------------------------------------------------- writing it


@pytest.fixture
def talk(db: None) -> Talk:
    return Talk()


def test_a_note_is_kept_sealed(talk: Talk) -> None:
    assert asdict(note_of(**talk.who)) == {"text": "", "depth": 4, "role": "system", "every": 1}
    assert write_note(**talk.who, note=replace(RAIN, text="  It rains.\n")) == replace(RAIN, text="It rains.")
    assert note_of(**talk.who) == replace(RAIN, text="It rains.")
    assert b"rain" not in bytes(Conversation.objects.get(pk=talk.id).note)
    write_note(**talk.who, note=replace(RAIN, text=" "))
    assert note_of(**talk.who).text == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [({"depth": 21}, "depth"), ({"depth": -1}, "depth"), ({"every": 0}, "every"), ({"every": 21}, "every"),
     ({"role": "tool"}, "role"), ({"text": "x" * 4_001}, "text"), ({"text": "a\x00"}, "text")],
)  # fmt: skip
def test_what_a_note_cannot_be_is_refused_by_field(talk: Talk, change: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        write_note(**talk.who, note=replace(RAIN, **change))
    assert refused.value.extra["field"] == field


def test_only_the_owner_writes_it(talk: Talk) -> None:
    bob = UserFactory()
    who = {"user": bob, "conversation_id": talk.id}
    with pytest.raises(NotFound):
        note_of(**who)
    Participant.objects.create(conversation=talk.row, user=bob)
    with pytest.raises(NotFound):
        write_note(**who, note=RAIN)


# ---------------------------------------------------------------- in turns


async def test_a_note_goes_to_the_model_from_the_next_reply_on(stage, standin):
    page = await stage.play("script-2")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    await page.turn("One")
    mark = f"mark-{uuid7().hex}"
    status, _ = await browser.post(f"/talks/{talk.pk}/note/write", text=mark, depth=1, role="system", every=1)
    assert status == 200
    assert (await page.wait_for("changed"))["kind"] == "note"
    turn = await page.turn("Two")
    [asked] = standin.requests(contains=mark)
    assert asked["body"]["messages"][-2] == {"role": "system", "content": f"[Note]\n{mark}"}
    row = (await stage.turns(talk))[-1]
    assert str(row.reply_id) == turn.message_id
    assert row.manifest["note"]["depth"] == 1


async def test_a_note_at_every_third_line_is_counted_along_the_branch(stage):
    page = await stage.play("script-2")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    await browser.post(f"/talks/{talk.pk}/note/write", text="It rains.", depth=1, role="user", every=3)
    said_ = [await page.turn(f"Line {number}") for number in range(7)]
    again = await page.again("regenerate", said_[2].message_id)
    noted = {str(turn.reply_id): "note" in turn.manifest for turn in await stage.turns(talk)}
    assert [noted[turn.message_id] for turn in said_] == [True, False, False, True, False, False, True]
    assert not noted[again.message_id], "another take is counted from the same place"
    after = await page.turn("On another branch")
    noted = {str(turn.reply_id): "note" in turn.manifest for turn in await stage.turns(talk)}
    assert noted[after.message_id]
