"""Discover: the landing page and every list of characters on it; what somebody keeps; what they want to be shown.

Templates in templates/characters/. A `Character` in a list carries `edition` (the CharacterVersion in the viewer's
language), `author` (a name or None) and `loved` (by this viewer). Pictures: {% load characters %}
{% portrait_url character.edition %}; alt text: {{ character.edition.presentation.portrait_alt }}.

`discover` at / (?q= words, ?tag= code, ?sort=, ?after= where the page before ended)      characters/discover.html
    featured      Character or None: the hero; None in any list but the first
    opening       str: the featured character's greeting as markdown, macros expanded (hero text)
    cues          list[str]: three lines to click; send one as `line` to POST {% url "start-talk" featured.id %}
    and what `_list` says
  For htmx only a part, with the same context less the hero: characters/_cast.html, or for the target "more"
  characters/_bills.html, which takes the place of the link to the next page.

`favourites` at /favourites/ (?show=followed)                                             characters/favourites.html
`choose_rating` takes `rating`, `next`.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import profiles
from accounts.age import TooYoung, Viewer, age_of, is_adult
from accounts.errors import Invalid
from accounts.organisations.people import membership_of
from accounts.replica import may_lag
from accounts.views import members_only, viewer_of
from characters import selectors
from characters.models import Rating
from characters.selectors.discovery import Bill, Sort, Whose, Wish, browse, tags_to_choose
from characters.views.parts import (
    asked,
    back,
    is_member,
    link,
    rating_of,
    spoken,
    varied,
    wants_fragment,
)

SORTS = (
    (Sort.TRENDING, gettext_lazy("Trending")),
    (Sort.NEW, gettext_lazy("New")),
    (Sort.LOVED, gettext_lazy("Most loved")),
)
ASKABLE = frozenset({"trending", "new", "loved", "best"})
BEST = (Sort.BEST, gettext_lazy("Best match"))
RATINGS = (
    (Rating.GENERAL, gettext_lazy("For everyone"), gettext_lazy("Nothing a child should not read")),
    (Rating.MATURE, gettext_lazy("Mature too"), gettext_lazy("Violence and dark themes as well")),
    (Rating.EXPLICIT, gettext_lazy("Adults only too"), gettext_lazy("Everything. I am 18 or older")),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A first line that could not be taken; its page is shown again with the line still in the field."""

    character_id: UUID
    line: str
    code: str
    message: str
    status: int
    retry_after: float | None = None


@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    return discover_page(request)


def discover_page(request: HttpRequest, *, refused: Refused | None = None) -> HttpResponse:
    language = selectors.language_of()
    wish = wish_of(request)
    bill = may_lag(browse)(user=request.user, wish=wish, language=language)
    context = list_context(request, "discover", wish, bill) | {"refused": refused}
    if (part := part_of(request)) == "characters/_bills.html":
        return varied(render(request, part, context))
    context |= {"tags": _tags(request.user, wish, language), "everyone_url": _url("discover", wish, tag="")}
    context["tag_name"] = next((tag["name"] for tag in context["tags"] if tag["current"]), "")
    if part:
        return varied(render(request, part, context))
    on_stage = None if context["searching"] else may_lag(selectors.featured)(language=language)
    context["featured"] = on_stage
    if on_stage is not None:
        context["opening"] = spoken(on_stage.edition.greeting, on_stage.edition)
        context["cues"] = on_stage.edition.presentation.get("cues", [])
    return varied(render(request, "characters/discover.html", context, status=refused.status if refused else 200))


@require_safe
@members_only
def favourites(request: HttpRequest) -> HttpResponse:
    """What a member keeps, what is new from creators they follow, what their organisation shares."""
    shelf = asked(request, "show")
    whose = Whose(shelf) if shelf in (Whose.FOLLOWED, Whose.ORGANISATION) else Whose.FAVOURITES
    wish = wish_of(request, whose=whose)
    bill = browse(user=request.user, wish=wish)
    context = list_context(request, "favourites", wish, bill)
    if part_of(request) == "characters/_bills.html":
        return varied(render(request, "characters/_bills.html", context))
    context["shelves"] = [
        {"name": _("Favourites"), "url": reverse("favourites"), "current": whose == Whose.FAVOURITES},
        {
            "name": _("From creators you follow"),
            "url": link("favourites", show=Whose.FOLLOWED),
            "current": whose == Whose.FOLLOWED,
        },
    ]
    if whose == Whose.ORGANISATION or membership_of(viewer_of(request)):
        context["shelves"].append(
            {
                "name": _("Of your organisation"),
                "url": link("favourites", show=Whose.ORGANISATION),
                "current": whose == Whose.ORGANISATION,
            }
        )
    return varied(render(request, "characters/favourites.html", context))


@require_POST
@members_only
def choose_rating(request: HttpRequest) -> HttpResponseBase:
    """What one wants to be shown. Who has not said their age is asked before more than general."""
    rating = request.POST.get("rating", "")
    if rating not in Rating.values:
        raise Invalid(field="rating")
    if rating != Rating.GENERAL and not is_adult(request.user) and age_of(request.user):
        raise TooYoung
    profiles.choose_rating(request=request, user=viewer_of(request), rating=rating)
    target = back(request, reverse("discover"))
    asks = rating != Rating.GENERAL and not is_adult(request.user)
    return redirect(link("age", next=target) if asks else target)


def wish_of(request: HttpRequest, *, whose: Whose = Whose.ANYBODY, creator: UUID | None = None) -> Wish:
    sort = asked(request, "sort")
    return Wish(
        query=asked(request, "q")[:200],
        tag=asked(request, "tag")[:40],
        sort=Sort(sort) if sort in ASKABLE else None,
        whose=whose,
        creator=creator,
        rating=rating_of(request),
        after=asked(request, "after"),
    )


def list_context(request: HttpRequest, name: str, wish: Wish, bill: Bill, *arguments: object) -> dict[str, Any]:
    """What every list of characters needs; `name` and `arguments` are the address of its page.

    cast, more_url (the next page, ""), sorts, ratings, rating_name, may_choose, query, tag, sort, searching,
    no_result, empty, here (this page, for forms), member
    """
    sorts = SORTS if not wish.query else (BEST, *SORTS)
    return {
        "cast": bill.cast,
        "more_url": _url(name, wish, *arguments, after=bill.after) if bill.after else "",
        "sorts": [
            {"code": code, "name": said, "current": code == wish.order, "url": _url(name, wish, *arguments, sort=code)}
            for code, said in sorts
        ],
        "ratings": [
            {"code": code, "name": said, "hint": hint, "current": code == wish.rating} for code, said, hint in RATINGS
        ],
        "may_choose": is_adult(request.user) or not age_of(request.user),
        "rating_name": next(said for code, said, _hint in RATINGS if code == wish.rating),
        "member": is_member(request),
        "query": wish.query,
        "tag": wish.tag,
        "sort": wish.sort or "",
        "searching": bool(wish.query or wish.tag or wish.sort or wish.after),
        "no_result": bool(wish.query or wish.tag) and not bill.cast,
        "here": _url(name, wish, *arguments),
        "first_page": not wish.after,
        "fetched": part_of(request) == "characters/_bills.html",
        "whose": wish.whose,
    }


def part_of(request: HttpRequest) -> str:
    """The template of the part that htmx asked for; "" for a whole page."""
    if not wants_fragment(request):
        return ""
    return "characters/_bills.html" if request.headers.get("HX-Target") == "more" else "characters/_cast.html"


def _tags(user: Viewer, wish: Wish, language: str) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "name": each.name_in(language),
            "current": each.code == wish.tag,
            "url": _url("discover", wish, tag=each.code),
        }
        for each in tags_to_choose(user=user, chosen=wish.tag)
    ]


def _url(name: str, wish: Wish, /, *arguments: object, **changed: str) -> str:
    """The same list with these things changed; a list that is ordered otherwise begins anew."""
    query = {"q": wish.query, "tag": wish.tag, "sort": wish.sort or "", "show": _shelf(wish)} | changed
    return link(name, *arguments, **query)


def _shelf(wish: Wish) -> str:
    return wish.whose if wish.whose in (Whose.FOLLOWED, Whose.ORGANISATION) else ""
