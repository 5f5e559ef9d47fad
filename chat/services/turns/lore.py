"""The lorebooks of a talk, ready to be looked through, and what of the branch's past they have to know.

Which books there are, and in which revision, stands in the row that every turn reads first (`standing.py`): a talk
without lore pays nothing more. Books are read and made ready once a revision and kept in the process; what stands in
the prompt is read from the manifest of the branch's last turn.
"""

from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from characters.lore import NOTHING_YET, CompiledBook, State, state_of
from characters.selectors.lore import compiled_books, compiled_on_stage
from chat.database import fetch_all, fetch_one, in_thread
from chat.prompts import Said
from chat.prompts.context import Lore

BOOKS_KEPT, ENTRIES_KEPT = 300, 60_000
REPLIES_ASKED = 8  # the newest ones of the branch; one that somebody rewrote has no turn
SCOPES = ("conversation", "character", "persona", "account")  # by rank: what stands first is cut last

# Of the reply itself, so that it follows the branch.
LAST_STATE = """
select manifest->'lore_state' as state from chat_turn
where conversation_id = %s and reply_id = any(%s) and manifest ? 'lore_state' order by reply_id desc limit 1
"""
OPENINGS = "select id from chat_message where conversation_id = %s and parent_id is null order by id"

_shelf: OrderedDict[str, CompiledBook] = OrderedDict()


async def lore_of(conversation_id: UUID, books: Sequence[str], branch: Sequence[Said]) -> Lore:
    """`books` are "id revision", or "id revision granted revision", as STANDING has them."""
    if not books:
        return Lore()
    compiled = await _compiled(books)
    greeting = None
    if any(book.asks_greeting for book in compiled):
        greeting = await _greeting(conversation_id, branch)
    return Lore(compiled, await _last_state(conversation_id, branch), greeting)


async def _compiled(wanted: Sequence[str]) -> tuple[CompiledBook, ...]:
    missing = [book for book in wanted if book not in _shelf]
    if missing:
        _shelf.update(await in_thread(_read)(missing))
    books = []
    for book in wanted:
        if book in _shelf:
            _shelf.move_to_end(book)
            books.append(_shelf[book])
    if missing:
        _tidy()
    return tuple(sorted(books, key=lambda book: (SCOPES.index(book.book.scope), book.book.position, book.book.id)))


def _read(books: Sequence[str]) -> dict[str, CompiledBook]:
    """Those that are still there. A granted one is never read from what its author is writing."""
    found: dict[str, CompiledBook] = {}
    for read, parts in ((compiled_books, 2), (compiled_on_stage, 3)):
        ids = {book: UUID(book.split()[0]) for book in books if len(book.split()) == parts}
        made = read(ids.values()) if ids else {}
        found |= {book: made[pk] for book, pk in ids.items() if pk in made}
    return found


def _tidy() -> None:
    """What was not played for longest goes; a talk keeps what it was given."""
    entries = sum(len(book.entries) for book in _shelf.values())
    while _shelf and (len(_shelf) > BOOKS_KEPT or entries > ENTRIES_KEPT):
        _, book = _shelf.popitem(last=False)
        entries -= len(book.entries)


async def _last_state(conversation_id: UUID, branch: Sequence[Said]) -> State:
    replies = [said.id for said in branch if said.role == "character"][-REPLIES_ASKED:]
    if not replies:
        return NOTHING_YET
    row = await fetch_one(LAST_STATE, [conversation_id, replies])
    return state_of(row.state) if row else NOTHING_YET


async def _greeting(conversation_id: UUID, branch: Sequence[Said]) -> int | None:
    """Which opening the branch begins with; None when it is out of sight."""
    openings = [row.id for row in await fetch_all(OPENINGS, [conversation_id])]
    return openings.index(branch[0].id) if branch and branch[0].id in openings else None
