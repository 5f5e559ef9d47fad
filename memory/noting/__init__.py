"""The note of a talk whose beginning no longer goes into the prompt. Pure."""

from memory.noting.extract import extracted
from memory.noting.sections import Sections

__all__ = ["Sections", "extracted"]
