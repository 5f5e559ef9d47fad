"""Cards in and out.

`card-import` at /create/import/: the page. POST takes files called `cards`; action=look says what each card is and what
would be kept or lost, action=import makes characters of them. Scripts send one file a request with the header
X-Part: results, and get characters/_import_results.html alone; without scripts the page comes back with the results,
and more files than Django takes in one form are answered by config.refusals.
    results  list of Result, in the order of the files
    nothing  bool: sent without a file

`card-export` at /characters/<uuid>/export/ (?version=<uuid>): each way out with what it costs. The author's alone.
    version  the CharacterVersion: the newest, if none is asked for
    ways     list of Way; the button of the first is the one that is lit
`card-file` at /characters/<uuid>/export/<format>: the file. characters/_export.html is the way there, for menus.
"""

from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import ProductError
from accounts.guests import get_or_create_guest
from accounts.models import User
from accounts.views import limited_form
from characters.cards import Finding
from characters.cards.limits import MAX_FILE, MB
from characters.models import Character, CharacterVersion, Container
from characters.selectors import drafts as reads
from characters.services.card_files import export_card, preview_exports
from characters.services.cards import ImportResult, Look, import_card, look_at
from characters.services.drafts import newest_edition
from characters.views.builder_fields import label_of
from characters.views.builder_look import NAMES

RATE = "240/m"  # two requests a file

SPECS = {"v1": "V1", "v2": "V2", "v3": "V3", "ooba": "text-generation-webui"}
WAYS = {
    "original": (gettext_lazy("As it came"), gettext_lazy("The file that you brought, byte for byte.")),
    "png": (
        gettext_lazy("PNG"),
        gettext_lazy("The portrait with the card inside, as V3 and once more as V2. Nearly every program reads it."),
    ),
    "charx": (
        gettext_lazy("CHARX"),
        gettext_lazy("An archive with the card and all its pictures, as RisuAI reads it."),
    ),
    "json": (gettext_lazy("JSON"), gettext_lazy("The text alone.")),
    "v2": (
        gettext_lazy("V2 for older programs"),
        gettext_lazy("The text for programs that do not know V3, such as Agnai."),
    ),
}


@dataclass(slots=True)
class Result:
    """What became of one file: `state` is looked, imported or refused."""

    filename: str
    state: str = "refused"
    name: str = ""
    language: str = ""
    facts: list[str] = field(default_factory=list)
    report: list[Finding] = field(default_factory=list)
    message: str = ""
    place: str = ""
    limit: str = ""
    version: CharacterVersion | None = None
    earlier: Character | None = None


@dataclass(frozen=True, slots=True)
class Way:
    format: str
    title: str
    line: str
    url: str
    identical: bool
    report: list[Finding]

    @property
    def changed(self) -> bool:
        """The file as it came, while the character went on."""
        return any(each.code == "changes" for each in self.report)


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form(RATE)
def import_cards(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "characters/import.html", {"results": [], **_limits()})
    files = request.FILES.getlist("cards")
    owner = get_or_create_guest(request) if files and request.POST.get("action") != "look" else None
    results = [_result(file, owner) for file in files]
    part = request.headers.get("X-Part") == "results"
    context = {"results": results, "nothing": not files, "part": part, **_limits()}
    template = "characters/_import_results.html" if part else "characters/import.html"
    return render(request, template, context, status=200 if files else 400)


def _limits() -> dict[str, int]:
    """Of a file, and of how many a form without scripts may send."""
    return {"max_bytes": MAX_FILE, "max_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES}


def _result(file: UploadedFile, owner: User | None) -> Result:
    result = Result(filename=str(file.name))
    try:
        # One byte more than is allowed is enough to refuse it.
        data = file.read(MAX_FILE + 1)
        if owner is None:
            _show_look(result, look_at(data=data, filename=result.filename))
        else:
            _show_import(result, import_card(owner=owner, data=data, filename=result.filename))
    except ProductError as error:
        result.message = str(error.message)
        result.place, result.limit = str(error.extra.get("field", "")), _in_words(error.extra.get("limit"))
    return result


def _in_words(limit: int | None) -> str:
    if limit is None:
        return ""
    return f"{limit // MB} MB" if limit and limit % MB == 0 else f"{limit:,}"


def _show_look(result: Result, look: Look) -> None:
    result.state, result.name, result.language = "looked", look.content["name"], look.language
    openings, entries = len(look.content["greetings"]), look.lore_entries
    result.facts = [str(Container(look.card.container).label), SPECS[look.card.spec]]
    if openings:
        result.facts.append(ngettext("%(count)s opening", "%(count)s openings", openings) % {"count": openings})
    if entries:
        result.facts.append(ngettext("%(count)s lore entry", "%(count)s lore entries", entries) % {"count": entries})
    result.report = look.report


def _show_import(result: Result, imported: ImportResult) -> None:
    version = imported.version
    result.state, result.name, result.language = "imported", version.name, version.language
    result.version, result.earlier, result.report = version, imported.earlier, imported.report


@require_safe
def exports(request: HttpRequest, character_id: UUID) -> HttpResponse:
    version = _version(request, character_id)
    ways = [_way(character_id, version, each.format, each.identical, _in_our_words(each.report))
            for each in preview_exports(version=version, user=_author(request))]  # fmt: skip
    return render(request, "characters/export.html", {"character": version.character, "version": version, "ways": ways})


@require_safe
@limited_form("60/m", method="GET")
def card_file(request: HttpRequest, character_id: UUID, format: str) -> HttpResponse:
    file = export_card(version=_version(request, character_id), format=format, user=_author(request))
    response = HttpResponse(file.data, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _way(character_id: UUID, version: CharacterVersion, format: str, identical: bool, report: list[Finding]) -> Way:
    title, line = WAYS[format]
    address = reverse("card-file", kwargs={"character_id": character_id, "format": format})
    return Way(format, str(title), str(line), f"{address}?version={version.pk}", identical, report)


def _in_our_words(report: list[Finding]) -> list[Finding]:
    """What is ours is called as the builder calls it; what is the card's, as it is called there."""
    named = {"ours": label_of, "moods": lambda mood: str(NAMES["mood"].get(mood, mood))}
    return [
        replace(each, items=tuple(named[each.code](item) for item in each.items)) if each.code in named else each
        for each in report
    ]


def _author(request: HttpRequest) -> User:
    assert request.user.is_authenticated  # _version has made sure
    return request.user


def _version(request: HttpRequest, character_id: UUID) -> CharacterVersion:
    """A version of the viewer's own character; for everybody else there is nothing here."""
    try:
        character = reads.own_character(user=request.user, character_id=character_id)
        if asked := request.GET.get("version"):
            version: CharacterVersion | None = reads.own_version(user=request.user, version_id=UUID(asked))
        else:
            version = newest_edition(character)
    except (Character.DoesNotExist, CharacterVersion.DoesNotExist, ValueError) as error:
        raise Http404 from error
    if version is None or version.character_id != character.pk:
        raise Http404
    return version
