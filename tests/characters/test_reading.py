"""What an embedding model reads: paid for by the day, tried for as long as there is hope, told when there is none."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.errors import AllowanceUsedUp
from accounts.models import Plan, UsageDay, User
from characters.models import Character, Knowledge, Lorebook, LoreEntry, Passage
from characters.selectors.stage import told_now
from characters.services import cards, forks, knowledge, lore, reading, tries
from characters.services.staging import stage
from characters.tasks import read_entries, read_knowledge, read_what_waits
from inference.base import Refused, Unreachable
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import UserFactory

TIDE = "The cellar floods at spring tide. " * 30  # about a thousand letters
BY_MEANING = {"name": "Bell", "content": TIDE, "by_meaning": True}


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice)


@pytest.fixture
def allow(alice: User) -> Callable[[int], None]:
    """allow(letters): what Alice may have read today."""

    def write(letters: int) -> None:
        Plan.objects.filter(pk=alice.plan_id).update(embedded_per_day=letters)
        alice.refresh_from_db()

    return write


def read_today(user: User) -> int:
    return UsageDay.objects.filter(user=user).values_list("embedded", flat=True).first() or 0


# --- the day's allowance ---


def test_what_is_saved_is_paid_for_and_what_is_deleted_was_read_all_the_same(alice: User, mira: Character) -> None:
    text = knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="", text=TIDE)
    paid = read_today(alice)
    assert paid == reading.letters_to_read(TIDE) > 900
    knowledge.delete_knowledge(owner=alice, knowledge_id=text.pk)
    assert read_today(alice) == paid
    knowledge.restore_knowledge(owner=alice, knowledge_id=text.pk)
    knowledge.edit_knowledge(owner=alice, knowledge_id=text.pk, title="Tide", text=TIDE)
    assert read_today(alice) == paid, "nothing of it is read again"


def test_a_change_costs_what_it_changes(alice: User, mira: Character, standin: Any) -> None:
    text = f"# Cellar\n\n{TIDE}\n\n# Attic\n\nSwifts live there."
    made = knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="", text=text)
    reading.read_knowledge(made.pk)
    paid = read_today(alice)
    knowledge.edit_knowledge(owner=alice, knowledge_id=made.pk, title="", text=text.replace("Swifts", "Bats"))
    assert read_today(alice) == paid + 200, "the least that a save costs"


def refused_everywhere(alice: User, mira: Character) -> Iterator[Callable[[], Any]]:
    book = lore.create_book(owner=alice, scope="account")
    plain = lore.add_entry(user=alice, book_id=book.pk, fields={"content": TIDE})
    old = Knowledge.objects.create(character=mira, title="Sea", text="It is wet.", state="ready")
    failed = Knowledge.objects.create(character=mira, title="Tide", text=TIDE, state="failed", failure="internal")
    unread = Lorebook.objects.create(owner=alice, scope="account", failure="internal")
    LoreEntry.objects.create(book=unread, **BY_MEANING)
    theirs = Character.objects.get(slug="keeper")
    LoreEntry.objects.create(book=Lorebook.objects.create(scope="character", character=theirs), **BY_MEANING)
    stage(theirs.pk, told_now(theirs.pk))
    world = {"entries": {"0": {"key": ["bell"], "content": TIDE, "vectorized": True}}}
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {
        "name": "Kai", "character_book": {"extensions": {}, "entries": [
            {"keys": ["bell"], "content": TIDE, "extensions": {"vectorized": True}, "enabled": True}]}}}  # fmt: skip
    yield lambda: knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="", text=TIDE)
    yield lambda: knowledge.edit_knowledge(owner=alice, knowledge_id=old.pk, title="", text=TIDE)
    yield lambda: knowledge.read_again(owner=alice, knowledge_id=failed.pk)
    yield lambda: lore.add_entry(user=alice, book_id=book.pk, fields=BY_MEANING)
    yield lambda: lore.save_entry(user=alice, book_id=book.pk, entry_id=plain.pk, changes={"by_meaning": True})
    yield lambda: lore.read_again(user=alice, book_id=unread.pk)
    yield lambda: lore_file(alice, world)
    yield lambda: cards.import_card(owner=alice, data=json.dumps(card).encode())
    yield lambda: forks.fork(character=theirs, by=alice)


def lore_file(alice: User, document: Any) -> Any:
    from characters.services.lore_files import import_book

    return import_book(owner=alice, data=json.dumps(document).encode(), scope="account")


def test_when_the_day_is_used_up_no_door_reads_on(alice: User, mira: Character, allow: Any) -> None:
    for save in refused_everywhere(alice, mira):
        allow(500)
        books, characters = Lorebook.objects.count(), Character.objects.count()
        with pytest.raises(AllowanceUsedUp) as refused:
            save()
        assert refused.value.extra["limit"] == 500
        assert 0 < refused.value.extra["retry_after"] <= 86_400
        assert refused.value.extra["field"] in ("text", "content")
        assert (Lorebook.objects.count(), Character.objects.count(), read_today(alice)) == (books, characters, 0)
    allow(20_000)
    for save in refused_everywhere(alice, a_character(alice)):
        before = read_today(alice)
        save()
        assert read_today(alice) > before + 900


def test_pages_and_programs_are_told_when_to_come_again(alices: Client, mira: Character, allow: Any) -> None:
    allow(500)
    world = json.dumps({"entries": {"0": {"key": ["bell"], "content": TIDE, "vectorized": True}}}).encode()
    file = SimpleUploadedFile("world.json", world, "application/json")
    pages = [
        alices.post(f"/create/knowledge/{mira.pk}/add/", {"text": TIDE}),
        alices.post("/lore/import/", {"belongs": "account", "file": file}),
        alices.post(
            f"/api/v1/characters/{mira.pk}/knowledge/", json.dumps({"text": TIDE}), content_type="application/json"
        ),
    ]
    for answer in pages:
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert "500 letters" in answer.content.decode()
    assert TIDE.strip() in pages[0].content.decode(), "what was written is still in the form"
    assert pages[2].json()["code"] == "allowance_used_up"


def test_nothing_is_paid_twice_for_what_stays_as_it_was(alice: User, standin: Any) -> None:
    book = lore.create_book(owner=alice, scope="account")
    entry = lore.add_entry(user=alice, book_id=book.pk, fields=BY_MEANING)
    paid = read_today(alice)
    read_entries(str(book.pk))
    lore.save_entry(user=alice, book_id=book.pk, entry_id=entry.pk, changes={"keys": ["bell"], "sticky": 2})
    removal = lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[entry.pk], action="delete").removal
    assert removal is not None
    lore.put_back(user=alice, book_id=book.pk, removal_id=removal.pk)
    lore.delete_book(user=alice, book_id=book.pk)
    lore.restore_book(user=alice, book_id=book.pk)
    assert (read_today(alice), reading.read_entries(book.pk)) == (paid, 0)
    assert Passage.objects.filter(entry=entry).exists()


@pytest.mark.usefixtures("committed")
def test_many_at_once_have_no_more_than_the_day_has(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = Plan.objects.get_or_create(code="reader", defaults={"embedded_per_day": 2_000})
    user = UserFactory(plan=plan.pk)
    mira = a_character(user, visibility="private")
    monkeypatch.setattr(read_knowledge, "apply_async", lambda *_, **__: None)  # saved, that is enough here
    together, statuses = threading.Barrier(5), []

    def save() -> None:
        client = signed_in(user)
        together.wait()
        body = json.dumps({"text": "x" * 900})
        path = f"/api/v1/characters/{mira.pk}/knowledge/"
        statuses.append(client.post(path, body, content_type="application/json").status_code)
        connections.close_all()

    crowd = [threading.Thread(target=save) for _ in range(5)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert sorted(statuses) == [201, 201, 429, 429, 429]
    assert 1_800 <= read_today(user) <= 2_000


# --- tries ---


def later(**past: float) -> None:
    """As if so much time had gone by."""
    for kind in (Knowledge, Lorebook):
        kind.objects.update(try_at=F("try_at") - timedelta(**past))


@pytest.fixture
def waiting(alice: User, mira: Character) -> tuple[Knowledge, Lorebook]:
    book = lore.create_book(owner=alice, scope="account", name="Harbour")
    lore.add_entry(user=alice, book_id=book.pk, fields=BY_MEANING)
    return knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="Tide", text=TIDE), book


def test_the_sweep_finds_what_a_lost_task_left(waiting: tuple[Knowledge, Lorebook], standin: Any) -> None:
    text, book = waiting
    assert tries.due() == ([], []), "its task may still be on the way"
    later(minutes=11)
    assert read_what_waits() == 2  # here tasks run at once
    later(days=9)
    assert tries.due() == ([], [])
    text.refresh_from_db()
    book.refresh_from_db()
    assert (text.state, text.tries, book.state, book.tries) == ("ready", 0, "ready", 0)
    assert read_what_waits.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_another_models_vectors_are_read_anew(waiting: tuple[Knowledge, Lorebook], standin: Any) -> None:
    text, book = waiting
    reading.read_knowledge(text.pk)
    reading.read_entries(book.pk)
    Passage.objects.update(model="another/384")
    assert tries.due() == ([text.pk], [book.pk])
    assert tries.due() == ([], []), "once, not at every sweep"
    assert reading.read_knowledge(text.pk) > 0
    assert reading.read_entries(book.pk) == 1


def test_tries_come_later_and_later_and_end(waiting: tuple[Knowledge, Lorebook]) -> None:
    handed_out = []
    for hours in range(24 * 7):  # a week
        later(hours=1)
        if tries.due()[1]:
            handed_out.append(hours)
    assert handed_out == [0, 1, 2, 8]
    for row in waiting:
        row.refresh_from_db()
        assert (row.state, row.failure, row.try_at) == ("failed", "not_read", None)


def test_a_model_that_is_away_is_asked_again_and_its_failure_is_shown(
    alices: Client, mira: Character, waiting: tuple[Knowledge, Lorebook], monkeypatch: Any, standin: Any
) -> None:
    text, book = waiting
    monkeypatch.setattr(settings, "MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(Unreachable):
        reading.read_entries(book.pk)
    read_knowledge.apply(args=[str(text.pk)], retries=6)
    read_entries.apply(args=[str(book.pk)], retries=6)
    book.refresh_from_db()
    assert (book.state, book.failure, book.try_at is not None) == ("failed", "model_unreachable", True)
    page = alices.get(f"/lore/{book.pk}/").content.decode()
    assert f'action="/lore/{book.pk}/again/"' in page
    assert "could not be reached" in page
    assert "not all of it could be read" in alices.get("/lore/").content.decode()
    assert alices.get(f"/api/v1/lorebooks/{book.pk}/state/").json() == {
        "state": "failed",
        "failure": "model_unreachable",
    }
    monkeypatch.undo()
    alices.post(f"/lore/{book.pk}/again/")
    alices.post(f"/create/knowledge/{mira.pk}/{text.pk}/again/")
    for row in waiting:
        row.refresh_from_db()
        assert (row.state, row.failure, row.tries) == ("waiting", "", 0)
    read_entries.apply(args=[str(book.pk)])
    book.refresh_from_db()
    assert (book.state, "/again/" in alices.get(f"/lore/{book.pk}/").content.decode()) == ("ready", False)


def test_what_is_refused_is_not_tried_again_by_itself(
    waiting: tuple[Knowledge, Lorebook], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(row_id: Any) -> int:
        raise Refused("no such model")

    monkeypatch.setattr(reading, "read_knowledge", refuse)
    monkeypatch.setattr(reading, "read_entries", refuse)
    read_knowledge.apply(args=[str(waiting[0].pk)])
    read_entries.apply(args=[str(waiting[1].pk)])
    for row in waiting:
        row.refresh_from_db()
        assert (row.state, row.failure, row.try_at) == ("failed", "model_refused", None)


def test_a_failure_is_logged_by_its_id_alone(
    waiting: tuple[Knowledge, Lorebook], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(row_id: Any) -> int:
        raise ValueError(f"Failing row contains ({TIDE})")

    monkeypatch.setattr(reading, "read_entries", fall)
    with caplog.at_level(logging.DEBUG):
        assert read_entries.apply(args=[str(waiting[1].pk)]).result == 0
    told = [record.getMessage() for record in caplog.records]
    assert any(str(waiting[1].pk) in line for line in told)
    assert not any("cellar" in line for line in told)
    waiting[1].refresh_from_db()
    assert waiting[1].failure == "internal"


def test_a_failure_does_not_undo_what_was_read_meanwhile(waiting: tuple[Knowledge, Lorebook], standin: Any) -> None:
    text, book = waiting
    reading.read_knowledge(text.pk)
    reading.read_entries(book.pk)
    tries.could_not_read(Knowledge, text.pk, "model_too_slow", again=True)
    tries.could_not_read(Lorebook, book.pk, "model_too_slow", again=True)
    for row in waiting:
        row.refresh_from_db()
        assert (row.state, row.failure) == ("ready", "")


def test_an_entry_of_nothing_but_space_is_read_once(alice: User, standin: Any) -> None:
    book = lore.create_book(owner=alice, scope="account")
    lore.add_entry(user=alice, book_id=book.pk, fields={"content": "\u3000 \n", "by_meaning": True})
    later(days=9)
    assert read_what_waits() == 1
    later(days=9)
    assert (read_what_waits(), read_today(alice)) == (0, 0)


def test_books_and_texts_are_held_before_it_is_looked_up_what_was_granted(
    waiting: tuple[Knowledge, Lorebook], standin: Any
) -> None:
    text, book = waiting
    for read, row, granted in (
        (reading.read_entries, book, "characters_stagedbook"),
        (reading.read_knowledge, text, "characters_stagedtext"),
    ):
        with CaptureQueriesContext(connections["default"]) as queries:
            assert read(row.pk)
        said = [query["sql"] for query in queries]
        held = next(place for place, sql in enumerate(said) if "FOR UPDATE" in sql)
        assert any(granted in sql for sql in said[held + 1 :])


def test_what_is_thrown_away_is_not_tried(alice: User, waiting: tuple[Knowledge, Lorebook]) -> None:
    text, book = waiting
    knowledge.delete_knowledge(owner=alice, knowledge_id=text.pk)
    lore.delete_book(user=alice, book_id=book.pk)
    later(hours=1)
    assert tries.due() == ([], [])
    lore.restore_book(user=alice, book_id=book.pk)
    assert tries.due() == ([], [book.pk])
