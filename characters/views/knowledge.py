"""What a character is given to know: texts, pasted or brought as files.

`knowledge` at /create/knowledge/<character>/ lists them, `knowledge-text` is one of them. POST: `knowledge-add` (title,
text, or a file), `knowledge-save` (title, text, seen), `knowledge-use` (enabled=1 or 0), `knowledge-again`,
`knowledge-delete` and `knowledge-restore`.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AllowanceUsedUp, Invalid, NotFound, ProductError, TooLong
from accounts.middleware import told
from accounts.models import User
from accounts.views import limited_form
from characters.models import Character, Knowledge, Visibility
from characters.selectors import edition_of
from characters.selectors.drafts import own_character
from characters.selectors.knowledge import get_knowledge, knowledge_for, own_knowledge
from characters.selectors.publications import lore_standing_of
from characters.services import knowledge as service


@require_safe
def texts(request: HttpRequest, character_id: UUID) -> HttpResponse:
    return _list(request, _own(request, character_id), {"title": "", "text": ""})


@require_POST
@limited_form()
def add(request: HttpRequest, character_id: UUID) -> HttpResponse:
    character = _own(request, character_id)
    written = {name: request.POST.get(name, "") for name in ("title", "text")}
    try:
        service.add_knowledge(owner=_user(request), character_id=character.pk, **_with_file(request, written))
    except ProductError as error:
        _refuse_strangers(error)
        return _list(request, character, written, error)
    messages.success(request, _("The text is kept. It is being read and can be recalled in a moment."))
    return redirect("knowledge", character_id=character.pk)


@require_safe
def text(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> HttpResponse:
    return render(request, "characters/knowledge/text.html", _text_context(request, character_id, knowledge_id))


@require_POST
def save(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> HttpResponse:
    context = _text_context(request, character_id, knowledge_id)
    written = {name: request.POST.get(name, "") for name in ("title", "text")}
    try:
        service.edit_knowledge(
            owner=_user(request), knowledge_id=knowledge_id, seen=request.POST.get("seen", ""), **written
        )
    except ProductError as error:
        _refuse_strangers(error)
        # What the other tab saved stays; who still wants this one saves again.
        context |= {"written": written, "error": error, "field": error.extra.get("field", "")}
        return told(render(request, "characters/knowledge/text.html", context), error)
    messages.success(request, _("Saved. What changed is being read."))
    return redirect("knowledge", character_id=character_id)


@require_POST
def use(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> HttpResponse:
    found = service.use_knowledge(
        owner=_user(request), knowledge_id=knowledge_id, enabled=request.POST.get("enabled") == "1"
    )
    return redirect("knowledge", character_id=found.character_id)


@require_POST
def again(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> HttpResponse:
    try:
        service.read_again(owner=_user(request), knowledge_id=knowledge_id)
    except AllowanceUsedUp as error:
        messages.error(request, str(error.message))
    return redirect("knowledge", character_id=character_id)


@require_POST
def delete(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> HttpResponse:
    found = service.delete_knowledge(owner=_user(request), knowledge_id=knowledge_id)
    return HttpResponseRedirect(f"{reverse('knowledge', args=[found.character_id])}?deleted={found.pk}")


@require_POST
def restore(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> HttpResponse:
    found = service.restore_knowledge(owner=_user(request), knowledge_id=knowledge_id)
    return redirect("knowledge", character_id=found.character_id)


def _list(
    request: HttpRequest, character: Character, written: dict[str, str], error: ProductError | None = None
) -> HttpResponse:
    listed = knowledge_for(user=_user(request), character_id=character.pk)
    context = {
        "character": character,
        "edition": edition_of(character),
        "texts": listed,
        "lore_standing": lore_standing_of(character),
        "waiting": any(each.state == Knowledge.State.WAITING for each in listed),
        "deleted": _just_deleted(request),
        "written": written,
        "error": error,
        "field": error.extra.get("field", "") if error else "",
        "max_text": service.MAX_TEXT,
    }
    response = render(request, "characters/knowledge/texts.html", context)
    return told(response, error) if error else response


def _text_context(request: HttpRequest, character_id: UUID, knowledge_id: UUID) -> dict[str, Any]:
    character = _own(request, character_id)
    found = get_knowledge(user=_user(request), knowledge_id=knowledge_id)
    if found.character_id != character.pk:
        raise NotFound
    return {
        "character": character,
        "edition": edition_of(character),
        "text": found,
        "shown": character.visibility != Visibility.PRIVATE,
        "seen": found.stamp,
        "written": {"title": found.title, "text": found.text},
        "max_text": service.MAX_TEXT,
    }


def _with_file(request: HttpRequest, written: dict[str, str]) -> dict[str, str]:
    """Title and text as they were pasted; of a file, its name and what is in it."""
    if (brought := request.FILES.get("file")) is None:
        return written
    if written["text"].strip():
        raise Invalid(_("Either a text or a file: both at once would be two texts."), field="file")
    if (brought.size or 0) > service.MAX_FILE:
        raise TooLong(_("A file may have 1 MB at most."), field="file", limit=service.MAX_FILE)
    name, body = service.text_of_file(brought.read(), brought.name or "")
    return {"title": written["title"] or name, "text": body}


def _just_deleted(request: HttpRequest) -> Knowledge | None:
    try:
        wanted = UUID(request.GET.get("deleted", ""))
    except ValueError:
        return None
    return own_knowledge(_user(request), deleted=True).filter(pk=wanted, deleted_at__isnull=False).first()


def _own(request: HttpRequest, character_id: UUID) -> Character:
    try:
        return own_character(user=request.user, character_id=character_id)
    except Character.DoesNotExist:
        raise NotFound from None


def _user(request: HttpRequest) -> User:
    if not request.user.is_authenticated:
        raise NotFound
    return request.user


def _refuse_strangers(error: ProductError) -> None:
    if isinstance(error, NotFound):
        raise error
