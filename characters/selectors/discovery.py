"""Discover: who is found, in what order, how far the list goes on.

A page of a list begins after the last one of the page before, wherever that stands by now: nobody comes twice or is
passed over while others come and go, and the hundredth page costs what the first one does.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from accounts.age import is_adult
from characters import words
from characters.models import Character, CharacterVersion, Favourite, Follow, Rating, Tag
from characters.models.character import ON_DISCOVER
from characters.selectors.age import let_through, suits
from characters.selectors.cast import BILL_FIELDS, Viewer, characters_for, edition_of, of_organisation, released

# Fills rows of two, three and five.
A_PAGE = 30
SIMILAR = 6
# Words of a character by which others are found similar.
TELLING_WORDS = 12
# How many of the warmest are looked at more closely, for a tag and for a word.
CLOSER = 100


class Sort(StrEnum):
    TRENDING = "trending"
    NEW = "new"
    LOVED = "loved"
    BEST = "best"  # how well it answers what was asked for
    KEPT = "kept"  # favourites, the latest first


class Whose(StrEnum):
    ANYBODY = ""
    FAVOURITES = "favourites"
    FOLLOWED = "followed"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to see. `rating` is the strongest they asked for, `after` where the page before ended."""

    query: str = ""
    tag: str = ""
    sort: Sort | None = None
    whose: Whose = Whose.ANYBODY
    creator: UUID | None = None
    rating: str = Rating.GENERAL
    after: str = ""
    size: int = A_PAGE

    @property
    def order(self) -> Sort:
        """The one that was asked for, if it makes sense here."""
        if self.whose == Whose.ORGANISATION and self.sort == Sort.NEW:
            return Sort.TRENDING  # what was never shown to everybody has no day of that
        if self.sort is not None and (self.sort != Sort.BEST or self.query):
            return self.sort
        if self.whose == Whose.FAVOURITES:
            return Sort.KEPT
        if self.query:
            return Sort.BEST
        return Sort.NEW if self.whose == Whose.FOLLOWED else Sort.TRENDING


@dataclass(frozen=True, slots=True)
class Bill:
    """A page of a list: characters with `edition`, `author` and `loved`, and where the next page begins, if any."""

    cast: list[Character]
    after: str


class Words(SearchQuery):
    """A finished `tsquery` (characters.words), which Postgres is not to take apart once more."""

    template = "(%(expressions)s)::tsquery"

    def __init__(self, query: str) -> None:
        super().__init__("", search_type="raw")
        self.set_source_expressions([Value(query)])


def browse(*, user: Viewer, wish: Wish, language: str | None = None) -> Bill:
    """Two queries. Every word of the query is found at the beginning of a word, Chinese anywhere."""
    asked = words.query(wish.query)
    if wish.query.strip() and not asked:
        return Bill([], "")
    found = _narrowed(user, wish)
    if asked:
        found = found.filter(search=Words(asked))
    if wish.order == Sort.BEST:
        # Whole numbers: a page begins exactly where the one before ended.
        rank = SearchRank(F("search"), Words(asked), weights=[0.05, 0.2, 0.4, 1.0], normalization=Value(1))
        found = found.annotate(rank=Cast(rank * Value(1_000_000.0), IntegerField()))
    order = ORDERS[wish.order]
    found = found.order_by(*(f"{'-' if step.down else ''}{step.field}" for step in order))
    if (place := _place(order, wish.after)) is not None:
        found = found.filter(_behind(order, place))
    cast = _as_shown(_known_to(user, found)[: wish.size + 1], language)
    more = len(cast) > wish.size
    cast = cast[: wish.size]
    return Bill(cast, _token(order, cast[-1]) if more else "")


def similar_to(
    character: Character,
    version: CharacterVersion,
    *,
    user: Viewer,
    rating: str = Rating.GENERAL,
    language: str | None = None,
) -> list[Character]:
    """Who shares tags with this character, and words that tell something about it. Two queries, beside the tags."""
    tags = [tag.pk for tag in character.tags.all()]
    telling = words.any_of(
        (version.tagline, version.epithet, version.presentation.get("keywords", ""), version.about),
        limit=TELLING_WORDS,
    )
    shared = Coalesce(_count_of(Tag.objects.filter(characters=OuterRef("pk"), pk__in=tags)), 0)
    listed = _listed(user, rating).exclude(pk=character.pk)
    near = listed.filter(tags__in=tags).annotate(common=Count("tags")).order_by("-common", "-heat", "-pk")
    closer = near.values("pk")[:CLOSER]
    rank: Any = Value(0.0)
    if telling:
        worded = listed.filter(search=Words(telling)).order_by("-heat", "position", "-pk").values("pk")[:CLOSER]
        closer = closer.union(worded)
        rank = SearchRank(F("search"), Words(telling))
    found = (
        Character.objects.filter(pk__in=closer)
        .annotate(alike=shared * Value(0.25) + rank)
        .order_by("-alike", "-heat", "position", "-pk")
    )
    return _as_shown(_known_to(user, found)[:SIMILAR], language)


def tags_to_choose(*, user: Viewer, chosen: str = "") -> tuple[Tag, ...]:
    """The tags of the house that somebody has, in its order, and the one that was chosen, whoever made it.

    Up to five minutes old: every list shows them, and so none has to ask for them.
    """
    fresh_for = settings.CHIPS_SECONDS
    return _known_tags(chosen, is_adult(user), time.monotonic() // fresh_for if fresh_for else time.monotonic())


@lru_cache(maxsize=256)
def _known_tags(chosen: str, adult: bool, _since: float) -> tuple[Tag, ...]:
    having = Character.objects.filter(ON_DISCOVER, tags=OuterRef("pk"))
    found = Tag.objects.filter(Q(Exists(having), position__lt=HOUSE_TAGS) | Q(pk=chosen))
    return tuple(found if adult else found.filter(adults=False))


# Tags that authors make have the position that is the default.
HOUSE_TAGS = 1000


def may_see(user: Viewer, character: Character, rating: str) -> bool:
    """Whether this one is for whoever chose this rating; one's own always is."""
    return character.rating in let_through(user, rating) or bool(
        user.is_authenticated and character.owner_id == user.pk
    )


def _narrowed(user: Viewer, wish: Wish) -> "QuerySet[Character]":
    if wish.whose == Whose.FAVOURITES and user.is_authenticated:
        # What one keeps stays in sight, whatever it is rated.
        found = characters_for(user).filter(favourites__user_id=user.pk, published__isnull=False)
        found = found.annotate(kept=F("favourites__pk"))
    elif wish.whose == Whose.ORGANISATION and user.is_authenticated:
        found = characters_for(user).filter(of_organisation(user), rating__in=let_through(user, wish.rating))
    else:
        found = _listed(user, wish.rating)
    if wish.whose == Whose.FOLLOWED:
        found = found.filter(owner__in=Follow.objects.filter(follower_id=user.pk).values("creator"))
    if wish.creator is not None:
        found = found.filter(owner_id=wish.creator)
    if wish.tag:
        tagged = Character.tags.through.objects.filter(character=OuterRef("pk"), tag_id=wish.tag.replace("\x00", ""))
        found = found.filter(Exists(tagged))
    return found


def _listed(user: Viewer, rating: str) -> "QuerySet[Character]":
    return Character.objects.filter(suits(user), ON_DISCOVER, rating__in=let_through(user, rating))


def _known_to(user: Viewer, found: "QuerySet[Character]") -> "QuerySet[Character]":
    """With the author's name, and whether this viewer loves it."""
    loved: Any = Value(False)
    if user.is_authenticated:
        loved = Exists(Favourite.objects.filter(user_id=user.pk, character=OuterRef("pk")))
    return found.annotate(loved=loved, author=F("owner__profile__name")).defer("search")


def _as_shown(found: "QuerySet[Character]", language: str | None) -> list[Character]:
    editions = Prefetch("versions", queryset=released().only(*BILL_FIELDS), to_attr="release")
    # `published` itself is not fetched: `edition_of` finds its number in the release.
    cast: list[Character] = list(found.prefetch_related(editions))
    for character in cast:
        character.edition = edition_of(character, language)
    return cast


def _count_of(rows: "QuerySet[Any]") -> Any:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(count=Count("pk")).values("count")
    return Cast(Func(counted, function="", template="(%(expressions)s)"), IntegerField())


# Pages


@dataclass(frozen=True, slots=True)
class Step:
    """A column that a list is ordered by; `read` makes its value of what a token holds, or raises."""

    field: str
    down: bool
    read: Callable[[Any], Any]


def _moment(said: Any) -> datetime:
    """With its offset, or it is none of ours."""
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    return moment.astimezone(UTC)


_ID = Step("pk", True, UUID)
_BY_HAND = Step("position", False, int)
ORDERS: dict[Sort, tuple[Step, ...]] = {
    Sort.TRENDING: (Step("heat", True, float), _BY_HAND, _ID),
    Sort.NEW: (Step("published_at", True, _moment), _ID),
    Sort.LOVED: (Step("loves", True, int), _BY_HAND, _ID),
    Sort.BEST: (Step("rank", True, int), _BY_HAND, _ID),
    Sort.KEPT: (Step("kept", True, UUID),),
}


def _token(order: tuple[Step, ...], last: Character) -> str:
    values = [getattr(last, step.field) for step in order]
    packed = [value if isinstance(value, (int, float)) else _text(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(packed).encode()).decode().rstrip("=")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _place(order: tuple[Step, ...], token: str) -> list[Any] | None:
    """What a token of this order says; None for one of another order, or an invention."""
    try:
        packed = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if len(packed) != len(order):
            return None
        return [step.read(value) for step, value in zip(order, packed, strict=True)]
    except (ValueError, TypeError, OverflowError, AttributeError, binascii.Error):
        return None


def has_place(wish: Wish) -> bool:
    """Whether `after` is where a page of this order ended; `browse` begins at the top where it is not."""
    return not wish.after or _place(ORDERS[wish.order], wish.after) is not None


def _behind(order: tuple[Step, ...], place: list[Any]) -> Q:
    """Whatever comes after this place in this order."""
    behind = Q()
    level: dict[str, Any] = {}
    for step, value in zip(order, place, strict=True):
        behind |= Q(**level, **{f"{step.field}__{'lt' if step.down else 'gt'}": value})
        level[step.field] = value
    # The same once more, for the index: nothing before the first column's value.
    first = order[0]
    return Q(**{f"{first.field}__{'lte' if first.down else 'gte'}": place[0]}) & behind
