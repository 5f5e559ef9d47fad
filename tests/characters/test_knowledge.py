"""What creators give their characters to know: split, read, recalled by meaning, and only when it helps."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.errors import Conflict, Invalid, NotFound, TooLong
from accounts.models import User
from characters.models import Character, Knowledge, Passage
from characters.passages import MOST, split
from characters.recall import Recall, question_of, recall
from characters.selectors.knowledge import get_knowledge, knowledge_for
from characters.services import knowledge as service
from characters.services import reading, tries
from characters.tasks import read_knowledge
from inference import questions
from inference.base import Unreachable
from inference.registry import aclose_all
from inference.tokens import estimate
from tests.characters.factories import a_character

FIXTURES = Path(__file__).parents[1] / "fixtures" / "knowledge"
QUESTIONS = yaml.safe_load((FIXTURES / "questions.yaml").read_text("utf-8"))


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice)


@pytest.fixture
def ask(db: None, standin: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Recall]:
    """ask(question, character): what is recalled, read on this test's own connection."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    questions.forget()
    own = connections["default"]  # this test's: inside a loop Django would open another

    async def fetch(statement: str, values: Any) -> list[Any]:
        with own.cursor() as cursor:
            cursor.execute(statement, values)
            names = [column.name for column in cursor.description]
            return [SimpleNamespace(**dict(zip(names, each, strict=True))) for each in cursor.fetchall()]

    def ask_(question: str, character: Character, **more: Any) -> Recall:
        return asyncio.run(_asked(question, character, **more))

    async def _asked(question: str, character: Character, **more: Any) -> Recall:
        try:
            return await recall(fetch=fetch, question=question, character_id=character.pk, **more)
        finally:
            await aclose_all()

    return ask_


def given(owner: User, character: Character, text: str, title: str = "The Lantern") -> Knowledge:
    """Stored and read."""
    knowledge = service.add_knowledge(owner=owner, character_id=character.pk, title=title, text=text)
    reading.read_knowledge(knowledge.pk)
    knowledge.refresh_from_db()
    return knowledge


# --- splitting ---


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_word_is_in_a_passage_and_none_is_too_long(language: str) -> None:
    text = (FIXTURES / f"lantern.{language}.md").read_text("utf-8")
    pieces = split(text)
    assert all(estimate(piece.text) <= MOST for piece in pieces)
    body = "".join("".join(line for line in text.splitlines() if not line.startswith("#")).split())
    assert "".join("".join(piece.text.split()) for piece in pieces) == body


def test_long_paragraphs_are_split_at_sentences_of_either_language() -> None:
    english = split("The cellar floods at spring tide, and nobody minds. " * 80)
    assert len(english) > 3
    assert all(piece.text.endswith(".") for piece in english)
    chinese = split("春潮的时候地窖会进水，她把酒搬到阁楼上。" * 80)
    assert len(chinese) > 3
    assert all(piece.text.endswith("。") for piece in chinese)


def test_headings_stay_with_what_stands_under_them() -> None:
    pieces = split("# Town\n\nIt rains.\n\n## Inn\n\nIt is dry.\n\n```\n# no heading\n```\n\n# Sea\n\nWet.")
    assert [piece.heading for piece in pieces] == ["Town", "Town › Inn", "Sea"]
    assert "# no heading" in pieces[1].text
    assert [piece.heading for piece in split("第一章 雨\n下雨。\n第二章 晴\n天晴。")] == ["第一章 雨", "第二章 晴"]


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "春" * 50_000, "# " + " " * 50_000 + "x", "\n" * 9_000, "#\n" * 9_000, "。" * 9_000]
)
def test_odd_texts_are_split_in_no_time(text: str) -> None:
    assert all(estimate(piece.text) <= MOST for piece in split(text))


# --- writing ---


def test_only_the_author_reads_and_writes(alice: User, bob: User, mira: Character) -> None:
    knowledge = service.add_knowledge(owner=alice, character_id=mira.pk, title="Inn", text="It is dry.")
    mine: dict[str, Any] = {"owner": bob, "knowledge_id": knowledge.pk}
    for attempt in (
        lambda: service.add_knowledge(owner=bob, character_id=mira.pk, title="", text="Mine now."),
        lambda: service.edit_knowledge(**mine, title="", text="Mine now."),
        lambda: service.use_knowledge(**mine, enabled=False),
        lambda: service.delete_knowledge(**mine),
        lambda: service.restore_knowledge(**mine),
        lambda: service.read_again(**mine),
        lambda: get_knowledge(user=bob, knowledge_id=knowledge.pk),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert knowledge_for(user=bob, character_id=mira.pk) == []
    assert [each.title for each in knowledge_for(user=alice, character_id=mira.pk)] == ["Inn"]


def test_what_cannot_be_taken_is_said_with_its_field(alice: User, mira: Character, monkeypatch: Any) -> None:
    def add(**fields: str) -> Knowledge:
        return service.add_knowledge(owner=alice, character_id=mira.pk, **({"title": "", "text": "x"} | fields))

    for fields, error, field in (
        ({"text": "  \n "}, Invalid, "text"),
        ({"text": "# Only\n\n## headings"}, Invalid, "text"),
        ({"text": "nul \x00 in it"}, Invalid, "text"),
        ({"title": "x" * 201}, TooLong, "title"),
        ({"text": "x" * (service.MAX_TEXT + 1)}, TooLong, "text"),
    ):
        with pytest.raises(error) as raised:
            add(**fields)
        assert raised.value.extra["field"] == field
    assert add(text="## The inn\n\nIt is dry.").title == "The inn"
    monkeypatch.setattr(service, "MAX_ALL", 40)
    with pytest.raises(TooLong):
        add(text="x" * 30)
    monkeypatch.setattr(service, "MAX_TEXTS", 1)
    with pytest.raises(Invalid):
        add(text="y")


def test_files_are_text_or_markdown_and_nothing_else() -> None:
    assert service.text_of_file("潮水。".encode(), "C:\\notes\\Tide.md") == ("Tide", "潮水。")
    assert service.text_of_file("潮水。".encode("utf-16"), "tide.TXT") == ("tide", "潮水。")
    assert service.text_of_file(b"\xef\xbb\xbftide", "tide.txt") == ("tide", "tide")
    for data, name in (
        (b"%PDF-1.7", "tide.pdf"), (b"<html>", "tide.html"), (b"tide", "tide"),
        ("潮水".encode("gb18030"), "tide.txt"), (b"x" * (service.MAX_FILE + 1), "tide.md"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            service.text_of_file(data, name)


def test_another_tab_is_not_overwritten(alice: User, mira: Character) -> None:
    knowledge = service.add_knowledge(owner=alice, character_id=mira.pk, title="Inn", text="It is dry.")
    seen = knowledge.stamp
    service.edit_knowledge(owner=alice, knowledge_id=knowledge.pk, title="Inn", text="It is wet.", seen=seen)
    with pytest.raises(Conflict):
        service.edit_knowledge(owner=alice, knowledge_id=knowledge.pk, title="Inn", text="It burns.", seen=seen)
    knowledge.refresh_from_db()
    assert knowledge.text == "It is wet."


def test_what_is_deleted_comes_back_or_goes_after_thirty_days(alice: User, mira: Character, ask: Any) -> None:
    knowledge = given(alice, mira, "The cellar floods at spring tide.")
    service.delete_knowledge(owner=alice, knowledge_id=knowledge.pk)
    assert ask("Does the cellar flood?", mira).passages == ()
    service.restore_knowledge(owner=alice, knowledge_id=knowledge.pk)
    assert len(ask("Does the cellar flood?", mira).passages) == 1
    service.delete_knowledge(owner=alice, knowledge_id=knowledge.pk)
    assert service.forget_deleted() == 0
    Knowledge.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    service.forget_deleted()
    assert not Knowledge.objects.exists()


# --- reading ---


def test_only_changed_passages_are_embedded_again(alice: User, mira: Character, standin: Any) -> None:
    text = "# Cellar\n\nIt floods.\n\n# Attic\n\nSwifts live there."
    knowledge = given(alice, mira, text)
    assert knowledge.state == "ready"
    before = {passage.text: passage.pk for passage in knowledge.passages.all()}
    service.edit_knowledge(
        owner=alice,
        knowledge_id=knowledge.pk,
        title="Inn",
        text=f"# Roof\n\nIt leaks.\n\n{text}".replace("Swifts", "Bats"),
    )
    assert reading.read_knowledge(knowledge.pk) == 2
    assert reading.read_knowledge(knowledge.pk) == 0
    after = {passage.text: passage.pk for passage in knowledge.passages.all()}
    assert list(after) == ["Roof\nIt leaks.", "Cellar\nIt floods.", "Attic\nBats live there."]
    assert after["Cellar\nIt floods."] == before["Cellar\nIt floods."]


def test_a_text_that_cannot_be_read_says_so_and_is_read_on_demand(
    alice: User, mira: Character, monkeypatch: pytest.MonkeyPatch, standin: Any
) -> None:
    knowledge = service.add_knowledge(owner=alice, character_id=mira.pk, title="Inn", text="It is dry.")
    monkeypatch.setattr(settings, "MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(Unreachable):
        reading.read_knowledge(knowledge.pk)
    read_knowledge.apply(args=[str(knowledge.pk)], retries=6)
    knowledge.refresh_from_db()
    assert (knowledge.state, knowledge.failure) == ("failed", "model_unreachable")
    monkeypatch.undo()
    service.read_again(owner=alice, knowledge_id=knowledge.pk)
    read_knowledge.apply(args=[str(knowledge.pk)])
    knowledge.refresh_from_db()
    assert (knowledge.state, knowledge.failure) == ("ready", "")


def test_a_task_that_comes_too_late_changes_nothing(alice: User, mira: Character, standin: Any) -> None:
    knowledge = given(alice, mira, "It is dry.")
    Knowledge.objects.filter(pk=knowledge.pk).delete()
    assert reading.read_knowledge(knowledge.pk) == 0
    tries.could_not_read(Knowledge, knowledge.pk, "internal", again=False)


def test_lore_by_meaning_is_read_and_follows_its_entry(mira: Character, standin: Any) -> None:
    book = mira.lorebooks.create(scope="character", name="Harbour")
    bell = book.entries.create(name="Bell", content="Three strokes mean a boat is missing.", by_meaning=True)
    book.entries.create(name="Lamp", content="It never went out.")
    assert (reading.read_entries(book.pk), reading.read_entries(book.pk)) == (1, 0)
    bell.content = "Two strokes mean fog."
    bell.save()
    assert reading.read_entries(book.pk) == 1
    assert Passage.objects.get(entry=bell).text == "Bell\nTwo strokes mean fog."
    bell.by_meaning = False
    bell.save()
    reading.read_entries(book.pk)
    assert not Passage.objects.filter(entry=bell).exists()


# --- recall ---


@pytest.mark.parametrize(("language", "first", "third"), [("en", 0.85, 0.95), ("zh", 0.85, 0.9)])
def test_questions_find_their_passage(
    alice: User, mira: Character, ask: Any, language: str, first: float, third: float
) -> None:
    """With the stand-in, which knows words alone; a real embedding model finds more."""
    given(alice, mira, (FIXTURES / f"lantern.{language}.md").read_text("utf-8"))
    ranks = []
    for question, heading in QUESTIONS[language]:
        found = [passage.text.split("\n")[0].split(" › ")[-1] for passage in ask(question, mira).passages]
        ranks.append(found.index(heading) if heading in found else 99)
    count = len(ranks)
    shares = (sum(rank < 1 for rank in ranks) / count, sum(rank < 3 for rank in ranks) / count)
    assert shares >= (first, third), (shares, ranks)


def test_recall_stays_within_one_character_and_one_model(alice: User, mira: Character, ask: Any) -> None:
    other = a_character(alice)
    given(alice, mira, "The cellar floods at spring tide.")
    switched_off = given(alice, mira, "The cellar is haunted.")
    service.use_knowledge(owner=alice, knowledge_id=switched_off.pk, enabled=False)
    assert [passage.text for passage in ask("Tell me about the cellar.", mira).passages] == [
        "The cellar floods at spring tide."
    ]
    assert ask("Tell me about the cellar.", other).passages == ()
    Passage.objects.update(model="another/1536")
    assert ask("Tell me about the cellar.", mira).passages == ()


def test_what_is_beside_the_point_stays_out(alice: User, mira: Character, ask: Any) -> None:
    given(alice, mira, "The cellar floods at spring tide.")
    assert ask("Good evening!", mira).passages == ()
    assert ask("", mira) == Recall()


def test_entries_by_meaning_come_up_beside_knowledge(mira: Character, ask: Any) -> None:
    book = mira.lorebooks.create(scope="character", name="Harbour")
    bell = book.entries.create(name="Bell", content="Three strokes: a boat is missing.", by_meaning=True)
    reading.read_entries(book.pk)
    found = ask("Three strokes of the bell?", mira, books=[book.pk])
    assert list(found.entries) == [bell.pk]
    assert ask("Three strokes of the bell?", mira).entries == {}


def test_late_or_failed_the_talk_goes_on_without(
    alice: User, mira: Character, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(alice, mira, "The cellar floods at spring tide.")
    assert ask("Does the cellar flood?", mira, seconds=0.000_01).state == "late"
    monkeypatch.setattr(settings, "MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    found = ask("Does the cellar flood tonight?", mira)
    assert (found.state, found.passages) == ("failed" if found.milliseconds < 390 else "late", ())
    questions.forget()


def test_another_take_asks_the_embedding_model_nothing(
    alice: User, mira: Character, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(alice, mira, "The cellar floods at spring tide.")
    once = ask("Does the cellar flood?", mira)
    monkeypatch.setattr(settings, "MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    assert ask("Does the cellar flood?", mira).passages == once.passages != ()


def test_a_short_line_is_read_with_the_one_before_it() -> None:
    assert question_of(["Do you know the bell?", "Yes."]) == "Do you know the bell?\nYes."
    long = "What happens when the bell at the end of the mole is rung three times?"
    assert question_of(["Hm.", long]) == long
    assert question_of([]) == ""
