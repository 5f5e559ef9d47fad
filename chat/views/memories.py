"""What a character knows of somebody: the pages, and what is put right on them.

`memories` at /memories/: who knows something. `memories-of` at /memories/<character>/ (?show=archive|story|bond, q,
kind): chat/memories/page.html; scripts that ask for it again get chat/memories/_body.html alone.
    mind     chat.selectors.memories.Mind
    months   what was asked for, by month
    here     the address, to come back to
What changes something is a form that comes back to where it was sent from; scripts hear {said, undo, id}.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import ProductError
from accounts.views import limited_form
from chat.errors import page
from chat.forms import fields_of, flag_of, ids_of, number_of, text_of
from chat.selectors.bonds import bond_in
from chat.selectors.course import mood_lately
from chat.selectors.memories import (
    SECTIONS,
    Mind,
    Wish,
    acquaintances,
    exported,
    kinds_in,
    met,
    mind,
    mind_of_talk,
    months,
    notes_with,
    rules_of,
    wished,
)
from chat.services.keeping import keep_by_hand, keep_line
from chat.services.noting import reword
from chat.views import viewer
from memory.models import Kind, Mode
from memory.services import bonds, corrections
from memory.services.corrections import Changed
from memory.services.memories import MAX_TEXT
from memory.services.wishes import choose_mode, pause

A_PAGE = 60
SHOWN = ("known", "archive", "story", "bond")


@require_GET
@page
def memories(request: HttpRequest) -> HttpResponse:
    found = acquaintances(request.user) if request.user.is_authenticated else []
    return render(request, "chat/memories/all.html", {"acquaintances": found})


@require_GET
@page
def memories_of(request: HttpRequest, character_id: UUID) -> HttpResponse:
    found = mind(user=viewer(request), character_id=character_id)
    context = _context(request, found)
    template = "chat/memories/_body.html" if request.headers.get("HX-Request") else "chat/memories/page.html"
    return render(request, template, context)


def _context(request: HttpRequest, found: Mind) -> dict[str, Any]:
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "known"
    wish = Wish(words=request.GET.get("q", "")[:200].replace("\x00", ""), kind=request.GET.get("kind", ""))
    all_of_it = found.archive if show == "archive" else found.believed
    chosen = wished(all_of_it, wish)
    user, character_id = viewer(request), found.version.character_id
    asked = {"show": show if show != "known" else "", "q": wish.words, "kind": wish.kind}
    asked = {name: value for name, value in asked.items() if value}
    at, pages = _place(request.GET.get("page", ""), len(chosen))
    context: dict[str, Any] = {
        "version": found.version,
        "mind": found,
        "show": show,
        "wish": wish,
        "chosen": chosen,
        "months": months(chosen[(at - 1) * A_PAGE : at * A_PAGE]),
        "at": at,
        "pages": pages,
        "before_url": _address(character_id, asked | {"page": str(at - 1)}) if at > 1 else "",
        "after_url": _address(character_id, asked | {"page": str(at + 1)}) if at < pages else "",
        "kinds": kinds_in(all_of_it),
        "pinned": sum(each.pinned for each in all_of_it),
        "doubted": sum(each.doubted for each in all_of_it),
        "all": len(all_of_it),
        "every_kind": Kind.choices,
        "max_text": MAX_TEXT,
        "rules": rules_of(user=user, found=found),
        "modes": Mode.choices,
        "here": _address(character_id, asked | ({"page": str(at)} if at > 1 else {})),
    }
    if show == "bond":
        context["bond"] = bond_in(found, get_language() or "en")
        context["sounds"] = mood_lately(user=user, character_id=character_id)
    if show == "story":
        context["notes"] = notes_with(user=user, character_id=character_id)
    return context


def _place(page: str, rows: int) -> tuple[int, int]:
    """Which page, and of how many: what is no number is the first, what lies behind the last is the last."""
    pages = max(1, -(-rows // A_PAGE))
    asked = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    return max(1, min(asked, pages)), pages


def _address(character_id: UUID, asked: dict[str, str]) -> str:
    address = reverse("memories-of", args=[character_id])
    return f"{address}?{urlencode(asked)}" if asked else address


@require_GET
@limited_form("60/m", method="GET")
@page
def export(request: HttpRequest, character_id: UUID) -> HttpResponse:
    """Everything of it, what is forgotten and superseded too, as JSON."""
    told = exported(user=viewer(request), character_id=character_id)
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="memories-{character_id.hex[-8:]}.json"'
    return answer


# ------------------------------------------------------------------ changing


@require_POST
def add(request: HttpRequest, character_id: UUID) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    met(user=user, character_id=character_id)
    kind = text_of(fields, "kind") or Kind.ABOUT_PLAYER

    def work() -> Changed:
        text = text_of(fields, "text")
        return keep_by_hand(user=user, character_id=character_id, text=text, kind=kind)

    return _changed(request, character_id, work, _("Remembered."))


@require_POST
def edit(request: HttpRequest, character_id: UUID, memory_id: UUID) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    kind = text_of(fields, "kind") or None
    weight = number_of(fields, "weight") * 20 if fields.get("weight") else None

    def work() -> Changed:
        text = text_of(fields, "text")
        return corrections.correct(user=user, memory_id=memory_id, text=text, kind=kind, importance=weight)

    return _changed(request, character_id, work, _("Corrected. What was there before is kept behind it."))


@require_POST
def pin(request: HttpRequest, character_id: UUID, memory_id: UUID) -> HttpResponse:
    user, pinned = viewer(request), flag_of(fields_of(request), "pinned")

    def work() -> Changed:
        return corrections.set_pinned(user=user, memory_id=memory_id, pinned=pinned)

    return _changed(request, character_id, work, _("Pinned: told with every reply.") if pinned else _("Unpinned."))


@require_POST
def forget(request: HttpRequest, character_id: UUID, memory_id: UUID) -> HttpResponse:
    user = viewer(request)

    def work() -> Changed:
        return corrections.forget(user=user, memory_id=memory_id)

    return _changed(request, character_id, work, _("Forgotten. It does not come up again."))


@require_POST
def bring_back(request: HttpRequest, character_id: UUID, memory_id: UUID) -> HttpResponse:
    user = viewer(request)

    def work() -> Changed:
        return corrections.bring_back(user=user, memory_id=memory_id)

    return _changed(request, character_id, work, _("Remembered again."))


@require_POST
def merge(request: HttpRequest, character_id: UUID) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    met(user=user, character_id=character_id)
    ids = ids_of(request, fields, "memories")

    def work() -> Changed:
        return corrections.put_together(user=user, memory_ids=ids, text=text_of(fields, "text"))

    return _changed(request, character_id, work, _("Put together."))


@require_POST
def undo(request: HttpRequest, character_id: UUID) -> HttpResponse:
    corrections.take_back(user=viewer(request), character_id=character_id, token=text_of(fields_of(request), "undo"))
    return JsonResponse({"said": _("Everything is back.")})


@require_POST
def mode(request: HttpRequest, character_id: UUID) -> HttpResponse:
    """What the player wants remembered; and whether for now nothing is."""
    user, fields = viewer(request), fields_of(request)
    met(user=user, character_id=character_id)
    if "paused" in fields:
        pause(user=user, character_id=character_id, paused=flag_of(fields, "paused"))
    if "mode" in fields:
        choose_mode(user=user, character_id=character_id, mode=text_of(fields, "mode"))
    if _is_script(request):
        return JsonResponse({"said": _("Kept.")})
    messages.success(request, _("Kept."))
    return redirect(_back(request, character_id))


@require_POST
def step(request: HttpRequest, character_id: UUID, step_id: UUID) -> HttpResponse:
    """A step of the bond is taken back, or let stand again."""
    undone = flag_of(fields_of(request), "undone")
    bonds.undo_step(user=viewer(request), step_id=step_id, undone=undone)
    said = _("Taken back: it no longer counts.") if undone else _("It counts again.")
    if _is_script(request):
        return JsonResponse({"said": said, "undo": ""})
    messages.success(request, said)
    return redirect(_back(request, character_id))


@require_POST
def note(request: HttpRequest, character_id: UUID, note_id: UUID) -> HttpResponse:
    """A note in other words; deleted, it says nothing."""
    user, fields = viewer(request), fields_of(request)
    said = {} if flag_of(fields, "delete") else {name: text_of(fields, name) for name in SECTIONS}
    sections = {name: text if name == "standing" else text.splitlines() for name, text in said.items()}

    def work() -> Changed:
        return Changed(reword(user=user, note_id=note_id, sections=sections).pk)

    return _changed(request, character_id, work, _("Kept. What was there before is kept behind it."))


@require_POST
def remember(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """ "Remember this", of a line of a talk."""
    kept = keep_line(user=viewer(request), conversation_id=conversation_id, message_id=message_id)
    back = reverse("memories-undo", args=[kept.character_id])
    return JsonResponse({"id": kept.changed.memory_id, "undo": kept.changed.undo, "back": back})


@require_GET
@page
def beside(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """As much of it as stands beside a talk."""
    found = mind_of_talk(user=viewer(request), conversation_id=conversation_id)
    believed = sorted(found.believed, key=lambda each: not each.pinned)
    context = {"mind": found, "version": found.version, "known": believed[:12], "all": len(believed)}
    return render(request, "chat/memories/_beside.html", context)


def _changed(request: HttpRequest, character_id: UUID, work: Callable[[], Changed], said: str) -> HttpResponse:
    try:
        changed = work()
    except ProductError as refused:
        if _is_script(request) or refused.status == 404:
            raise
        messages.warning(request, str(refused.message))
        return redirect(_back(request, character_id))
    if _is_script(request):
        return JsonResponse({"said": said, "undo": changed.undo, "id": changed.memory_id})
    messages.success(request, said)
    return redirect(_back(request, character_id))


def _is_script(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


def _back(request: HttpRequest, character_id: UUID) -> str:
    home, target = reverse("memories-of", args=[character_id]), request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith(home)
    return target if known else home
