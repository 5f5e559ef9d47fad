"""Talks as files: whole, read in batches, the owner's alone."""

import io
import json
import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.encryption import Place, cipher_for
from accounts.errors import NotFound
from accounts.models import Persona
from accounts.personas import edit_persona
from chat.models import Conversation, Message, Participant
from chat.selectors.exports import A_BATCH
from chat.services.conversations import rename_conversation, trash_conversation
from chat.services.edits import rewrite_reply, select_alternative
from chat.services.exports import export_talk, export_talks
from chat.services.removals import delete_from
from tests.chat.library import say, talk_of
from tests.factories import UserFactory


@pytest.fixture
def alice(db):
    user = UserFactory()
    edit_persona(user=user, persona_id=Persona.objects.get(user=user).pk, name="Ada", description="Tall.")
    return user


@pytest.fixture
def talk(alice):
    return talk_of(alice, title="The *soup*")


def text_of(user, talk, format) -> str:
    return b"".join(export_talk(user=user, conversation_id=talk.pk, format=format).pieces).decode()


def test_json_holds_the_whole_tree(alice, talk):
    [one, two, three, four] = say(talk, ["one", "two", "three", "four"])
    beside, _ = rewrite_reply(user=alice, conversation_id=talk.pk, message_id=two.pk, content="two, “otherwise”\n灯")
    Message.objects.filter(pk=three.pk).update(muted=True)
    told = json.loads(text_of(alice, talk, "json"))
    assert (told["format"], told["version"]) == ("dramatis.conversation", 1)
    about = told["conversation"]
    assert about["title"] == "The *soup*"
    assert about["character"] == {"id": str(talk.cast.get().character_id), "name": "Mira"}
    assert about["player"] == {"name": "Ada"}
    assert about["head"] == str(beside)
    assert datetime.fromisoformat(about["created_at"]).date() == timezone.now().date()
    lines = {line["id"]: line for line in told["messages"]}
    assert list(lines) == [str(line) for line in (one.pk, two.pk, three.pk, four.pk, beside)]
    assert [line["parent"] for line in lines.values()] == [None, str(one.pk), str(two.pk), str(three.pk), str(one.pk)]
    assert lines[str(beside)] == {
        "id": str(beside),
        "parent": str(one.pk),
        "role": "character",
        "name": "Mira",
        "text": "two, “otherwise”\n灯",
        "at": lines[str(beside)]["at"],
        "status": "complete",
    }
    said_at = datetime.fromtimestamp((beside.int >> 80) / 1000, UTC)
    assert datetime.fromisoformat(lines[str(beside)]["at"]) == said_at.replace(
        microsecond=said_at.microsecond // 1000 * 1000
    )
    assert lines[str(three.pk)]["muted"]
    assert text_of(alice, talk, "json") == text_of(alice, talk, "json")


def test_nothing_deleted_is_exported(alice, talk):
    [one, two, _, _] = say(talk, ["one", "two", "three", "four"])
    delete_from(user=alice, conversation_id=talk.pk, message_id=two.pk)
    assert [line["id"] for line in json.loads(text_of(alice, talk, "json"))["messages"]] == [str(one.pk)]


def test_markdown_is_the_branch(alice, talk):
    say(talk, ["Who is *there*?", "# Nobody\n\nAnd nothing."])
    written = text_of(alice, talk, "md")
    assert written.startswith("# The \\*soup\\*\n\nMira · Ada · ")
    assert "**You** · " in written
    assert "Who is *there*?" in written
    assert written.endswith("\n\n# Nobody\n\nAnd nothing.\n")
    assert "# Mira" in text_of(alice, talk_of(alice), "md")


def test_jsonl_is_a_branch_with_swipes(alice, talk):
    [one, two] = say(talk, ["one", "two"])
    second, _ = rewrite_reply(user=alice, conversation_id=talk.pk, message_id=two.pk, content="two again")
    rewrite_reply(user=alice, conversation_id=talk.pk, message_id=two.pk, content="two once more")
    select_alternative(user=alice, conversation_id=talk.pk, message_id=second)
    header, *lines = [json.loads(line) for line in text_of(alice, talk, "jsonl").splitlines()]
    assert (header["user_name"], header["character_name"]) == ("Ada", "Mira")
    assert [(line["mes"], line["is_user"], line["name"]) for line in lines] == [
        ("one", True, "You"),
        ("two again", False, "Mira"),
    ]
    assert "swipes" not in lines[0]
    assert (lines[1]["swipe_id"], lines[1]["swipes"]) == (1, ["two", "two again", "two once more"])
    assert len(lines[1]["swipe_info"]) == 3
    assert one.pk


def test_the_longest_talk_costs_a_query_or_two_a_batch(alice, talk):
    say(talk, [f"line {number}" for number in range(A_BATCH * 3 + 1)])
    for kind, limit in (("json", 4 + 7), ("md", 4 + 7), ("jsonl", 8 + 7)):
        with CaptureQueriesContext(connection) as asked:
            pieces = list(export_talk(user=alice, conversation_id=talk.pk, format=kind).pieces)
        assert len(asked) <= limit, kind
        assert b"line 600" in pieces[-1]


def test_many_as_an_archive(alice, talk):
    others = [talk_of(alice, title="The *soup*"), talk_of(alice, title="a/b: c?")]
    for each in (talk, *others):
        say(each, [f"said in {each.pk}"])
    gone = talk_of(alice)
    trash_conversation(user=alice, conversation_id=gone.pk)
    file = export_talks(user=alice, talks=[each.pk for each in (talk, *others)], format="md")
    with zipfile.ZipFile(io.BytesIO(b"".join(file.pieces))) as archive:
        assert archive.testzip() is None
        day = f"{timezone.now():%Y-%m-%d}"
        assert archive.namelist() == [
            f"Mira - The soup {day}.md",
            f"Mira - The soup {day} (2).md",
            f"Mira - a b c {day}.md",
        ]
        assert f"said in {talk.pk}" in archive.read(archive.namelist()[0]).decode()
    with zipfile.ZipFile(io.BytesIO(b"".join(export_talks(user=alice, talks=None, format="json").pieces))) as archive:
        assert len(archive.namelist()) == 3


def test_only_the_owner_exports(alice, talk):
    say(talk, ["one"])
    bob = UserFactory()
    Participant.objects.create(conversation=talk, user=bob)
    for user, ids in ((bob, [talk.pk]), (UserFactory(), [talk.pk]), (alice, [talk.pk, UUID(int=1)])):
        with pytest.raises(NotFound):
            export_talks(user=user, talks=ids, format="json")
    with pytest.raises(NotFound):
        export_talk(user=bob, conversation_id=talk.pk, format="json")


def test_a_title_that_can_no_longer_be_read_is_left_out(alice, talk):
    say(talk, ["one"])
    rename_conversation(user=alice, conversation_id=talk.pk, title="x")
    other = cipher_for(talk.key_id).seal("x", Place("title", UUID(int=1)))
    Conversation.objects.filter(pk=talk.pk).update(title=other)
    assert json.loads(text_of(alice, talk, "json"))["conversation"]["title"] == ""
