"""The page of one character.

`character` at /characters/<uuid>/ (?opening=2)                      characters/character.html
    character     Character (starts, visibility, tags, loves)
    version       CharacterVersion: the edition shown
    languages     list[str]: "English", "中文" – all editions of this release
    by_house      bool: a preset, "By Dramatis company"
    author        str: the author's public name when not by_house, else ""; author_url to their page, or ""
    credit        Credit or None: whom a copy was made of
    is_mine       bool; then `standing` (selectors.publications.Standing), `asks` and `findings` for _standing.html
    member        bool: somebody with an account, who may keep, follow and copy; loved, followed, may_copy
    rating        str, for the byline
    tags          list of {code, name, url}
    openings      list of {number (from 1), index (from 0: `greeting` of start-talk), text (markdown, macros expanded)}
    opening       the one shown: an entry of openings, or None when the character waits for the player
    previous_url, next_url   ?opening= links, round trip; "" with fewer than two openings
    scales        list of Scale: key, low_end, high_end, value, pinned, low, high, says (one sentence: what it means in
                  behaviour), label ("Reserved to Warm: 72 of 100, may move between 50 and 90"; use as aria-label)
    releases      list of {number, created_at, on_stage}, the newest first
    related_title str: "Also at the Lantern"
    related       list of {character (with .edition), line}
    similar       list of characters (with .edition)
    start_url     str: POST {% url "start-talk" character.id %}; field `greeting` = opening.index
  With HX-Request and ?opening= only characters/_opening.html is rendered (same context): the section with the text and
  the swipe buttons. Give it id="opening".
  What is rated more strongly than the viewer asked for is announced instead of shown: characters/curtain.html.
"""

from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from characters import selectors
from characters.checks import says
from characters.models import Character, CharacterVersion, Language, Rating, Visibility
from characters.selectors import creators, discovery
from characters.selectors.cast import behind_curtain
from characters.selectors.publications import lore_standing_of, standing_of
from characters.traits import scales
from characters.views.builder_fields import label_of
from characters.views.builder_publish import may_choose
from characters.views.discover import Refused
from characters.views.parts import asked, is_member, link, rating_of, spoken, varied, wants_fragment


@require_safe
def character(request: HttpRequest, character_id: UUID) -> HttpResponse:
    return character_page(request, character_id)


def character_page(request: HttpRequest, character_id: UUID, *, refused: Refused | None = None) -> HttpResponse:
    try:
        try:
            shown, hidden = selectors.get_character(user=request.user, character_id=character_id), False
        except Character.DoesNotExist:
            shown, hidden = behind_curtain(user=request.user, character_id=character_id), True
        version = selectors.edition_of(shown)
    except (Character.DoesNotExist, CharacterVersion.DoesNotExist) as error:
        raise Http404 from error
    prefetch_related_objects([shown], "tags")
    rating = rating_of(request)
    context: dict[str, Any] = {
        "character": shown,
        "version": version,
        "member": is_member(request),
        "refused": refused,
        "here": reverse("character", args=[shown.pk]),
    }
    if hidden or not discovery.may_see(request.user, shown, rating):
        wanted = shown.rating if shown.rating != Rating.GENERAL else Rating.MATURE
        return varied(render(request, "characters/curtain.html", context | {"wanted": wanted, "asks_age": hidden}))
    context |= _openings(request, version)
    context["start_url"] = reverse("start-talk", kwargs={"character_id": shown.pk})
    if wants_fragment(request) and "opening" in request.GET:
        return varied(render(request, "characters/_opening.html", context))
    context |= _about(request, shown, version) | _around(request, shown, version, rating)
    if context["is_mine"]:
        context |= _owners(shown)
    return varied(render(request, "characters/character.html", context, status=refused.status if refused else 200))


def _openings(request: HttpRequest, version: CharacterVersion) -> dict[str, Any]:
    openings = [
        {"number": place + 1, "index": place, "text": spoken(text, version)}
        for place, text in enumerate(version.greetings)
    ]
    at, several = _opening_asked_for(request, len(openings)), len(openings) > 1
    return {
        "openings": openings,
        "opening": openings[at] if openings else None,
        "previous_url": f"?opening={(at - 1) % len(openings) + 1}" if several else "",
        "next_url": f"?opening={(at + 1) % len(openings) + 1}" if several else "",
    }


def _about(request: HttpRequest, shown: Character, version: CharacterVersion) -> dict[str, Any]:
    language = selectors.language_of()
    mine = request.user.is_authenticated and shown.owner_id == request.user.pk
    authors_page = shown.owner_id is not None and (mine or shown.visibility == Visibility.PUBLIC)
    return {
        "languages": [edition.get_language_display() for edition in selectors.editions_of(shown)],
        "by_house": shown.owner_id is None and shown.slug is not None,
        "author": selectors.author_name(shown),
        "author_url": reverse("creator", args=[shown.owner_id]) if authors_page else "",
        "is_mine": mine,
        "rating": shown.get_rating_display(),
        "tags": [
            {"code": tag.code, "name": tag.name_in(language), "url": link("discover", tag=tag.code)}
            for tag in shown.tags.all()
        ],
        "scales": scales(version.traits, version.language, version.name),
        "releases": creators.releases_of(shown, everything=mine),
    }


def _around(request: HttpRequest, shown: Character, version: CharacterVersion, rating: str) -> dict[str, Any]:
    language = selectors.language_of()
    related = selectors.related_to(version, user=request.user, language=language)
    near = {other.pk for other, _line in related}
    similar = discovery.similar_to(shown, version, user=request.user, rating=rating, language=language)
    regard = creators.regard_of(request.user, shown)
    return {
        "credit": creators.credit_of(shown, user=request.user, language=language),
        "related_title": version.presentation.get("related_title", ""),
        "related": [{"character": other, "line": line} for other, line in related],
        "similar": [other for other in similar if other.pk not in near],
        "loved": regard.loved,
        "followed": regard.followed,
        "may_copy": creators.may_copy(request.user, shown),
    }


def _owners(shown: Character) -> dict[str, Any]:
    assert shown.owner is not None
    standing, author = standing_of(shown), shown.owner
    told = standing.waiting or (standing.decided if standing.refused else None)
    found = told.findings if told else []
    return {
        "standing": standing,
        "lore_standing": lore_standing_of(shown),
        "asks": [each for each in Visibility.choices if may_choose(author, each[0], shown.visibility)],
        "newest": shown.versions.order_by("-number")[0],
        "findings": [{**each, "says": says(each["rule"]), "called": called(each["field"])} for each in found],
    }


def called(field: str) -> str:
    """A field of a finding, as the builder calls it: "zh-hans.about", "greetings.2"."""
    language, dot, rest = field.partition(".")
    own, at = (rest, f" ({Language(language).label})") if language in Language.values and dot else (field, "")
    name, dot, number = own.partition(".")
    told = gettext("Lore and knowledge") if name == "lore" else label_of(name)
    return f"{told}{f' {number}' if dot else ''}{at}"


def _opening_asked_for(request: HttpRequest, count: int) -> int:
    said = asked(request, "opening") or "1"
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1
    return min(max(number, 1), max(count, 1)) - 1
