"""Recall over Postgres, read on the test's own connection."""

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from chat.models import CastMember
from chat.told import Branches, read_branches, told_on
from inference import questions
from inference.registry import aclose_all
from memory.recall import search
from memory.recall.search import Recall
from memory.scope import Scope
from memory.told import Told
from tests.chat.grown import Talk
from tests.memory.remembered import remember

Ask = Callable[..., Recall]


@pytest.fixture
def ask(db: None, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """ask(question, talk): what comes up for the talk's player and character a week later.

    `hanging`: a statement that Postgres never answers. `again`: ids of rows that are wanted as far as they count.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    search.forget()
    questions.forget()
    own = connections["default"]  # this test's: inside a loop Django would open another

    async def fetch(statement: str, values: Any) -> list[Any]:
        with own.cursor() as cursor:
            cursor.execute(statement, values)
            names = [column.name for column in cursor.description]
            return [SimpleNamespace(**dict(zip(names, each, strict=True))) for each in cursor.fetchall()]

    async def told(talks: Collection[UUID]) -> Told:
        walk = read_branches(dict.fromkeys(talks), Branches())
        try:
            query = next(walk)
            while True:
                query = walk.send(await fetch(*query))
        except StopIteration as end:
            return told_on(end.value)

    async def asked(question: str, scope: Scope, more: dict[str, Any]) -> Recall:
        given: dict[str, Any] = {"asked_at": timezone.now() + timedelta(days=7), "seconds": 20.0} | more
        hanging, wanted = given.pop("hanging", ""), given.pop("again", ())

        async def again() -> Collection[UUID]:
            return wanted

        async def fetched(statement: str, values: Any) -> list[Any]:
            if statement == hanging:
                await asyncio.Event().wait()
            return await fetch(statement, values)

        try:
            return await search.recall(fetch=fetched, told=told, scope=scope, question=question, again=again, **given)
        finally:
            await aclose_all()

    def ask_(question: str, whom: Talk | Scope, **more: Any) -> Recall:
        scope = whom if isinstance(whom, Scope) else scope_of(whom)
        return asyncio.run(asked(question, scope, more))

    return ask_


def scope_of(talk: Talk, owner: User | None = None) -> Scope:
    return Scope((owner or talk.owner).pk, CastMember.objects.get(conversation=talk.row).character_id)


def texts(found: Recall) -> list[str]:
    return [each.text for each in found.found]


def told_talk(*lines: str) -> Talk:
    talk = Talk()
    talk.script(*lines)
    remember(talk)
    return talk
