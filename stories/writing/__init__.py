"""Changing a story in its document: what is not changed keeps its letters, comments among them. Pure."""

from stories.writing.edit import Change, NoSuchPlace, changed, plain_of
from stories.writing.outline import outline_of
from stories.writing.renaming import made

__all__ = ["Change", "NoSuchPlace", "changed", "made", "outline_of", "plain_of"]
