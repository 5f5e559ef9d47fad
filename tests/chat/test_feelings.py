"""What lines feel like, in talks: read in the turn, sealed beside the line, used, shown to its own people alone."""

import asyncio
import re
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.consents.answers import answer
from accounts.consents.words import newest
from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import Invalid, NotFound
from accounts.models import DataUse, User
from chat.models import Conversation, Message, Participant
from chat.models.message import FEELING
from chat.prompts import build_prompt
from chat.prompts.context import Bond, Tone
from chat.selectors.course import course_of, kept_feeling, mood_lately
from chat.services.edits import edit_in_place
from chat.services.tones import ask_for_tone, forget_feelings
from chat.services.turns import feelings
from chat.takeout.lines import lines_in
from inference.emotion.labels import LABELS
from inference.emotion.reading import read_feeling, warm
from memory.bonds.standing import Standing
from moderation.care import in_need
from tests.chat.grown import Talk
from tests.chat.stage import Stage, in_database
from tests.chat.test_prompts import context, said, sheet, whole
from tests.factories import UserFactory

SAD, GLAD = "I am so sad and lonely.", "Thank you, I am so happy that you are here!"


def refuse(user: User) -> None:
    answer(user=user, purpose=DataUse.EMOTION, given=False, version=newest(DataUse.EMOTION).version)


# ------------------------------------------------------------------ in a turn


async def test_a_turn_leaves_a_sealed_feeling_beside_each_line_and_says_the_mood(stage: Stage) -> None:
    page = await stage.play("script-2")
    talk, alice = stage.talks[-1], stage.players[-1].user
    turn = await page.turn(GLAD)
    assert turn.end["mood"]

    def stored() -> list[Message]:
        return list(Message.objects.filter(conversation=talk).order_by("id"))

    _opening, line, reply = await in_database(stored)
    mine = await in_database(lambda: kept_feeling(line.pk, line.feeling))
    assert mine.labels[0] in ("gratitude", "joy")
    assert await in_database(lambda: key_id_of(line.feeling) == cipher_of(alice).key_id)
    assert await in_database(lambda: key_id_of(reply.feeling) == talk.key_id)
    assert not any(label.encode() in bytes(row.feeling) for row in (line, reply) for label in LABELS)

    await in_database(partial(refuse, alice))
    turn = await page.turn(SAD)
    assert "mood" not in turn.end
    assert [row.feeling for row in (await in_database(stored))[-2:]] == [None, None]


def test_each_line_is_read_once_and_anew_when_its_words_change() -> None:
    async def work() -> None:
        warm()
        feelings.forget()
        branch = [said(1, SAD), said(2, "I see."), said(3, "I am lonely and sad, I want to cry."), said(5, SAD)]
        tone = await feelings.tone_of(branch, wish=1, reads=True, alone=True, speaker="")
        assert (tone.player, tone.wish) == ("sorrow", 1)
        early = await feelings.tone_of(branch[:3], wish=0, reads=True, alone=True, speaker="")
        assert early.player == "", "two lines are no state"
        first = await feelings.felt(branch[0].id, SAD)
        assert await feelings.felt(branch[0].id, SAD) is first
        assert await feelings.felt(branch[0].id, GLAD) is not first
        assert await feelings.tone_of(branch, wish=1, reads=False, alone=True, speaker="") == Tone(wish=1)
        in_company = await feelings.tone_of(branch, wish=0, reads=True, alone=False, speaker="character")
        assert in_company.player == "", "others read what is answered"
        long = await feelings.felt(said(5).id, f"{SAD} " * 200)
        assert "sadness" in long.labels

    asyncio.run(work())


# ------------------------------------------------------------------ in the prompt


def test_the_model_is_told_at_the_very_end_how_the_talk_sounds_and_what_is_asked_for() -> None:
    plain = build_prompt(context(6))
    branch = context(6).branch
    plain = build_prompt(context(branch))
    told = build_prompt(context(branch, tone=Tone("sorrow", "amused", 2)))
    assert told.lines[: len(plain.lines) - 1] == plain.lines[: len(plain.lines) - 1], "what providers keep stays"
    assert told.stays == plain.stays
    tail = "\n".join(line.content for line in told.lines[-2:])
    assert "- Alex has sounded downcast of late." in tail
    assert "- Mira is amused." in tail
    assert "Exuberant in tone" in tail
    assert "近来的话里透着低落" in whole(build_prompt(context(6, sheet=sheet(language="zh-hans"), tone=Tone("sorrow"))))


def test_what_moved_the_bond_says_more_than_how_lines_sound_and_drafts_are_told_nothing() -> None:
    moved = build_prompt(context(6, tone=Tone("", "sorrow"), bond=Bond(Standing(mood="glad"))))
    assert "Mira is glad of Alex's last kindness." in whole(moved)
    assert "Mira is sad." not in whole(moved)
    mine = whole(build_prompt(context(6, tone=Tone("sorrow", "amused", 2), kind="impersonate")))
    assert not any(words in mine for words in ("downcast", "amused", "Exuberant"))


def test_sadness_tips_the_scale_where_the_filter_of_crisis_is_in_doubt() -> None:
    heavy, harmless = (
        "I am nothing, nobody would even notice if I was gone, I feel so empty",
        "I am sad that the cake is gone",
    )
    assert in_need("I don't want to live anymore", read_feeling("I don't want to live anymore"))
    assert not in_need(harmless, read_feeling(harmless))
    assert in_need(heavy, read_feeling(heavy)) >= in_need(heavy)


# ------------------------------------------------------------------ the course of a talk


@pytest.fixture
def talk(db: None) -> Talk:
    grown = Talk()
    grown.script(
        SAD, "*She pours you a tea.* I am so happy that you came, thank you!", "今天星期三。", "Haha, that is funny!"
    )
    cast = grown.row.cast.get()
    Message.objects.filter(conversation=grown.id, role="character").update(character_id=cast.character_id)
    return grown


def test_the_course_shows_ones_own_lines_and_those_of_characters(talk: Talk) -> None:
    course = course_of(user=talk.owner, conversation=Conversation.objects.get(pk=talk.id))
    assert [(line.mine, bool(line.mood)) for line in course.lines[1:]] == [
        (True, True), (False, True), (True, False), (False, True),
    ]  # fmt: skip
    assert course.lines[1].mood == "sad"
    sad, glad = course.lines[1].valence, course.lines[2].valence
    assert sad is not None
    assert glad is not None
    assert sad < -20 < 20 < glad
    assert course.lines[3].valence is None, "nothing is known of it"
    assert {(track.name, track.mine) for track in course.tracks} == {("You", True), ("Mira", False)}
    assert mood_lately(user=talk.owner, character_id=talk.row.cast.get().character_id) in ("glad", "amused")
    # Below zero stands a minus, in the table and in what is read out of the drawing.
    assert course.lines[1].pleasant == f"−{-sad}"
    assert course.lines[2].pleasant == str(glad)
    [mine] = [track.label for track in course.tracks if track.mine]
    assert "from −" in mine
    assert "-" not in mine


def test_the_page_has_a_drawing_a_table_and_a_way_out_and_strangers_get_nothing(talk: Talk) -> None:
    client = Client()
    client.force_login(talk.owner)
    address = f"/talks/{talk.id}/course/"
    html = client.get(address).content.decode()
    assert 'role="img"' in html
    assert '<th scope="col">Sounds</th>' in html
    assert "/settings/privacy/" in html
    assert html.count("<tr>") == 6
    assert re.search(r'<td class="num">−\d+</td>', html)
    assert not re.search(r'<td class="num">-', html)
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(address).status_code == 404
    refuse(talk.owner)
    html = client.get(address).content.decode()
    assert "switched off" in html
    assert "<table" not in html


def test_what_was_read_goes_with_a_no_and_with_the_words(talk: Talk, django_capture_on_commit_callbacks) -> None:
    def read() -> dict[str, Any]:
        return {str(row["id"]): row["feeling"] for row in lines_in(talk.owner, talk.id)}

    for row in Message.objects.filter(conversation=talk.id):
        cipher = cipher_for(key_id_of(row.body))
        row.feeling = cipher.seal_bytes(read_feeling(SAD).packed(), Place(FEELING, row.pk))
        row.save(update_fields=["feeling"])
    line = Message.objects.filter(conversation=talk.id, role="player").earliest("id")
    taken = read()[str(line.pk)]
    assert "sadness" in taken["labels"]
    assert taken["valence"] < 0
    edit_in_place(**talk.who, message_id=line.pk, content=GLAD)
    assert read()[str(line.pk)] is None
    assert any(read().values())
    with django_capture_on_commit_callbacks() as later:
        refuse(talk.owner)
    assert len(later) == 1, "in a worker: the table is large"
    assert forget_feelings(talk.owner.pk) == 4
    assert not any(read().values())


def test_the_tone_is_asked_for_within_bounds_by_who_plays(talk: Talk) -> None:
    client = Client()
    client.force_login(talk.owner)
    assert client.post(f"/talks/{talk.id}/tone", {"tone": "-2"}).json() == {"tone": -2}
    assert Participant.objects.get(conversation=talk.id).tone == -2
    assert 'aria-valuetext="Dark"' in client.get(f"/talks/{talk.id}/").content.decode()
    for tone in (-3, 3):
        with pytest.raises(Invalid) as refused:
            ask_for_tone(**talk.who, tone=tone)
        assert refused.value.extra == {"field": "tone", "limit": 2}
    with pytest.raises(NotFound):
        ask_for_tone(user=UserFactory(), conversation_id=talk.id, tone=0)


def test_the_page_shows_the_face_of_the_newest_reply(talk: Talk) -> None:
    client = Client()
    client.force_login(talk.owner)
    html = client.get(f"/talks/{talk.id}/").content.decode()
    assert 'data-mood="amused"' in html
    assert html.count("/amused.svg") >= 2
    assert "data-faces=" in html
