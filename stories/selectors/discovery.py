"""Stories on Discover: which are found, in what order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Exists, F, OuterRef, QuerySet, Value

from accounts.age import is_adult
from characters import words
from characters.models import Rating, Tag
from characters.selectors.age import let_through
from characters.selectors.cast import Viewer
from characters.selectors.discovery import Words
from stories.models import Kind, Story
from stories.models.story import ON_DISCOVER
from stories.selectors.library import suits


class Order(StrEnum):
    POPULAR = "popular"
    NEW = "new"
    BEST = "best"  # how well it answers what was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWish:
    """What somebody wants to see. `rating` is the strongest they asked for."""

    query: str = ""
    tag: str = ""
    kind: str = ""
    order: Order | None = None
    rating: str = Rating.GENERAL

    @property
    def ordered(self) -> Order:
        if self.order is not None and (self.order != Order.BEST or self.query):
            return self.order
        return Order.BEST if self.query else Order.POPULAR


def found_for(user: Viewer, wish: StoryWish) -> "QuerySet[Story]":
    """With `published` and the author's name. Every word of the query is found at the beginning of a word."""
    asked = words.query(wish.query)
    if wish.query.strip() and not asked:
        return Story.objects.none()
    found = listed(user, wish.rating)
    if wish.tag:
        tagged = Story.tags.through.objects.filter(story=OuterRef("pk"), tag_id=wish.tag.replace("\x00", ""))
        found = found.filter(Exists(tagged))
    if wish.kind in Kind.values:
        found = found.filter(kind=wish.kind)
    rank: Any = Value(0.0)
    if asked:
        found = found.filter(search=Words(asked))
        rank = SearchRank(F("search"), Words(asked), weights=[0.05, 0.2, 0.4, 1.0], normalization=Value(1))
    order = {
        Order.POPULAR: ("position", "-plays", "-pk"),
        Order.NEW: ("-published_at", "-pk"),
        Order.BEST: ("-rank", "-pk"),
    }[wish.ordered]
    found = found.annotate(rank=rank, author=F("owner__profile__name")).order_by(*order)
    return found.select_related("published").defer("search", "published__source", "published__report")


def listed(user: Viewer, rating: str) -> "QuerySet[Story]":
    return Story.objects.filter(suits(user), ON_DISCOVER, rating__in=let_through(user, rating))


def own_stories(user: Viewer) -> "QuerySet[Story]":
    if not user.is_authenticated:
        return Story.objects.none()
    found = Story.objects.filter(owner_id=user.pk, deleted_at=None).select_related("published")
    return found.defer("search", "published__source", "published__report").order_by("-updated_at")


def tags_of_stories(user: Viewer) -> list[Tag]:
    """Those that some story has which this viewer may see."""
    having = listed(user, Rating.EXPLICIT).filter(tags=OuterRef("pk"))
    found = Tag.objects.filter(Exists(having))
    return list(found if is_adult(user) else found.filter(adults=False))


def may_see(user: Viewer, story: Story, rating: str) -> bool:
    """Whether this one is for whoever chose this rating; one's own always is."""
    own = user.is_authenticated and story.owner_id == user.pk
    return own or story.rating in let_through(user, rating)
