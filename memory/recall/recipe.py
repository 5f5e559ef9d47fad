"""By what memories get their vectors: chosen in the settings, and held fast by the first vector. Vectors of two recipes
are never compared."""

from dataclasses import dataclass

from django.conf import settings

from inference.base import Embedder
from inference.providers.local import PREFIX, is_installed
from inference.registry import embedder
from memory.recall.words import is_chinese

LEAST_OF_LOCAL = 0.35  # cosine of an English encoder for what has to do with the question at all


@dataclass(frozen=True, slots=True)
class Recipe:
    """`dimensions`: 0 until a vector has been seen."""

    model: str
    dimensions: int = 0

    @property
    def label(self) -> str:
        """What a vector can be compared with: those of the same model and length."""
        return f"{self.model}/{self.dimensions}"

    @property
    def is_local(self) -> bool:
        return self.model.startswith(PREFIX)

    @property
    def least_likeness(self) -> float:
        return LEAST_OF_LOCAL if self.is_local else settings.RECALL_LIKENESS

    def embedder(self) -> Embedder:
        return embedder(self.model, dimensions=settings.MEMORY_EMBEDDING_DIMENSIONS or None)

    def reads(self, text: str) -> bool:
        """The local encoder knows English only: of Chinese it would make noise, and words alone find more."""
        return bool(text.strip()) and not (self.is_local and is_chinese(text))


def chosen() -> Recipe | None:
    """What the settings say; None: words only. A local encoder that is not installed is none."""
    model = settings.MEMORY_EMBEDDING_MODEL
    if not model or (model.startswith(PREFIX) and not is_installed(model)):
        return None
    return Recipe(model, settings.MEMORY_EMBEDDING_DIMENSIONS)


def in_force(model: str | None, dimensions: int | None) -> Recipe | None:
    """The recipe that the vectors in the database were made by, if that is still the one that is chosen."""
    wanted = chosen()
    if wanted is None or not model or not dimensions or model != wanted.model:
        return None
    return Recipe(model, dimensions) if wanted.dimensions in {0, dimensions} else None
