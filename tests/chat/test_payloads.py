"""What people and models write runs nothing and asks nobody. Filters are off: they are not what holds it."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from django.test import Client

from accounts import plans
from accounts.guests import BACKEND
from accounts.models import User
from accounts.personas import add_persona
from characters.models import Character
from characters.services import create_character
from characters.services.drafts import open_draft, save_draft
from characters.services.knowledge import add_knowledge
from characters.services.lore import add_entry, create_book
from chat.markdown import render
from chat.models import Message
from chat.services.conversations import rename_conversation
from chat.services.shares import share_branch
from memory.services.corrections import add_by_hand
from tests.chat.grown import Talk
from tests.factories import UserFactory
from tests.numbers import LONG
from tests.payloads import PAYLOADS, Page

BATCHES = 10
SHORT = [payload for payload in PAYLOADS if len(payload) <= 60]
ROUNDS = len(SHORT) if LONG else BATCHES  # in the long run each of them stands in each short field once


def test_there_are_three_hundred_of_them() -> None:
    assert len(PAYLOADS) >= 300


def test_the_judge_of_pages_knows_what_it_looks_for() -> None:
    run = ("<script>1</script>", "<b onclick=a>", "<a href=javascript:a>", "<base href=/>")
    for bad in (*run, "<img src=http://x.invalid/a>"):
        assert Page(bad).faults, bad
    for good in ("<script src=/static/js/a.js></script>", '<a href="/leave/?to=http%3A">a</a>', "<img src=/a.png>"):
        assert not Page(good).faults, good


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_line_is_rendered_harmless(payload: str) -> None:
    assert not Page(render(payload)).faults
    assert not Page(render(f"She says: {payload} *and* **goes**")).faults


@pytest.fixture
def author(db: None, settings: Any) -> User:
    settings.FILTERS = False
    return UserFactory(plan=plans.UNLIMITED, age="adult")


def joined(number: int) -> str:
    """A tenth of them in one text."""
    return "\n\n".join(PAYLOADS[number % BATCHES :: BATCHES])


@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_page_runs_or_asks_what_was_written(author: User, number: int) -> None:
    short = islice(cycle(SHORT), number if LONG else number * 7, None)
    client = Client()
    client.force_login(author, backend=BACKEND)
    shown = 0
    for path in written(author, short, joined(number)):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        html = answer.content.decode()
        assert not Page(html).faults, path
        shown += "alert" in html
    assert shown >= 10  # what is looked at is there


def written(author: User, short: Iterator[str], long: str) -> Iterator[str]:
    """Something of every kind with these texts in all its fields; the pages that show it."""

    def each() -> str:
        return next(short)

    texts = ("about", "description", "personality", "scenario", "examples", "system_prompt", "creator_notes")
    edition: dict[str, Any] = {name: long for name in texts if name != "about"} | {"about": long[:4_000]}
    edition |= {name: each() for name in ("name", "nickname", "tagline", "epithet")}
    edition |= {"greetings": [long, each()], "post_history_instructions": each()}
    edition["presentation"] = {"cues": [each(), each()], "keywords": each(), "portrait_alt": each()}
    character = create_character(owner=author, editions={"en": edition})
    Character.objects.filter(pk=character.pk).update(visibility="public")
    persona = add_persona(user=author, name=each(), description=long[:4_000])
    talk = Talk(author)
    talk.say(long)
    talk.say(long)
    Message.objects.filter(conversation=talk.row).update(speaker=each())
    rename_conversation(**talk.who, title=each())
    met = talk.row.cast.get().character_id
    add_by_hand(user=author, character_id=met, text=long[:900])
    _, token = share_branch(**talk.who, named=True)
    book = create_book(owner=author, scope="character", name=each(), character=character)
    entry = add_entry(user=author, book_id=book.pk, fields={"name": each(), "keys": [each()], "content": long})
    told = add_knowledge(owner=author, character_id=character.pk, title=each(), text=long)
    draft = save_draft(draft=open_draft(owner=author, language="en", title=each()), revision=1,
                       changes={"name": each(), "tagline": each(), "description": long})  # fmt: skip
    yield from (
        f"/characters/{character.pk}/", "/", "/talks/", f"/talks/{talk.id}/", f"/talks/{talk.id}/memories/", "/lore/",
        f"/lore/{book.pk}/", f"/lore/{book.pk}/entries/{entry.pk}/", f"/create/knowledge/{character.pk}/",
        f"/create/knowledge/{character.pk}/{told.pk}/", f"/create/{draft.pk}/look/", f"/create/{draft.pk}/expert/",
        "/studio/", "/create/",
        f"/characters/{character.pk}/history/", f"/creators/{author.pk}/", f"/shared/{token}/",
        f"/settings/personas/{persona.pk}/", f"/memories/{met}/",
    )  # fmt: skip
