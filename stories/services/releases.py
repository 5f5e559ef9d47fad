"""Versions of a story, and which of them is on stage for whom.

What others see of somebody's story changes by a decision alone (`services.publishing`): the doors here open for the
house, and for what is private.
"""

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import User
from characters.models import Rating, Visibility
from inference.prompts.problems import Problem, Unfit, packed, unpacked
from stories.book import Book
from stories.books import book_from
from stories.format import Words
from stories.models import Story, StoryVersion
from stories.services.casting import cast_parts, missing_players
from stories.services.judging import judge_story
from stories.services.search import index_story
from stories.study import findings, simulate

# Enough to find a scene that nobody meets, few enough not to wait for: a tenth of a second each two hundred.
PLAYS = 400


class Unplayable(Invalid):
    """A document that is no story. `problems` says all that is wrong, by line and path."""

    code = "unplayable"
    message = _("This story cannot be played yet: something in it is wrong.")


@transaction.atomic
def create_story(*, owner: User | None, source: str, slug: str | None = None, rating: str = Rating.GENERAL) -> Story:
    """A private story with its first version on stage for its owner. Raises Unplayable, NotAllowed, QuotaReached."""
    story = Story.objects.create(owner=owner, slug=slug, rating=rating)
    put_on_stage(story=story, version=save_version(story=story, source=source), visibility=Visibility.PRIVATE)
    return story


@transaction.atomic
def save_version(*, story: Story, source: str) -> StoryVersion:
    """Write the next version, with its cast. It is not on stage yet. The same document again is no new version.

    Raises Unplayable with everything that is wrong, NotAllowed with the path of a text that a rule stands against.
    """
    book = checked_book(source)
    judge_story(book, owner=story.owner, rating=story.rating)
    # Two tabs may both get here: the row lock hands out the numbers one by one.
    locked = Story.objects.select_for_update(of=("self",)).get(pk=story.pk)
    digest = digest_of(source)
    newest = locked.versions.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    number = (locked.versions.aggregate(newest=Max("number"))["newest"] or 0) + 1
    # The house knows its own: tests play them.
    report = report_on(book) if locked.owner_id is not None else {}
    version = StoryVersion.objects.create(
        story=locked, number=number, source=source, digest=digest, report=report, **_columns(book)
    )
    cast_parts(version, book)
    story.kind = locked.kind = book.file.kind
    locked.save(update_fields=["kind", "updated_at"])
    return version


@transaction.atomic
def put_on_stage(*, story: Story, version: StoryVersion, visibility: str) -> None:
    """Show this version to these people. Asks nobody: whoever calls has the decision, or needs none."""
    story.published, story.visibility = version, Visibility(visibility)
    if story.published_at is None and story.visibility != Visibility.PRIVATE:
        story.published_at = timezone.now()
    story.save(update_fields=["published", "visibility", "published_at", "updated_at"])
    index_story(story)


def checked_book(source: str) -> Book:
    """Raises Unplayable."""
    try:
        book = book_from(source)
        if problems := list(missing_players(book)):
            raise Unfit(problems)
    except Unfit as unfit:
        raise Unplayable(field="source", problems=[told(each) for each in unfit.problems]) from unfit
    return book


def told(problem: Problem) -> dict[str, Any]:
    """In the reader's language."""
    return {"line": problem.line, "path": problem.block, "reason": problem.told(gettext)}


def kept(problem: Problem) -> dict[str, Any]:
    """As it is stored, for readers of any language: `told_again` says it."""
    return {"line": problem.line, "path": problem.block, "reason": packed(problem.reason)}


def told_again(stored: dict[str, Any]) -> dict[str, Any]:
    reason = stored["reason"]
    return {**stored, "reason": reason if isinstance(reason, str) else unpacked(reason).told(gettext)}


def report_on(book: Book, plays: int = PLAYS) -> dict[str, Any]:
    """What random plays found, and how they ended."""
    found = simulate(book, plays)
    return {
        "plays": found.count,
        "findings": [kept(each) for each in findings(book, found)],
        "endings": dict(found.endings),
        "scenes": dict(found.scenes),
    }


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _columns(book: Book) -> dict[str, Any]:
    file = book.file
    return {
        "title": _by_language(book, file.title),
        "line": _by_language(book, file.line),
        "about": _by_language(book, file.about),
        "languages": list(file.languages),
        "cover": file.cover,
        "scenes": len(file.scenes),
        "endings": len(file.endings),
    }


def _by_language(book: Book, words: Words) -> dict[str, str]:
    return {language: str(getattr(words, language.replace("-", "_"))).strip() for language in book.file.languages}
