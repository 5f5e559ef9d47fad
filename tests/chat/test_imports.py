"""Talks brought from elsewhere: sealed, indexed, under their own times; once; cut short, gone on with."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.erasure import erase
from accounts.errors import Conflict, Invalid, NotFound
from accounts.guests import adopt
from accounts.ids import uuid7
from accounts.models import Persona
from accounts.personas import edit_persona
from characters.models import Character, CharacterDay
from chat.finding import read_query
from chat.formats import native
from chat.formats.neutral import Line, Talk
from chat.models import Conversation, Import, ImportedTalk, ImportPiece, Message
from chat.selectors import shown_branch, title_of
from chat.selectors.imports import get_import, imports_for, looked_of, outcomes_of
from chat.selectors.search import Wish, search
from chat.services import imports
from chat.services.conversations import trash_conversation
from chat.services.edits import rewrite_reply
from chat.services.imports import intake, upload
from chat.services.statistics import roll_up_days
from chat.tasks import empty_trash
from tests.chat import exported
from tests.chat.brought import bring, brought, lines_of, talks_of
from tests.chat.library import talk_of
from tests.chat.stage import mira
from tests.factories import GuestFactory

# ---------------------------------------------------------------- what becomes of a file


def test_a_chat_of_sillytaverns_becomes_a_talk(alice):
    row = brought(alice, exported.sillytavern(), "Seraphina - 2024-6-5.jsonl")
    assert (row.state, row.settled) == (Import.State.DONE, 1)
    [talk] = talks_of(row)
    assert lines_of(alice, talk) == [
        ("Seraphina", "*You wake with a start.* Hello, Ada."),
        ("Ada", "Where am I?"),
        ("Seraphina", "In the *glade*."),
        ("Ada", "我看见灯塔。"),
    ]
    shown, _ = shown_branch(user=alice, conversation=talk, leaf=talk.head_id)
    assert (len(shown[0].siblings), shown[0].position) == (2, 2)
    assert [line.mine for line in shown] == [False, True, False, True]
    assert shown[2].created_at == datetime(2024, 6, 5, 14, 5, 50, 682_000, tzinfo=UTC)
    assert talk.created_at == datetime(2024, 6, 5, 14, 3, 22, tzinfo=UTC)
    assert talk.updated_at.year == 2024
    [character] = Character.objects.filter(owner=alice)
    assert (character.visibility, character.published.name) == ("private", "Seraphina")
    assert talk.cast.get().character_id == character.pk
    [outcome] = outcomes_of(row)
    assert (outcome.lines, outcome.notes, outcome.refused) == (5, {"system": 1, "ghosts": 1}, "")
    assert not ImportPiece.objects.exists()


def test_the_talk_can_go_on_and_is_found(alice):
    [talk] = talks_of(brought(alice, exported.sillytavern()))
    for written, count in (("glade", 1), ("灯塔", 1), ("wake start", 1), ("platypus", 0)):
        found = search(user=alice, wish=Wish(query=read_query(written)))
        assert sum(len(group.hits) for group in found.groups) == count
    reply = Message.objects.filter(conversation=talk, role="character").latest("pk").pk
    fresh, _ = rewrite_reply(user=alice, conversation_id=talk.pk, message_id=reply, content="No.")
    assert talk.head_id is not None
    assert fresh > talk.head_id


def test_only_ciphertext_is_stored(alice):
    canary = f"platypus{uuid7().hex}"
    title, said = f"About {canary}", f"I whisper {canary}"
    data = exported.chatgpt(
        exported.conversation(title=title, mapping={"a": exported.node("a", None, [], exported.message("user", said))})
    )

    def found() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select table_name, column_name from information_schema.columns where table_schema = 'public'"
                " and data_type in ('bytea', 'text', 'character varying', 'json', 'jsonb', 'ARRAY')"
            )
            places = []
            for table, column in cursor.fetchall():
                cursor.execute(
                    f'select count(*) from "{table}" where position(%s in "{column}"::text) > 0'
                    f' or position(%s in "{column}"::text) > 0',
                    [canary, canary.encode().hex()],
                )
                places += [f"{table}.{column}"] if cursor.fetchone()[0] else []
        return places

    row = bring(alice, data, f"{canary}.json")
    assert found() == []
    imports.look(row.pk)
    assert found() == []
    imports.take(user=alice, import_id=row.pk, choices={})
    imports.run(row.pk)
    assert found() == []
    [talk] = talks_of(row)
    assert (title_of(talk), lines_of(alice, talk)) == (title, [("You", said)])
    assert imports_for(alice)[0].name == f"{canary}.json"


def test_a_tree_of_chatgpts_keeps_its_branches(alice):
    [talk] = talks_of(brought(alice, exported.chatgpt()))
    assert title_of(talk) == "Lighthouses"
    assert [text for _, text in lines_of(alice, talk)] == ["What is in this picture?", "灯塔 at night."]
    shown, _ = shown_branch(user=alice, conversation=talk, leaf=talk.head_id)
    assert (len(shown[0].siblings), shown[0].position) == (2, 2)
    assert talk.updated_at == datetime(2024, 6, 5, 14, 1, 44, tzinfo=UTC)


def test_a_group_keeps_its_names(alice):
    [talk] = talks_of(brought(alice, exported.sillytavern_group()))
    assert lines_of(alice, talk) == [("Holmes", "Who rang?"), ("Watson", "I did."), ("Ada", "And I.")]
    spoken_by = dict(Message.objects.filter(conversation=talk).values_list("speaker", "character"))
    assert spoken_by == {"Holmes": talk.cast.get().character_id, "Watson": None, "Ada": None}


def test_risu_counts_on_the_characters_greeting(alice):
    character = mira("script-5", name="Mira", greetings=["Evening, {{user}}.", "Again?"])
    Character.objects.filter(pk=character.pk).update(owner=alice)
    [talk] = talks_of(brought(alice, exported.risu(), "Mira_2024-06-05T1_chat.json"))
    assert talk.cast.get().character_id == character.pk
    assert lines_of(alice, talk)[:2] == [("Mira", "Evening, You."), ("You", "Is it raining?")]


def test_a_file_without_times_is_told_in_its_order(alice):
    [talk] = talks_of(brought(alice, exported.agnai()))
    assert [text for _, text in lines_of(alice, talk)] == ["Welcome to the inn.", "A room, please.", "Second floor."]
    assert talk.updated_at <= timezone.now()
    assert talk.cast.get().version.name == "Narrator"


def test_times_that_cannot_be_are_moved_as_little_as_needed(alice):
    claimed = (1_700_000_000_000, 1_600_000_000_000, 9_000_000_000_000, 1_700_000_000_500)
    said = [
        Line(str(number), str(number - 1) if number else None, "player", "Ada", f"line {number}", at)
        for number, at in enumerate(claimed)
    ]
    data = "".join(native.write(Talk(character="Mira", player="Ada", created=1_700_000_000_000), said)).encode()
    [talk] = talks_of(brought(alice, data))
    assert [text for _, text in lines_of(alice, talk)] == [f"line {number}" for number in range(4)]
    times = [line.pk.int >> 80 for line in Message.objects.filter(conversation=talk).order_by("pk")]
    assert times[:2] == [1_700_000_000_000, 1_700_000_000_000]
    assert times == sorted(times)
    assert times[-1] <= int(timezone.now().timestamp() * 1000) + 1


# ---------------------------------------------------------------- whom it is with


def test_by_name_ones_own_first_then_those_one_may_see(alice, bob):
    theirs, unlisted = mira("script-5", name="Seraphina"), mira("script-5", name="Seraphina")
    Character.objects.filter(pk=theirs.pk).update(visibility="public")
    row = bring(alice, exported.sillytavern())
    imports.look(row.pk)
    [name] = looked_of(get_import(user=alice, import_id=row.pk)).names
    assert (name.name, name.talks, name.language) == ("Seraphina", 1, "en")
    mine = mira("script-5", name="seraphina")
    Character.objects.filter(pk=mine.pk).update(owner=alice, visibility="private")
    imports.take(user=alice, import_id=row.pk, choices={})
    imports.run(row.pk)
    assert [talk.cast.get().character_id for talk in talks_of(row)] == [mine.pk]
    [talk] = talks_of(brought(bob, exported.sillytavern()))
    assert talk.cast.get().character_id == theirs.pk, "Alice's is private, and who is unlisted is known by a link"
    met = talk_of(bob, name="Seraphina")
    assert unlisted.pk != met.cast.get().character_id
    [again] = talks_of(brought(bob, exported.chub().replace(b"Mira", b"Seraphina")))
    assert again.cast.get().character_id == met.cast.get().character_id


def test_whom_its_owner_chooses(alice, bob):
    holmes, hidden = mira("script-5", name="Holmes"), mira("script-5", name="Hidden")
    Character.objects.filter(pk=hidden.pk).update(owner=bob, visibility="private")
    row = bring(alice, exported.sillytavern())
    imports.look(row.pk)
    for wrong in (hidden.pk, uuid7()):
        with pytest.raises(Character.DoesNotExist):
            imports.take(user=alice, import_id=row.pk, choices={"Seraphina": wrong})
    with pytest.raises(NotFound):
        imports.take(user=bob, import_id=row.pk, choices={})
    imports.take(user=alice, import_id=row.pk, choices={"Seraphina": holmes.pk})
    imports.run(row.pk)
    [talk] = talks_of(row)
    assert talk.cast.get().character_id == holmes.pk
    assert lines_of(alice, talk)[0][0] == "Seraphina", "what was said keeps its name"
    with pytest.raises(Conflict):
        imports.take(user=alice, import_id=row.pk, choices={})


def test_a_plain_one_is_made_once_for_all_talks_of_a_name(alice):
    mira("script-5", name="ChatGPT")
    data = exported.chatgpt(
        exported.conversation(),
        exported.conversation(
            title="Two", mapping={"a": exported.node("a", None, [], exported.message("user", "你好，请问灯塔是什么？"))}
        ),
    )
    row = brought(alice, data, ChatGPT=None)
    assert len(talks_of(row)) == 2
    [character] = Character.objects.filter(owner=alice)
    assert {talk.cast.get().character_id for talk in talks_of(row)} == {character.pk}


def test_a_character_made_for_a_talk_that_is_not_taken_is_not_kept(alice):
    zelda = exported.chub().replace(b"Mira", b"Zelda")
    row = brought(
        alice,
        exported.archive(
            {
                "a.json": exported.chatgpt(exported.conversation(mapping={})),
                "b.jsonl": zelda,
            }
        ),
    )
    assert [outcome.refused for outcome in outcomes_of(row)] == ["empty", ""]
    assert [character.published.name for character in Character.objects.filter(owner=alice)] == ["Zelda"]


def test_a_persona_of_that_name_plays_on(alice):
    persona = Persona.objects.get(user=alice)
    edit_persona(user=alice, persona_id=persona.pk, name="Ada", description="")
    [talk] = talks_of(brought(alice, exported.sillytavern()))
    assert talk.participants.get().persona_id == persona.pk


# ---------------------------------------------------------------- once


def test_the_same_file_twice(alice, bob):
    row = brought(alice, exported.sillytavern())
    with pytest.raises(imports.BroughtBefore) as refused:
        bring(alice, exported.sillytavern(), "renamed.jsonl")
    assert refused.value.extra["import_id"] == str(row.pk)
    assert len(talks_of(brought(bob, exported.sillytavern()))) == 1, "of somebody else's file nothing is said"


def test_the_same_talk_in_another_file(alice):
    brought(alice, exported.chatgpt())
    more = exported.chatgpt(
        exported.conversation(title="Renamed"),
        exported.conversation(mapping={"a": exported.node("a", None, [], exported.message("user", "New."))}),
    )
    row = bring(alice, more)
    imports.look(row.pk)
    looked = looked_of(get_import(user=alice, import_id=row.pk))
    assert (looked.talks, looked.known) == (2, 1)
    imports.take(user=alice, import_id=row.pk, choices={})
    imports.run(row.pk)
    assert [outcome.refused for outcome in outcomes_of(row)] == ["already", ""]
    assert Conversation.objects.filter(owner=alice).count() == 2
    # Twice in one file too, which the look could not know.
    twice = exported.conversation(mapping={"a": exported.node("a", None, [], exported.message("user", "Twice."))})
    row = brought(alice, exported.chatgpt(twice, twice))
    assert sorted(outcome.refused for outcome in outcomes_of(row)) == ["", "already"]


def test_what_was_deleted_for_good_can_be_brought_again(alice):
    [talk] = talks_of(brought(alice, exported.sillytavern()))
    trash_conversation(user=alice, conversation_id=talk.pk)
    with pytest.raises(imports.BroughtBefore):
        bring(alice, exported.sillytavern())
    Conversation.objects.filter(pk=talk.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    empty_trash()
    assert len(talks_of(brought(alice, exported.sillytavern()))) == 1


# ---------------------------------------------------------------- cut short, refused, let go


def test_a_task_that_was_cut_short_goes_on_behind_what_is_settled(alice, monkeypatch):
    conversations = [
        exported.conversation(
            title=f"Talk {number}",
            mapping={"a": exported.node("a", None, [], exported.message("user", f"line {number}"))},
        )
        for number in range(4)
    ]
    row = bring(alice, exported.chatgpt(*conversations))
    imports.look(row.pk)
    imports.take(user=alice, import_id=row.pk, choices={})
    monkeypatch.setattr(intake, "RUN_SECONDS", 0)
    for settled in (1, 2, 3):
        assert not imports.run(row.pk)
        row.refresh_from_db()
        assert row.settled == settled
    write = intake.write_talk

    def killed(**given):
        write(**given)
        raise SystemExit

    monkeypatch.setattr(intake, "write_talk", killed)
    with pytest.raises(SystemExit):
        imports.run(row.pk)
    assert Conversation.objects.filter(owner=alice).count() == 3
    monkeypatch.undo()
    assert imports.run(row.pk)
    assert imports.run(row.pk)
    assert [title_of(talk) for talk in talks_of(row)] == [f"Talk {number}" for number in range(4)]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"Dear diary", "not_json"), (b"[]", "not_talk"), (exported.archive({"a.json": b"{}"}), "no_talks")],
)
def test_a_file_that_is_none_of_ours(alice, data, code):
    row = brought(alice, data)
    assert (row.state, row.error) == (Import.State.FAILED, code)
    assert not ImportPiece.objects.exists()
    assert brought(alice, data).state == Import.State.FAILED, "it may be tried again"


def test_what_may_be_brought(alice, monkeypatch):
    with pytest.raises(Invalid) as refused:
        bring(alice, b"")
    assert refused.value.extra["field"] == "file"
    monkeypatch.setattr(upload, "MAX_FILE", 1_000)
    with pytest.raises(Invalid) as refused:
        bring(alice, b"x" * 1_001)
    assert refused.value.extra["limit"] == 1_000
    monkeypatch.undo()
    for number in range(upload.MAX_OPEN):
        bring(alice, b"%d" % number)
    with pytest.raises(Invalid) as refused:
        bring(alice, b"one more")
    assert refused.value.extra["limit"] == upload.MAX_OPEN


def test_a_talk_that_is_too_long_is_refused_whole(alice, monkeypatch):
    monkeypatch.setattr("chat.services.imports.write.MAX_LINES", 3)
    row = brought(alice, exported.sillytavern())
    assert [outcome.refused for outcome in outcomes_of(row)] == ["too_many_lines"]
    assert not Conversation.objects.filter(owner=alice).exists()
    assert not Message.objects.exists()


def test_an_import_is_cancelled(alice, bob):
    row = bring(alice, exported.sillytavern())
    with pytest.raises(NotFound):
        imports.cancel(user=bob, import_id=row.pk)
    imports.cancel(user=alice, import_id=row.pk)
    imports.look(row.pk)
    assert imports.run(row.pk)
    assert not Import.objects.exists()
    with pytest.raises(Conflict):
        imports.cancel(user=alice, import_id=brought(alice, exported.sillytavern()).pk)


def test_what_was_left_is_gone_on_with_and_what_nobody_wants_is_let_go(alice):
    waiting, looked = bring(alice, exported.sillytavern()), bring(alice, exported.agnai())
    imports.look(looked.pk)
    assert imports.left_behind() == []
    Import.objects.update(touched_at=timezone.now() - timedelta(days=8))
    assert imports.left_behind() == [(waiting.pk, "waiting")]
    imports.forget_idle()
    assert list(Import.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_nothing_is_left_of_somebody_who_is_let_go(alice):
    brought(alice, exported.sillytavern())
    bring(alice, exported.agnai())
    erase(alice)
    for model in (Import, ImportPiece, ImportedTalk, Conversation, Message):
        assert not model.objects.exists()


def test_what_a_guest_brought_goes_along(alice):
    guest = GuestFactory()
    [talk] = talks_of(brought(guest, exported.sillytavern()))
    waiting = bring(guest, exported.agnai())
    adopt(guest, alice)
    ciphers.clear()
    assert lines_of(alice, talk)[0][0] == "Seraphina"
    imports.look(waiting.pk)
    imports.take(user=alice, import_id=waiting.pk, choices={})
    imports.run(waiting.pk)
    assert [each.state for each in imports_for(alice)] == ["done", "done"]


def test_what_was_brought_is_not_counted_for_creators(alice):
    theirs = mira("script-5", name="Zelda")
    Character.objects.filter(pk=theirs.pk).update(visibility="public")
    [talk] = talks_of(brought(alice, exported.chub().replace(b"Mira", b"Zelda")))
    assert talk.cast.get().character_id == theirs.pk
    assert talk.created_at.date() == timezone.now().date()
    roll_up_days()
    assert not CharacterDay.objects.filter(character=theirs).exists()


def test_the_list_costs_the_same_whatever_its_length(alice, django_assert_max_num_queries):
    for number in range(12):
        brought(alice, exported.chub().replace(b"Evening", b"Evening %d" % number))
    with django_assert_max_num_queries(3):
        assert len(imports_for(alice)) == 12
