"""Lorebooks at work: facts that enter a prompt when their keys come up. Pure: no Django, no clock, no dice."""

from characters.lore.activation import Moment, activate
from characters.lore.budget import SHARE
from characters.lore.compiled import CompiledBook, compile_books
from characters.lore.entries import NOTE_DEPTH, SCAN_DEPTH, Book, Entry, book_of, entry_of
from characters.lore.keys import Keys, Problem, Text
from characters.lore.outcome import Activation, Cut, Fired
from characters.lore.state import NOTHING_YET, Stand, State, state_of

__all__ = [
    "NOTE_DEPTH",
    "NOTHING_YET",
    "SCAN_DEPTH",
    "SHARE",
    "Activation",
    "Book",
    "CompiledBook",
    "Cut",
    "Entry",
    "Fired",
    "Keys",
    "Moment",
    "Problem",
    "Stand",
    "State",
    "Text",
    "activate",
    "book_of",
    "compile_books",
    "entry_of",
    "state_of",
]
