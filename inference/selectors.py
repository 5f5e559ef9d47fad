"""Versions of templates, and which text belongs to which."""

from django.db.models import QuerySet

from inference.models import PromptMove, PromptVersion
from inference.prompts import Shelf, Source, Unfit, read, shipped


class NoSuchVersion(LookupError):
    """Neither shipped now nor written down."""


def live_versions() -> QuerySet[PromptVersion]:
    return PromptVersion.objects.filter(state=PromptVersion.State.LIVE)


def source_of(name: str, version: str) -> Source:
    """A version that is or was in force, a draft, or the shipped file. Raises NoSuchVersion, Unfit.

    What was written here comes first: a later release may ship other words under the same version.
    """
    row = PromptVersion.objects.filter(name=name, version=version).first()
    ours = shipped().sources.get(name)
    if ours is not None and ours.version == version and (row is None or row.shipped):
        return ours
    if row is None:
        raise NoSuchVersion(f"{name} {version}")
    return read(row.text, str(row))


def shelf_as_it_was(versions: dict[str, str]) -> Shelf:
    """With these versions by template, for a prompt that is built again. Raises NoSuchVersion; Unfit, too, where the
    product has since come to hand in or count on something else.
    """
    shelf = shipped().with_these(source_of(name, version) for name, version in versions.items())
    if problems := [problem for name in versions for problem in shelf.problems_of(name, against=shipped())]:
        raise Unfit(problems)
    return shelf


def shelf_with_live() -> tuple[Shelf, list[PromptVersion]]:
    """What is in force, and what would be if it fitted this version of the product."""
    shelf, left = shipped(), list(live_versions())
    while left:
        # One may fit only beside another that it includes, so what did not fit is tried again.
        unfit = []
        for row in left:
            tried = _with(shelf, row)
            if tried is None:
                unfit.append(row)
            else:
                shelf = tried
        if len(unfit) == len(left):
            break
        left = unfit
    return shelf, left


def _with(shelf: Shelf, row: PromptVersion) -> Shelf | None:
    """None where it does not fit."""
    try:
        tried = shelf.with_these([read(row.text, str(row))])
    except Unfit:
        return None
    fits = row.name in shelf.sources and not tried.problems(against=shipped())
    return tried if fits else None


def moves_of(name: str) -> QuerySet[PromptMove]:
    """Latest first."""
    return PromptMove.objects.filter(name=name).order_by("-id")
