"""The format of a story file: its shape, and reading it with the line of everything in it. Pure."""

from stories.format.read import Written, read_file
from stories.format.shape import LANGUAGES, Line, StoryFile, Text, Words, lines_of

__all__ = ["LANGUAGES", "Line", "StoryFile", "Text", "Words", "Written", "lines_of", "read_file"]
