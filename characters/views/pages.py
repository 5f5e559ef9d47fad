"""Pages and pictures of characters.

Templates (HTML in templates/characters/) and the context they get. A `Character` in a list always carries
`edition`: the CharacterVersion in the viewer's language (name, tagline, epithet, about, creator_notes, greetings,
presentation, number, created_at, language). Pictures: {% load characters %}
{% portrait_url character.edition %}, {% portrait_url character.edition "joy" %}, and for avatars
{% portrait_url character.edition face=True %}; alt text: {{ character.edition.presentation.portrait_alt }}.

`discover` at / (?q= words, ?tag= code)                              characters/discover.html
    featured      Character or None: the hero; None while searching or filtering
    opening       str: the featured character's greeting as markdown, macros expanded (hero text)
    cues          list[str]: three lines to click; send one as `line` to POST {% url "start-talk" featured.id %}
    cast          list[Character] with .edition
    tags          list of {code, name, current: bool, url}: the chips; "Everyone" is `everyone_url`
    everyone_url  str
    query, tag    str: what was asked
    tag_name      str: in the viewer's language, "" without a tag
    searching     bool: query or tag given
    no_result     bool: searching and nothing found; say what to do: `everyone_url` leads back
  With the header HX-Request (and no HX-Boosted) only characters/_cast.html is rendered, with the same context less
  the hero: chips, list and empty state. Give the wrapper id="cast"; the page includes the same fragment.

`character` at /characters/<uuid>/ (?opening=2)                      characters/character.html
    character     Character (starts, visibility, tags)
    version       CharacterVersion: the edition shown
    languages     list[str]: "English", "中文" – all editions of this release
    by_house      bool: a preset, "By Dramatis company"
    author        str: the author's public name when not by_house, else ""
    is_mine       bool
    tags          list of {code, name, url}
    openings      list of {number (from 1), index (from 0: `greeting` of start-talk), text (markdown, macros expanded)}
    opening       the one shown: an entry of openings, or None when the character waits for the player
    previous_url, next_url   ?opening= links, round trip; "" with fewer than two openings
    scales        list of Scale: key, low_end, high_end, value, pinned, low, high, says (one sentence: what it means in
                  behaviour), label ("Reserved to Warm: 72 of 100, may move between 50 and 90"; use as aria-label)
    related_title str: "Also at the Lantern"
    related       list of {character (with .edition), line}
    start_url     str: POST {% url "start-talk" character.id %}; field `greeting` = opening.index
  With HX-Request and ?opening= only characters/_opening.html is rendered (same context): the section with the text and
  the swipe buttons. Give it id="opening".
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from characters import macros, selectors
from characters.models import Character, CharacterVersion
from characters.traits import scales

MAX_QUERY = 200


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


@require_safe
def character(request: HttpRequest, character_id: UUID) -> HttpResponse:
    return character_page(request, character_id)


def discover_page(request: HttpRequest, *, refused: Refused | None = None) -> HttpResponse:
    language = selectors.language_of()
    query, tag = _asked(request, "q"), _asked(request, "tag")
    cast = selectors.discover(user=request.user, query=query, tag=tag, language=language)
    chips = [
        {
            "code": each.code,
            "name": each.name_in(language),
            "current": each.code == tag,
            "url": _link(query, each.code),
        }
        for each in selectors.tags_in_use()
    ]
    searching = bool(query or tag)
    context: dict[str, Any] = {
        "cast": cast,
        "tags": chips,
        "everyone_url": _link(query, ""),
        "query": query,
        "tag": tag,
        "tag_name": next((chip["name"] for chip in chips if chip["current"]), ""),
        "searching": searching,
        "no_result": searching and not cast,
        "refused": refused,
    }
    if _wants_fragment(request):
        return _varied(render(request, "characters/_cast.html", context))
    on_stage = None if searching else selectors.featured(language=language)
    context["featured"] = on_stage
    if on_stage is not None:
        context["opening"] = _spoken(on_stage.edition.greeting, on_stage.edition)
        context["cues"] = on_stage.edition.presentation.get("cues", [])
    return _varied(render(request, "characters/discover.html", context, status=refused.status if refused else 200))


def character_page(request: HttpRequest, character_id: UUID, *, refused: Refused | None = None) -> HttpResponse:
    try:
        shown = selectors.get_character(user=request.user, character_id=character_id)
        version = selectors.edition_of(shown)
    except (Character.DoesNotExist, CharacterVersion.DoesNotExist) as error:
        raise Http404 from error
    language = selectors.language_of()
    openings = [
        {"number": place + 1, "index": place, "text": _spoken(text, version)}
        for place, text in enumerate(version.greetings)
    ]
    at = _opening_asked_for(request, len(openings))
    context: dict[str, Any] = {
        "character": shown,
        "version": version,
        "languages": [edition.get_language_display() for edition in selectors.editions_of(shown)],
        "by_house": shown.owner_id is None,
        "author": selectors.author_name(shown),
        "is_mine": request.user.is_authenticated and shown.owner_id == request.user.pk,
        "tags": [
            {"code": tag.code, "name": tag.name_in(language), "url": _link("", tag.code)} for tag in shown.tags.all()
        ],
        "openings": openings,
        "opening": openings[at] if openings else None,
        "previous_url": f"?opening={(at - 1) % len(openings) + 1}" if len(openings) > 1 else "",
        "next_url": f"?opening={(at + 1) % len(openings) + 1}" if len(openings) > 1 else "",
        "start_url": reverse("start-talk", kwargs={"character_id": shown.pk}),
        "refused": refused,
    }
    if _wants_fragment(request) and "opening" in request.GET:
        return _varied(render(request, "characters/_opening.html", context))
    context["scales"] = scales(version.traits, version.language, version.name)
    context["related_title"] = version.presentation.get("related_title", "")
    context["related"] = [
        {"character": other, "line": line}
        for other, line in selectors.related_to(version, user=request.user, language=language)
    ]
    return _varied(render(request, "characters/character.html", context, status=refused.status if refused else 200))


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:MAX_QUERY]


def _link(query: str, tag: str) -> str:
    asked = urlencode({name: value for name, value in (("q", query), ("tag", tag)) if value})
    return reverse("discover") + (f"?{asked}" if asked else "")


def _spoken(text: str, version: CharacterVersion) -> str:
    return macros.expand_names(text, char=version.name, user=macros.STRANGER[version.language])


def _opening_asked_for(request: HttpRequest, count: int) -> int:
    asked = request.GET.get("opening", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(number, 1), max(count, 1)) - 1


def _wants_fragment(request: HttpRequest) -> bool:
    """htmx swaps a part; a boosted link or a restored history entry wants the whole page."""
    asks = request.headers
    return "HX-Request" in asks and "HX-Boosted" not in asks and "HX-History-Restore-Request" not in asks


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("HX-Request",))
    return response
