"""What the character's texts say about what is being talked of, and lore that comes up by meaning.

Who has neither pays nothing: the row that every turn reads first (`standing.py`) says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from accounts.models import Operation
from accounts.spending.calls import Call, Spent
from characters.recall import question_of, recall
from chat.database import fetch_all
from chat.prompts import Said
from chat.prompts.context import Lore, Passage, Recalled
from inference.base import Usage
from inference.prices import reading_price

NOTHING: tuple[Recalled, frozenset[UUID]] = (Recalled(), frozenset())


async def recalled_for(
    branch: Sequence[Said], *, knows: UUID | None, staged: bool, lore: Lore
) -> tuple[Recalled, frozenset[UUID]]:
    """Passages for the prompt, and the entries of these books that came up. Never later than RECALL_SECONDS.

    `staged`: of what the character knows, only what was granted.
    """
    books = [book.book for book in lore.books if any(entry.by_meaning for entry in book.entries)]
    if knows is None and not books:
        return NOTHING
    found = await recall(
        fetch=fetch_all,
        question=question_of([said.text for said in branch[-2:]]),
        character_id=knows,
        books=[book.id for book in books if not book.staged],
        staged=staged,
        staged_books=[book.id for book in books if book.staged],
    )
    passages = tuple(Passage(each.id, each.knowledge, each.title, each.text, each.score) for each in found.passages)
    return Recalled(passages, found.state, found.milliseconds, found.read), frozenset(found.entries)


def recall_spent(call: Call, read: int) -> tuple[Spent, ...]:
    """What recall for this call cost: vectors are not reported, so they are counted by us."""
    if not read:
        return ()
    usage, price = Usage(read, 0, estimated=True), reading_price()
    call = replace(call, operation=Operation.RECALL)
    return (Spent(call, settings.EMBEDDING_MODEL, usage, price.of(usage) if price else None),)
