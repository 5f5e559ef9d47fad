"""Prompt templates: how they are read, checked and rendered. Pure: no Django, no model, no clock."""

from inference.prompts.assemble import Occasion
from inference.prompts.compiled import Compiled, CompiledBlock, Values, kept, yielding
from inference.prompts.problems import Problem, Unfit
from inference.prompts.read import read
from inference.prompts.shelf import Shelf, family_of
from inference.prompts.shipped import ship, shipped
from inference.prompts.source import Source

__all__ = [
    "Compiled", "CompiledBlock", "Occasion", "Problem", "Shelf", "Source", "Unfit", "Values", "family_of", "kept",
    "read", "ship", "shipped", "yielding",
]  # fmt: skip
