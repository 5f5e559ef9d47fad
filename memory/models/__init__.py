from memory.models.bond import BondStep
from memory.models.episode import Episode
from memory.models.memory import Kind, Memory, MemorySource, Provenance, State
from memory.models.note import SessionNote
from memory.models.pair import Mode, Pair
from memory.models.recipe import Recipe
from memory.models.style import StyleSample
from memory.models.sweep import Sweep

__all__ = [
    "BondStep",
    "Episode",
    "Kind",
    "Memory",
    "MemorySource",
    "Mode",
    "Pair",
    "Provenance",
    "Recipe",
    "SessionNote",
    "State",
    "StyleSample",
    "Sweep",
]
