"""A story that makes sense, ready to be played: names resolved, conditions and effects compiled. Pure."""

from stories.book.compile import compiled, names_of
from stories.book.parts import Beat, Book, Branch, Choice, Ending, Passage, Proposal, Reaction, Roll, Scene
from stories.book.read import read_book

__all__ = [
    "Beat", "Book", "Branch", "Choice", "Ending", "Passage", "Proposal", "Reaction", "Roll", "Scene", "compiled",
    "names_of", "read_book",
]  # fmt: skip
