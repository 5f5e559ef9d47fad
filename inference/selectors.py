"""Versions of templates, and which text belongs to which."""

from django.db.models import QuerySet

from inference.models import PromptMove, PromptVersion
from inference.prompts import Shelf, Source, Unfit, read, shipped


class NoSuchVersion(LookupError):
    """Neither shipped now nor written down."""


def live_versions() -> QuerySet[PromptVersion]:
    return PromptVersion.objects.filter(state=PromptVersion.State.LIVE)


def source_of(name: str, version: str) -> Source:
    """The shipped file or a version that is or was in force, or a draft. Raises NoSuchVersion, Unfit."""
    ours = shipped().sources.get(name)
    if ours is not None and ours.version == version:
        return ours
    row = PromptVersion.objects.filter(name=name, version=version).first()
    if row is None:
        raise NoSuchVersion(f"{name} {version}")
    return read(row.text, str(row))


def shelf_as_it_was(versions: dict[str, str]) -> Shelf:
    """With these versions by template, for a prompt that is built again. Raises NoSuchVersion, Unfit."""
    return shipped().with_these(source_of(name, version) for name, version in versions.items())


def shelf_with_live() -> tuple[Shelf, list[PromptVersion]]:
    """What is in force, and what would be if it fitted this version of the product."""
    shelf, unfit = shipped(), []
    for row in live_versions():
        try:
            tried = shelf.with_these([read(row.text, str(row))])
            if row.name not in shelf.sources or tried.problems(against=shipped()):
                raise Unfit(())
        except Unfit:
            unfit.append(row)
        else:
            shelf = tried
    return shelf, unfit


def moves_of(name: str) -> QuerySet[PromptMove]:
    """Latest first."""
    return PromptMove.objects.filter(name=name).order_by("-id")
