"""What a line says that is worth remembering. Pure: text and dates in, facts out."""

from memory.extraction.fact import Fact, Heard
from memory.extraction.rules import asked_in, facts_in, is_chinese

__all__ = ["Fact", "Heard", "asked_in", "facts_in", "is_chinese"]
