"""What characters know of somebody, in their take-out: one page for each character."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.privacy.holdings import taken
from accounts.takeout.pages import Book, article, told
from accounts.takeout.rows import row_of
from accounts.takeout.words import Group
from characters.selectors.names import character_names
from memory.models import BondStep, Memory, Pair

MODELS = ("memory.Pair", "memory.Memory", "memory.MemorySource", "memory.BondStep")


def write_memories(user: User, book: Book) -> None:
    holdings = {holding.model: holding for holding in taken()}
    pairs = list(Pair.objects.filter(owner=user).order_by("pk"))
    names = character_names([pair.character_id for pair in pairs])
    for pair in pairs:
        memories = Memory.objects.filter(pair=pair).order_by("said_at").defer("embedding")
        steps = BondStep.objects.filter(pair=pair).order_by("happened_at")
        known = [article(row_of(each, holdings["memory.Memory"]), holdings["memory.Memory"]) for each in memories]
        moved = [article(row_of(each, holdings["memory.BondStep"]), holdings["memory.BondStep"]) for each in steps]
        name = names.get(pair.character_id, "–")
        path = f"pages/memory/{pair.pk}.html"
        book.page(path, "memory", name=name, since=told(pair.created_at), memories=known, steps=moved)
        # Translators: of a character, in a list.
        note = _("%(memories)d memories, %(steps)d steps") % {"memories": len(known), "steps": len(moved)}
        book.lists(Group.MEMORY, name, path, note)
