"""The builder: what one writes, and the steps of a draft.

`create` at /create/ (?all, ?drafts=page) lists drafts and characters and offers ways to begin; `draft-open` POST
begins one (archetype=, character=, version=).
`draft` at /create/<draft>/<step>/ is a step (characters.steps): GET shows it, POST
is the form without scripts. `draft-save` POST {revision, changes} is what static/js/characters/builder/save.js calls.

A step is characters/builder/page.html. Inside its form stands characters/builder/<step>.html; the pages of *look*
and *try* stand after the form (forms of their own are fine there), where `form="step"` makes a control part of it. The
context is that of `step_context`.
"""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Invalid, NotFound, ProductError
from accounts.guests import get_or_create_guest
from characters import selectors
from characters.archetype_loading import archetypes
from characters.drafting import form_of, title_of, with_changes
from characters.models import Character, CharacterVersion, Draft, Publication, Visibility
from characters.pictures import draft_address
from characters.selectors import drafts as reads
from characters.services import drafts
from characters.services.publishing import ask_to_publish
from characters.steps import BY_KEY, STEPS, rail, step_of
from characters.views.builder_choices import in_words
from characters.views.builder_context import answer_to, step_context
from characters.views.builder_fields import changes_in, id_of, label_of
from characters.views.unsaved import owned

FIRST = STEPS[0].key
# Of one's characters, and of drafts a page: who has brought a hundred cards still finds the way to a new one.
SHOWN = 12


@require_safe
def create(request: HttpRequest) -> HttpResponse:
    language = selectors.language_of()
    gone = _just_deleted(request)
    everybody = "all" in request.GET
    page = Paginator(reads.drafts_for(request.user).order_by("-updated_at", "-pk"), SHOWN).get_page(
        request.GET.get("drafts")
    )
    characters = reads.characters_of(request.user, limit=None if everybody else SHOWN + 1)
    context = {
        "deleted": gone,
        "deleted_title": title_of(gone) if gone else "",
        "drafts": [_listed(each) for each in page],
        "page": page,
        "characters": characters if everybody else characters[:SHOWN],
        "more_characters": len(characters) > SHOWN and not everybody,
        "archetypes": [
            {
                "key": each.key,
                "title": each.titles[language],
                "line": each.lines[language],
                "content": each.contents[language],
            }
            for each in archetypes()
        ],
    }
    return render(request, "characters/builder/create.html", context)


@require_POST
def open_draft(request: HttpRequest) -> HttpResponse:
    asked: dict[str, Any] = {"language": None, "archetype": request.POST.get("archetype", "")}
    try:
        if character_id := request.POST.get("character"):
            asked["character"] = reads.own_character(user=request.user, character_id=UUID(character_id))
        if version_id := request.POST.get("version"):
            asked["version"] = reads.own_version(user=request.user, version_id=UUID(version_id))
    except (ValueError, Character.DoesNotExist, CharacterVersion.DoesNotExist):
        raise NotFound from None
    draft = drafts.open_draft(owner=get_or_create_guest(request), **asked)
    return redirect("draft", draft_id=draft.pk, step=FIRST)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft_id: UUID, step: str) -> HttpResponse:
    if step not in BY_KEY:
        raise Http404
    found = _draft(request, draft_id)
    if request.method != "POST":
        return render(request, "characters/builder/page.html", step_context(found, step))
    changes = changes_in(request.POST)
    try:
        saved = drafts.save_draft(draft=found, revision=_revision(request.POST.get("revision")), changes=changes)
    except drafts.DraftChanged as conflict:
        return render(request, "characters/builder/page.html", _both(found, step, changes, conflict), status=409)
    onward = request.POST.get("to", step)
    return redirect("draft", draft_id=saved.pk, step=onward if onward in BY_KEY else step)


@require_POST
def save(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    _user, found = owned(request, draft_id)
    try:
        body = json.loads(request.body)
        changes, revision = dict(body["changes"]), int(body["revision"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise Invalid from None
    try:
        saved = drafts.save_draft(draft=found, revision=revision, changes=changes)
    except drafts.DraftChanged as conflict:
        return JsonResponse({"error": conflict.as_dict()}, status=conflict.status)
    # A window that had not heard of the last save is brought up to date.
    behind = saved.revision > revision + bool(changes)
    return JsonResponse(answer_to(saved) | ({"form": form_of(saved)} if behind else {}))


@require_POST
def rename(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    drafts.rename_draft(draft=_draft(request, draft_id), title=request.POST.get("title", ""))
    return redirect("create")


@require_POST
def delete(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    found = _draft(request, draft_id)
    drafts.delete_draft(draft=found)
    return redirect(f"{reverse('create')}?deleted={found.pk}")


@require_POST
def restore(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotFound
    drafts.restore_draft(owner=request.user, draft_id=draft_id)
    return redirect("create")


@require_POST
def write(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft becomes a version, and is handed in if others shall see it; what is wrong is shown where it stands."""
    found = _draft(request, draft_id)
    changes = changes_in(request.POST)
    try:
        saved = drafts.save_draft(draft=found, revision=_revision(request.POST.get("revision")), changes=changes)
        version = drafts.write_version(draft=saved)
    except drafts.DraftChanged as conflict:
        page = _both(found, "publish", changes, conflict)
        return render(request, "characters/builder/page.html", page, status=conflict.status)
    except Invalid as wrong:
        field = wrong.extra.get("field", "")
        messages.error(request, _("%(label)s: %(fault)s") % {"label": label_of(field), "fault": wrong.message})
        address = reverse("draft", kwargs={"draft_id": found.pk, "step": step_of(field)})
        return redirect(f"{address}#{id_of(field)}")
    messages.success(request, _("Version %(number)s is written.") % {"number": version.number})
    _show(request, version, str(saved.content.get("visibility") or Visibility.PRIVATE))
    return redirect("draft", draft_id=found.pk, step="publish")


def _show(request: HttpRequest, version: CharacterVersion, visibility: str) -> None:
    """Ask for whom the author chose. A refusal is told; the version stands all the same."""
    character = Character.objects.select_related("owner").get(pk=version.character_id)
    if character.owner is None or visibility == character.visibility == Visibility.PRIVATE:
        return
    try:
        asked = ask_to_publish(character=character, version=version, asked_by=character.owner, visibility=visibility)
    except ProductError as refused:
        messages.error(request, str(refused.message))
        return
    if asked.state == Publication.State.WAITING:
        messages.info(request, _("It is handed in. Somebody looks at it, and you hear of it by e-mail."))


def _both(draft: Draft, step: str, mine: dict[str, Any], conflict: drafts.DraftChanged) -> dict[str, Any]:
    """The page with what was posted in its fields, beside what another window saved: posting again keeps the former."""
    theirs = conflict.extra["theirs"]
    draft.content = with_changes(draft.content, mine)
    clash = [
        {
            "label": label_of(name),
            "mine": in_words(name, mine[name], draft.language),
            "theirs": in_words(name, theirs.get(name), draft.language),
        }
        for name in conflict.extra["differs"]
    ]
    return step_context(draft, step) | {"conflict": clash}


def _listed(draft: Draft) -> dict[str, Any]:
    stops = [stop for stop in rail(draft) if not stop.step.expert]
    return {
        "draft": draft,
        "title": title_of(draft),
        "face": draft_address(draft.content, face=True),
        "next": next((stop.step.key for stop in stops if stop.state != "filled"), FIRST),
        "done": sum(stop.state == "filled" for stop in stops),
        "all": len(stops),
        "wrong": any(stop.state == "wrong" for stop in stops),
    }


def _just_deleted(request: HttpRequest) -> Draft | None:
    """What can be brought back, right after it went."""
    try:
        return reads.get_deleted(user=request.user, draft_id=UUID(request.GET.get("deleted", "")))
    except (ValueError, Draft.DoesNotExist):
        return None


def _draft(request: HttpRequest, draft_id: UUID) -> Draft:
    try:
        return reads.get_draft(user=request.user, draft_id=draft_id)
    except Draft.DoesNotExist:
        raise NotFound from None


def _revision(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
