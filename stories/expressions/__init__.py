"""Conditions and effects of stories: a small language. It always ends, never fails, and is checked when read.

Pure. `docs/stories.md` is its manual, `docs/adr/0030` says why it is not a programming language.
"""

from stories.expressions.compiled import Condition, Effect, Number, condition, effects, number
from stories.expressions.names import Names
from stories.expressions.problem import Wrong

__all__ = ["Condition", "Effect", "Names", "Number", "Wrong", "condition", "effects", "number"]
