"""Memories in a talk, through a real server whose embedding model hangs."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from accounts.models import User
from chat.models import CastMember
from inference.standin.vectors import DIMENSIONS
from memory.models import Memory, Recipe
from memory.services.memories import add_memory
from tests.chat.stage import in_database

BUDGET = 1.0  # seconds; the model never answers


@pytest.fixture
async def frozen_by_one_that_hangs(committed: None) -> AsyncIterator[str]:
    """Every vector there is was made by a model that does not answer any more."""
    await in_database(lambda: Recipe.objects.create(model="stall", dimensions=DIMENSIONS))
    yield f"stall/{DIMENSIONS}"
    await in_database(lambda: Recipe.objects.all().delete())


async def test_the_reply_waits_no_longer_than_the_budget_and_words_still_find(
    stage: Any, start_server: Any, frozen_by_one_that_hangs: str
) -> None:
    server = start_server(MEMORY_EMBEDDING_MODEL="stall", MEMORY_SECONDS=str(BUDGET))
    player = await stage.player()
    talk = await stage.talk(player, "script-5")
    memory = await in_database(lambda: _remember(player.user, talk.pk, frozen_by_one_that_hangs))
    page = await stage.open(talk, player, server=server)
    turn = await page.turn("Where are the bees?")
    assert turn.end["status"] == "complete"
    [stored] = await stage.turns(talk)
    noted = stored.manifest["remembering"]
    assert noted["state"] == "late"
    assert noted["ms"] <= BUDGET * 5_000, "it would wait for ever"
    assert str(memory) in str(stored.manifest["memories"])


def _remember(owner: User, conversation_id: UUID, label: str) -> UUID:
    cast = CastMember.objects.get(conversation=conversation_id)
    memory = add_memory(
        owner=owner, character_id=cast.character_id, text="Keeps three hives of bees.", kind="event", importance=40
    )
    Memory.objects.filter(pk=memory.pk).update(model=label, embedding=[0.1] * DIMENSIONS)
    return memory.pk
