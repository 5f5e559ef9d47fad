"""A take-out, brought to another house."""

import io
import json
import secrets
import struct
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.errors import Conflict, Invalid, NotFound
from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import Persona, Plan, Profile, Restoration, RestorationPiece, User
from accounts.privacy.holdings import taken
from accounts.restore import guard, services
from accounts.restore.guard import MAX_LINE
from accounts.restore.work import in_order
from characters.models import Character, CharacterVersion, Lorebook
from chat.models import Conversation, Message, Play
from chat.selectors.plays import moments_to, staged_at
from chat.selectors.retention import kept_talks
from chat.services.plays.starting import start_play
from memory.models import Memory
from stories.services import create_story
from tests.chat.grown import Talk
from tests.chat.plays.stage import did
from tests.chat.rooms.stage import person
from tests.factories import UserFactory
from tests.stories.conftest import SMALL
from tests.takeout.same import canonical
from tests.takeout.settler import bytes_of, of_a_settler, settler, taken_out

Rows = dict[str, list[dict[str, Any]]]
MANIFEST = {"format": "dramatis.takeout", "version": 1, "sections": {}}


def brought(user: User, data: bytes) -> tuple[Restoration, services.Report]:
    row = services.bring(user=user, chunks=[data])
    services.run(row.pk)
    row.refresh_from_db()
    return row, services.report_of(row)


def packed(rows: Rows, manifest: dict[str, Any] = MANIFEST, **files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, each in rows.items():
            archive.writestr(f"data/{name}.jsonl", "".join(json.dumps(row) + "\n" for row in each))
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def changed(archive: zipfile.ZipFile, change: Callable[[str, dict[str, Any]], dict[str, Any]]) -> bytes:
    """The archive with other rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith(".jsonl"):
                rows = [change(name[5:-6], json.loads(line)) for line in data.decode().splitlines()]
                data = "".join(json.dumps(row) + "\n" for row in rows).encode()
            other.writestr(name, data)
    return out.getvalue()


# --- the round trip


def test_it_makes_an_equal_account(db) -> None:
    alice, heir = settler(), UserFactory()
    archive = taken_out(alice)
    row, report = brought(heir, bytes_of(archive))
    assert row.state == "done", row.error
    assert report.problems == []
    there, here = canonical(archive), canonical(taken_out(heir))
    for name in there:
        assert here[name] == there[name], name
    assert not RestorationPiece.objects.exists()
    # And what is made of it is there, too: words to be found by, places that hold.
    assert Memory.objects.filter(pair__owner=heir).exclude(digest=b"").count() == 2
    assert Message.objects.filter(conversation__owner=heir).exclude(terms=[]).exists()
    assert all(book.sealed for book in Lorebook.objects.filter(owner=heir).exclude(scope="character"))


def test_a_play_goes_on_with_the_cast_of_the_story_here(db) -> None:
    heir = UserFactory()
    brought(heir, bytes_of(of_a_settler()))
    plays = {play.version.story.slug: play for play in Play.objects.filter(conversation__owner=heir)}
    assert set(plays) == {None, "bell-under-the-lake"}
    for play in plays.values():
        cast = play.version.cast_versions(play.language)
        assert play.parts == {name: str(player.character_id) for name, player in cast.items()}
        seated = play.conversation.cast.values_list("version", flat=True)
        assert set(seated) == {player.pk for player in cast.values()}
    own = plays[None]
    assert own.version.story.owner == heir
    leaf = did(own.conversation, "use", "", "bell", after=own.entries.get(seq=1).message_id)
    assert staged_at(own, leaf).state.counters["hope"] == 5
    assert not Character.objects.filter(owner=heir, published__name__in=("Tam", "Old Pell")).exists()


def test_a_play_goes_on_whose_first_lines_are_kept_no_longer(db) -> None:
    alice, heir = person("Alice"), UserFactory()
    version = create_story(owner=alice, source=SMALL).published
    assert version is not None
    talk = start_play(user=alice, version=version, seed="s")
    opening = talk.head_id
    first = did(talk, "take", "lamp", after=opening)
    last = did(talk, "go", "cellar", after=first)
    Message.objects.filter(pk__in=[opening, first]).delete()
    _row, report = brought(heir, bytes_of(taken_out(alice)))
    assert report.problems == []
    play = Play.objects.get(conversation__owner=heir)
    assert play.conversation.messages.count() == 1
    stands = staged_at(play, play.conversation.head_id)
    assert stands.state == staged_at(talk.play, last).state
    assert len(moments_to(play, stands)) == play.count == 3


def test_what_the_rules_do_not_confirm_has_not_happened(db) -> None:
    """Neither it nor what went on from it, nor the ending that it led to."""
    heir = UserFactory()

    def change(name: str, row: dict[str, Any]) -> dict[str, Any]:
        if name == "play_entries" and row["seq"] == 2:
            row["state"] = row["state"].replace('"hope":2', '"hope":5')
        return row

    _row, report = brought(heir, changed(of_a_settler(), change))
    told = {(each.file[5:-6], each.code) for each in report.problems}
    assert told == {
        ("play_entries", "not_by_rules"), ("play_entries", "no_reference"), ("endings", "not_by_rules"),
        ("feedback", "not_by_rules"),
    }  # fmt: skip
    play = Play.objects.get(conversation__owner=heir, version__story__owner=heir)
    happened = [json.loads(entry.entry).get("action") for entry in play.entries.all()]
    assert happened == [None, {"verb": "inspect", "target": "mira", "item": ""}]


def test_a_story_that_is_not_here_leaves_its_talk(db) -> None:
    heir = UserFactory()
    data = changed(of_a_settler(), lambda name, row: row | {"slug": "unheard-of"} if name == "stories_met" else row)
    _row, report = brought(heir, data)
    told = [(each.file[5:-6], each.code) for each in report.problems]
    assert told == [("plays", "no_story"), ("endings", "no_reference")]
    assert report.counts["plays"] == 1
    [talk] = Conversation.objects.filter(owner=heir, cast__version__name="老裴")
    assert talk.cast.filter(character__owner=heir, version__name="老裴").exists()


def test_days_that_a_talk_is_kept_count_from_when_it_came(db) -> None:
    alice, heir = UserFactory(), UserFactory()
    Talk(alice).script("Hello.", "“Hello.”")
    Conversation.objects.filter(owner=alice).update(created_at=timezone.now() - timedelta(days=3_000))
    before = timezone.now()
    brought(heir, bytes_of(taken_out(alice)))
    assert kept_talks().get(owner=alice).since < before - timedelta(days=2_000)
    assert kept_talks().get(owner=heir).since >= before


def test_what_is_restored_comes_in_an_order() -> None:
    order = [holding.model for holding in in_order()]
    assert len(order) == len(set(order)) == len([holding for holding in taken() if holding.restored])
    for before, after in (
        ("accounts.Persona", "characters.Lorebook"), ("chat.Conversation", "characters.Lorebook"),
        ("chat.CastMember", "chat.Message"), ("chat.Message", "memory.BondStep"), ("memory.Pair", "memory.Memory"),
    ):  # fmt: skip
        assert order.index(before) < order.index(after)


def test_somebody_unknown_here_becomes_a_plain_character(db) -> None:
    alice, heir = UserFactory(), UserFactory()
    talk = Talk(alice)
    talk.script("Hello.", "“Hello.”")
    archive = taken_out(alice)
    _row, report = brought(heir, bytes_of(archive))
    assert report.problems == []
    conversation = Conversation.objects.get(owner=heir)
    character = conversation.cast.get().character
    assert character.owner == heir
    assert character.visibility == "private"
    assert character.published.name == "Mira"
    assert not character.published.description, "what others made is theirs"


def test_it_stands_beside_what_is_here(db) -> None:
    """Nothing of the account that brings it is overwritten."""
    heir = settler_of_two_lines()
    before = canonical(taken_out(heir))
    brought(heir, bytes_of(of_a_settler()))
    after = canonical(taken_out(heir))
    assert after["profile"] == before["profile"]
    assert len(after["talks"]) == len(before["talks"]) + 5
    assert {row["name"] for row in after["personas"]} >= {row["name"] for row in before["personas"]}


def settler_of_two_lines() -> User:
    user = person("Heir")
    Profile.objects.filter(user=user).update(
        name="H", bio="B", theme="light", time_zone="Asia/Tokyo", break_minutes=30, country="JP"
    )
    Talk(user).script("Hello.", "“Hello.”")
    return user


def test_the_same_file_is_taken_once(db) -> None:
    heir = UserFactory()
    data = packed({"personas": [{"id": str(uuid7()), "name": "Fox", "description": "Runs."}]})
    brought(heir, data)
    with pytest.raises(services.RestoredBefore):
        services.bring(user=heir, chunks=[data])


def test_one_that_was_cut_short_is_taken_once(db) -> None:
    """The process dies in between: what it had written was never committed, and the next one begins anew."""
    heir = UserFactory()
    row = services.bring(user=heir, chunks=[packed({"personas": [{"id": str(uuid7()), "name": "Fox"}]})])
    assert services._begun(row.pk)
    Restoration.objects.update(touched_at=timezone.now() - services.QUIET * 2)
    assert services.left_behind() == [row.pk]
    services.run(row.pk)
    services.run(row.pk)
    row.refresh_from_db()
    assert row.state == "done"
    assert Persona.objects.filter(user=heir, name="Fox").count() == 1


# --- files of strangers


def failing(data: bytes) -> str:
    user = UserFactory()
    row, _report = brought(user, data)
    assert row.state == "failed"
    assert not RestorationPiece.objects.exists()
    return row.error


def test_what_is_no_takeout_is_not_taken(db) -> None:
    assert failing(b"%PDF-1.7") == "not_takeout"
    assert failing(packed({}, {"format": "else", "version": 1})) == "not_takeout"
    assert failing(packed({}, MANIFEST | {"version": 2})) == "newer"
    assert failing(packed({"personas": []})[:-30]) == "not_takeout"
    for name in ("../data/personas.jsonl", "/data/personas.jsonl", "data\\personas.jsonl"):
        assert failing(packed({}, MANIFEST, **{name: b"{}\n"})) == "names"
    assert failing(packed({}, MANIFEST, **{"data/personas.jsonl": b" " * 40_000_000})) == "too_large"


def test_a_table_of_contents_that_lies_is_not_read(monkeypatch) -> None:
    data = packed({"personas": [], "talks": []})
    entries, end = 3, data.rindex(b"PK\x05\x06")
    tells_of_one = data[: end + 8] + struct.pack("<2H", 1, 1) + data[end + 12 :]
    of_another = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 46, 0)
    hidden_by_another = data[:end] + of_another + data[end:]
    for each in (data, tells_of_one, hidden_by_another):
        monkeypatch.setattr(guard, "MAX_MEMBERS", entries)
        guard._check_directory(io.BytesIO(each))
        monkeypatch.setattr(guard, "MAX_MEMBERS", entries - 1)
        with pytest.raises(guard.BadArchive, match="too_large"):
            guard._check_directory(io.BytesIO(each))


def test_a_damaged_section_ends_it_whole(db) -> None:
    data = bytearray(packed({"personas": [{"id": str(uuid7()), "name": f"Fox {n}" * 9} for n in range(40)]}))
    at = data.index(b"data/personas.jsonl") + 60
    data[at : at + 40] = bytes(40)
    assert failing(bytes(data)) == "damaged"
    assert not Persona.objects.filter(name__startswith="Fox").exists()


def test_what_is_wrong_is_told_by_file_and_line(db) -> None:
    heir, lines = UserFactory(), []
    lines.append(json.dumps({"id": str(uuid7()), "name": "Fox"}))
    lines.append("{not json")
    lines.append(json.dumps({"id": str(uuid7()), "name": 7}))
    lines.append(json.dumps({"id": str(uuid7()), "name": "x" * 61}))
    lines.append(json.dumps({"id": str(uuid7()), "name": "a\x00b"}))
    lines.append('{"name": "' + secrets.token_hex(MAX_LINE // 2) + '"}')
    lines.append("[" * 5_000)
    lines.append(json.dumps({"id": str(uuid7()), "name": "Heron"}))
    row, report = brought(heir, packed({}, MANIFEST, **{"data/personas.jsonl": "\n".join(lines).encode()}))
    assert row.state == "done"
    assert [(each.line, each.code, each.field) for each in report.problems] == [
        (2, "no_row", ""), (3, "no_text", "name"), (4, "too_long", "name"), (5, "no_row", ""), (6, "no_row", ""),
        (7, "no_row", ""),
    ]  # fmt: skip
    assert {each.file for each in report.problems} == {"data/personas.jsonl"}
    assert report.counts == {"personas": 2}
    assert set(Persona.objects.filter(user=heir).values_list("name", flat=True)) >= {"Fox", "Heron"}


# --- ids of others


def test_ids_of_what_is_here_lead_nowhere(db) -> None:
    """Everything in the file is made to hang on Bob's things, and on what is the house's."""
    bob, mallory = settler(), UserFactory()
    character = Character.objects.filter(owner=bob, published__isnull=False).first()
    house = Character.objects.get(slug="mira-of-the-house")
    talk, play = Conversation.objects.filter(owner=bob).first(), Play.objects.filter(version__story__owner=bob).get()
    assert character is not None
    assert talk is not None
    before = canonical(taken_out(bob))
    line = {"role": "player", "mine": True, "text": "Mine now.", "status": "complete", "speaker": "Bob"}
    met: dict[str, Any] = {"id": str(house.pk), "slug": house.slug, "name": "Mira", "versions": []}
    version = {"number": 9, "language": "en", "name": "Mine"}
    _row, report = brought(
        mallory,
        packed(
            {
                "characters_met": [met],
                "character_versions": [
                    {"id": str(uuid7()), "character": str(character.pk), **version},
                    {"id": str(uuid7()), "character": str(house.pk), **version},
                ],
                "knowledge": [{"id": str(uuid7()), "character": str(house.pk), "title": "T", "text": "Text."}],
                "lorebooks": [{"id": str(uuid7()), "scope": "character", "character": str(house.pk), "name": "Lore"}],
                "cast": [{"id": str(uuid7()), "conversation": str(talk.pk), "character": str(house.pk)}],
                "lines": [{"id": str(uuid7()), "conversation": str(talk.pk), "parent": str(talk.head_id), **line}],
                "checkpoints": [{"id": str(uuid7()), "conversation": str(talk.pk), "message_id": str(talk.head_id)}],
                "rooms": [{"conversation": str(talk.pk), "strategy": "round"}],
                "plays": [{"conversation": str(play.pk), "version": str(play.version_id), "language": "en"}],
                "play_entries": [{"play": str(play.pk), "message_id": str(play.conversation.head_id), "seq": 9}],
                "endings": [{"id": str(uuid7()), "story": str(play.version.story_id), "ending": "sea"}],
                "feedback": [{"id": str(uuid7()), "play": str(play.pk), "body": "{}"}],
                "memories": [{"id": str(uuid7()), "pair": str(uuid7()), "text": "Known.", "kind": "event"}],
            }
        ),
    )
    assert sum(report.counts.values()) == 0
    assert {each.code for each in report.problems} == {"no_reference"}
    assert canonical(taken_out(bob)) == before
    assert not Character.objects.filter(owner=mallory).exists()
    assert not CharacterVersion.objects.filter(name="Mine").exists()
    assert not Lorebook.objects.filter(owner=mallory).exists()


def test_nothing_but_what_is_named_is_taken(db) -> None:
    """Columns of the house in the file change nothing: nobody comes in public, loved, staff or on another plan."""
    alice, heir = UserFactory(), UserFactory()
    was = User.objects.get(pk=heir.pk)
    extra = {
        "visibility": "public", "loves": 9_999, "starts": 9_999, "slug": "stolen", "is_staff": True, "age": "child",
        "plan": "unlimited", "is_superuser": True, "owner": str(alice.pk), "user": str(alice.pk),
        "published_at": "2026-01-01",
    }  # fmt: skip
    brought(heir, changed(of_a_settler(), lambda _name, row: row | extra))
    heir.refresh_from_db()
    assert (heir.is_staff, heir.is_superuser, heir.plan_id, heir.age) == (False, False, was.plan_id, was.age)
    for character in Character.objects.filter(owner=heir):
        assert (character.visibility, character.loves <= 1, character.starts, character.slug) == (
            "private",
            True,
            0,
            None,
        )
        assert character.published_at is None
    assert Conversation.objects.filter(owner=heir).count() == 5


# --- what is said in it


def test_what_may_not_be_said_here_is_not_said_by_a_file(db) -> None:
    """Personas, memories and cards are refused; a line stands as one that was taken back."""
    heir = UserFactory()
    never = "Where is the cheese pizza trade tonight?"  # on the list of the release
    worse = {
        ("lines", "text", "I keep bees."): never,
        ("personas", "description", "Runs."): never,
        ("memories", "text", "Alice keeps bees."): never,
        ("character_versions", "personality", "Kinder now."): never,
        ("lore_entries", "content", "Two of them."): never,
        ("knowledge", "title", "Tides"): never,
        ("talks", "note", "Keep it quiet."): never,
        ("talks", "title", "What the bees know"): never,
    }

    def change(name: str, row: dict[str, Any]) -> dict[str, Any]:
        return row | {field: text for (where, field, was), text in worse.items() if where == name and row[field] == was}

    row, report = brought(heir, changed(of_a_settler(), change))
    assert row.state == "done"
    refused = {each.file[5:-6] for each in report.problems if each.code == "not_allowed"}
    assert refused == {where for where, _field, _was in worse} - {"lines"}
    lines = Message.objects.filter(conversation__owner=heir)
    assert lines.filter(status="withdrawn").count() == 1
    assert "cheese pizza" not in "".join(str(each) for each in canonical(taken_out(heir)).values())


def test_quotas_hold(db) -> None:
    heir = UserFactory()
    Plan.objects.filter(pk=heir.plan_id).update(most_characters=1)
    rows = [{"id": str(uuid7()), "rating": "general"} for _each in range(3)]
    versions = [
        {"id": str(uuid7()), "character": row["id"], "number": 1, "language": "en", "name": f"C{n}"}
        for n, row in enumerate(rows)
    ]
    _row, report = brought(heir, packed({"characters": rows, "character_versions": versions}))
    assert Character.objects.filter(owner=heir).count() == 1
    assert [each.code for each in report.problems] == ["quota_reached"] * 2 + ["no_reference"] * 2


# --- the page


def test_the_page_takes_a_file_and_tells_what_came_of_it(db) -> None:
    client, heir, other = Client(), UserFactory(), UserFactory()
    client.force_login(heir, backend=BACKEND)
    data = packed({"personas": [{"id": str(uuid7()), "name": "Fox"}, {"id": str(uuid7()), "name": 7}]})
    file = SimpleUploadedFile("take.zip", data, content_type="application/zip")
    assert client.post("/settings/takeout/bring/", {"file": file}).status_code == 302
    row = Restoration.objects.get()
    assert "Waiting for its turn" in client.get("/settings/takeout/").content.decode()
    with pytest.raises(NotFound):
        services.call_off(user=other, restoration_id=row.pk)
    tasks.restore_takeout(str(row.pk))
    page = client.get("/settings/takeout/").content.decode()
    assert "Taken in, but for 1 entry." in page
    assert "data/personas.jsonl</code> line 2, <code>name</code>: This has to be text." in page
    with pytest.raises(Conflict):
        services.call_off(user=heir, restoration_id=row.pk)


def test_what_is_too_large_or_empty_is_refused_at_once(db, monkeypatch) -> None:
    heir = UserFactory()
    with pytest.raises(Invalid):
        services.bring(user=heir, chunks=[])
    monkeypatch.setattr(services, "MAX_FILE", 1_000_000)
    with pytest.raises(Invalid) as refused:
        services.bring(user=heir, chunks=[bytes(900_000)] * 2)
    assert refused.value.extra["limit"] == 1_000_000
    assert not Restoration.objects.exists()
