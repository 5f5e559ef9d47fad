"""What the character's texts say about what is being talked of, and lore that comes up by meaning.

Who has neither pays nothing: the row that every turn reads first (`standing.py`) says so.
"""

from collections.abc import Sequence
from uuid import UUID

from characters.recall import question_of, recall
from chat.database import fetch_all
from chat.prompts import Said
from chat.prompts.context import Lore, Passage, Recalled

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
    return Recalled(passages, found.state, found.milliseconds), frozenset(found.entries)
