"""Everything that is held of somebody, as one file for them alone."""

import json
import re
import zipfile
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import PurePosixPath

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.encryption import Place, cipher_for
from accounts.errors import NotFound
from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import Profile, Takeout, TakeoutPiece, User
from accounts.personas import edit_persona
from accounts.privacy.holdings import taken
from accounts.restore.guard import MAX_FILE
from accounts.selectors import default_persona
from accounts.takeout import services
from accounts.takeout.schema import written
from characters.models import Character
from chat.models import Conversation, Message
from chat.takeout.pages import paths
from chat.tree import Node, Tree
from tests.accounts.canary import Canary
from tests.chat.grown import Talk
from tests.chat.rooms.stage import person, room_of, said, seated
from tests.chat.stage import mira
from tests.factories import PASSWORD, GuestFactory, UserFactory
from tests.takeout.settler import SITE, downloaded, of_a_settler, section, taken_out

ALICES = {
    "account", "profile", "personas", "characters", "character_versions", "drafts", "pictures", "cards", "lorebooks",
    "lore_entries", "knowledge", "favourites", "talks", "lines", "participations", "cast", "checkpoints", "usual_parts",
    "folders", "ratings", "rooms", "pairs", "memories", "memory_sources", "notes", "bonds",
    "stories", "story_versions", "story_drafts", "plays", "play_entries", "endings", "feedback",
}  # fmt: skip


def text_of(archive: zipfile.ZipFile) -> str:
    return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


# --- what is in it


def test_each_section_is_there_as_the_schema_says(db) -> None:
    archive = of_a_settler()
    schema, manifest = json.loads(written()), json.loads(archive.read("manifest.json"))
    jsonschema.validate(manifest, schema)
    assert {name for name, each in manifest["sections"].items() if each["rows"] and each["restored"]} >= ALICES
    for name, about in manifest["sections"].items():
        rows = section(archive, name)
        assert len(rows) == about["rows"]
        described = jsonschema.Draft202012Validator(schema["$defs"][name], format_checker=jsonschema.FormatChecker())
        for row in rows:
            described.validate(row)
    for name in ("pictures", "cards"):
        for row in section(archive, name):
            assert archive.read(row["data"])


def test_the_schema_in_the_documentation_is_up_to_date() -> None:
    page = settings.BASE_DIR / "docs" / "takeout.schema.json"
    assert page.read_text(encoding="utf-8") == written(), "run manage.py takeout_schema --write"


def test_a_section_is_one_table_and_its_columns_are_there() -> None:
    sections = [holding.taken for holding in taken()]
    assert len(sections) == len(set(sections))
    for holding in taken():
        names = {field.name for field in (*holding.rows._meta.local_fields, *holding.rows._meta.local_many_to_many)}
        assert {*holding.hidden, *holding.files, *holding.restored} <= names, holding.model


@pytest.mark.django_db
def test_whatever_a_person_has_can_be_written() -> None:
    """A row in every table, with every column filled: what others declare later is walked here at once."""
    user = UserFactory()
    talk = Talk(user).row
    version = talk.cast.get().version
    Character.objects.filter(pk=version.character_id).update(owner=user)
    planted = Canary(user, Character.objects.get(pk=version.character_id), version, talk, talk.key)
    planted.plant()
    Takeout.objects.all().delete()  # one that waits would be in the way
    archive = taken_out(user)
    empty = {holding.taken for holding in taken() if not section(archive, holding.taken)}
    # Rows without a client_of_alice behind them, lines of nobody's talk: what is told of them is tried above.
    assert empty <= {"sessions"}


def test_no_secret_is_in_it(db) -> None:
    alice = UserFactory()
    client = Client()
    client.force_login(alice, backend=BACKEND)
    text = text_of(taken_out(alice))
    assert alice.password not in text
    assert client.cookies["sessionid"].value not in text
    assert '"browser"' in text


# --- nobody else's


def test_what_somebody_else_said_or_is_called_is_not_in_it(db) -> None:
    """Bob's mark is in his name, his persona, his lines, a whisper to Alice, one to nobody; and a reply repeats it."""
    mark, alice, bob = "c4n4ry-of-bob", person("Alice"), person("Bob")
    Profile.objects.filter(user=bob).update(name=mark, bio=mark)
    persona = default_persona(bob)
    assert persona is not None
    edit_persona(user=bob, persona_id=persona.pk, name=f"B {mark}", description=mark)
    User.objects.filter(pk=bob.pk).update(email=f"{mark}@example.com")
    room = room_of(alice, mira("script-2"))
    said(room, alice, "Before anybody came.", speaker="Alice")
    seated(room, bob)
    said(room, bob, mark, speaker=mark)
    said(room, bob, mark, speaker=mark, seen_by=[alice.pk, bob.pk])
    whisper = said(room, bob, mark, speaker=mark, seen_by=[bob.pk])
    reply(room, f"“{mark}?”")
    said(room, alice, "And after.", speaker="Alice")
    theirs = room_of(bob, mira("script-2"))
    seated(theirs, alice)
    said(theirs, bob, mark, speaker=mark)
    said(theirs, alice, "In his room.", speaker="Alice")
    archive = taken_out(alice)
    text = text_of(archive)
    assert mark not in text
    assert str(bob.pk) not in text
    assert str(whisper.pk) not in text
    for own in ("Before anybody came.", "And after.", "In his room."):
        assert text.count(own) == 2, "once to read, once for programs"


def reply(room: Conversation, text: str) -> None:
    line = uuid7()
    body = cipher_for(room.key_id).seal(text, Place("message", line))
    Message.objects.create(
        id=line, conversation=room, parent_id=room.head_id, role="character", speaker="Mira", body=body
    )
    Conversation.objects.filter(pk=room.pk).update(head_id=line)
    room.refresh_from_db()


# --- the pages


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_pages_are_whole_and_run_nothing(db) -> None:
    archive = of_a_settler()
    names = set(archive.namelist())
    pages = {name for name in names if name.endswith(".html")}
    reached = {"index.html"}
    for name in pages:
        links = Links()
        links.feed(archive.read(name).decode())
        assert not links.tags & {"script", "iframe", "form", "base", "object"}
        for link in links.found:
            leads = str(PurePosixPath("/", name).parent / link.partition("#")[0])
            leads = str(PurePosixPath(settings.BASE_DIR.__class__(leads).resolve())).lstrip("/")
            assert leads in names, f"{name} → {link}"
            reached.add(leads)
    assert pages <= reached
    text = text_of(archive)
    assert "&lt;script&gt;alert(1)" in text
    assert "Reads &lt;b&gt;late&lt;/b&gt;." in text


def test_every_line_is_on_one_page_of_its_talk(db) -> None:
    archive = of_a_settler()
    shown = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("pages/talks/"))
    for said_once in ("I keep bees.", "“Bees!”", "“Do you?” she asks.", "Eight hives.", "And then what?", "Then sit."):
        assert shown.count(said_once) == 1
    assert "Never mind." not in shown, "it lies in the trash"
    assert "1 other take" in shown
    assert "From here it also went another way" in shown


def test_paths_hold_each_line_once() -> None:
    """A tree of three levels, three alternatives each: one path to the head, the rest beside it."""
    ids = [timezone.now().microsecond * 1000 + number for number in range(13)]
    nodes = [ids[0]]
    rows = [Node(ids[0], None, False, False)]  # type: ignore[arg-type]
    for number in range(1, 13):
        rows.append(Node(ids[number], nodes[(number - 1) // 3], False, False))  # type: ignore[arg-type]
        nodes.append(ids[number])
    found = list(paths(Tree(rows), ids[5]))  # type: ignore[arg-type]
    lines = [line for path in found for line in [*path.lines, *(each for t in path.takes.values() for each in t)]]
    assert sorted(lines) == sorted(ids)
    assert found[0].lines == [ids[0], ids[1], ids[5]]
    assert {number for path in found for forks in path.forks.values() for number in forks} == set(range(1, len(found)))


def test_pages_speak_the_language_of_the_person(db) -> None:
    alice = UserFactory()
    User.objects.filter(pk=alice.pk).update(language="zh-hans")
    page = taken_out(alice).read("index.html").decode()
    assert 'lang="zh-hans"' in page
    assert "你的一切" in page


# --- how it is put together


def test_one_at_a_time_and_the_one_before_goes(db) -> None:
    alice = UserFactory()
    first = services.ask(user=alice, site=SITE, language="en")
    with pytest.raises(services.UnderWay):
        services.ask(user=alice, site=SITE, language="en")
    services.build(first.pk)
    assert downloaded(alice, first)
    second = services.ask(user=alice, site=SITE, language="en")
    assert downloaded(alice, first), "as long as there is no other"
    services.build(second.pk)
    assert list(services.takeouts_of(alice)) == [second]


def test_nothing_of_it_can_be_read_in_the_database(db) -> None:
    alice = person("Alice")
    taken_out(alice)
    assert all(b"PK\x03\x04" not in bytes(piece.body) for piece in TakeoutPiece.objects.all())


def test_one_that_was_cut_short_is_begun_anew(db, django_capture_on_commit_callbacks) -> None:
    alice = person("Alice")
    Talk(alice).play_on(f"Line {number}. " + "x" * 900 for number in range(300))
    wanted = services.ask(user=alice, site=SITE, language="en")
    begun = services._begun(wanted.pk)
    assert begun is not None
    services._Keeper(begun).keep(b"half of it")
    assert services.left_behind() == []
    Takeout.objects.update(touched_at=timezone.now() - services.QUIET * 2)
    assert services.left_behind() == [wanted.pk]
    services.build(wanted.pk)
    archive = downloaded(alice, wanted)
    assert archive.startswith(b"PK")
    with pytest.raises(services.CalledOff):
        services._Keeper(begun).keep(b"the other half, by whoever was thought dead")
    assert downloaded(alice, wanted) == archive


def test_one_that_never_ends_is_given_up(db) -> None:
    wanted = services.ask(user=UserFactory(), site=SITE, language="en")
    for _attempt in range(services.MOST_ATTEMPTS):
        assert services._begun(wanted.pk) is not None
    services.build(wanted.pk)
    wanted.refresh_from_db()
    assert wanted.state == "failed"


def test_one_that_is_called_off_stops(db) -> None:
    alice, bob = person("Alice"), UserFactory()
    wanted = services.ask(user=alice, site=SITE, language="en")
    begun = services._begun(wanted.pk)
    assert begun is not None
    with pytest.raises(NotFound):
        services.call_off(user=bob, takeout_id=wanted.pk)
    services.call_off(user=alice, takeout_id=wanted.pk)
    with pytest.raises(services.CalledOff):
        services._Keeper(begun).tick(1)
    services.build(wanted.pk)
    assert not Takeout.objects.exists()


def test_after_seven_days_it_is_gone(db) -> None:
    alice = UserFactory()
    wanted = services.ask(user=alice, site=SITE, language="en")
    services.build(wanted.pk)
    wanted.refresh_from_db()
    assert wanted.expires_at is not None
    assert timezone.now() < wanted.expires_at <= timezone.now() + services.KEPT
    Takeout.objects.update(expires_at=timezone.now())
    with pytest.raises(NotFound):
        services.file_of(user=alice, takeout_id=wanted.pk)
    tasks.go_on_with_takeouts()
    wanted.refresh_from_db()
    assert wanted.state == "expired"
    assert not TakeoutPiece.objects.exists()
    Takeout.objects.update(asked_at=timezone.now() - services.REMEMBERED)
    tasks.go_on_with_takeouts()
    assert not Takeout.objects.exists()


# --- who gets it


@pytest.fixture
def client_of_alice(db) -> Client:
    client = Client()
    client.force_login(UserFactory(), backend=BACKEND)
    return client


def confirmed(client: Client, answer) -> None:
    """Shows the password where that is asked for."""
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert client.post(answer["Location"], {"password": PASSWORD}).status_code == 302


def test_the_password_is_asked_for_then_it_is_built_and_fetched(
    client_of_alice, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    alice = User.objects.get(pk=client_of_alice.session["_auth_user_id"])
    with django_capture_on_commit_callbacks(execute=True):
        confirmed(client_of_alice, client_of_alice.post("/settings/takeout/ask/"))
    wanted = Takeout.objects.get()
    assert wanted.state == "ready"
    [letter] = mailoutbox
    assert letter.to == [alice.email]
    assert f"{wanted.site}settings/takeout/" in letter.body
    answer = client_of_alice.get(f"/settings/takeout/{wanted.pk}/dramatis.zip")
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    other = Client()
    other.force_login(UserFactory(), backend=BACKEND)
    assert other.get(f"/settings/takeout/{wanted.pk}/dramatis.zip").status_code == 404


def test_a_session_alone_does_not_fetch_it(client_of_alice) -> None:
    alice = User.objects.get(pk=client_of_alice.session["_auth_user_id"])
    wanted = services.ask(user=alice, site=SITE, language="en")
    services.build(wanted.pk)
    path = f"/settings/takeout/{wanted.pk}/dramatis.zip"
    confirmed(client_of_alice, client_of_alice.get(path))
    assert client_of_alice.get(path).status_code == 200


@pytest.mark.parametrize("who", ["guest", "by another site"])
def test_whoever_has_no_password_says_so_in_another_way(db, who) -> None:
    user = GuestFactory() if who == "guest" else UserFactory()
    if who != "guest":
        user.set_unusable_password()
        user.save()
    client = Client()
    client.force_login(user, backend=BACKEND)
    assert client.post("/settings/takeout/ask/").status_code == 400
    assert not Takeout.objects.exists()
    proof = "on" if who == "guest" else user.email
    assert client.post("/settings/takeout/ask/", {"proof": proof}).status_code == 302
    assert Takeout.objects.get().user == user


def test_asking_has_a_limit(db) -> None:
    client = Client()
    client.force_login(GuestFactory(), backend=BACKEND)
    answers = [client.post("/settings/takeout/ask/", {"proof": "on"}).status_code for _time in range(7)]
    assert answers == [302] * 6 + [429]


def test_the_schema_is_printed(capsys) -> None:
    call_command("takeout_schema")
    assert re.match(r"\{\n", capsys.readouterr().out)


def test_the_page_says_when_an_archive_is_larger_than_can_be_brought(client_of_alice) -> None:
    alice = User.objects.get(pk=client_of_alice.session["_auth_user_id"])
    until = timezone.now() + timedelta(days=7)
    for size, told in ((MAX_FILE, False), (MAX_FILE + 1, True)):
        Takeout.objects.update_or_create(user=alice, defaults={"state": "ready", "size": size, "expires_at": until})
        page = client_of_alice.get("/settings/takeout/").content.decode()
        assert ("takes in up to 128 MB" in page) == told
