"""Pages of lorebooks.

`lore` GET /lore/: my books by what they belong to. `lore-of` GET /lore/of/<scope>/<id>/ leads to the one that does.
`lore-add` POST {belongs, name}, `lore-import` POST {belongs, file}: both lead to the editor.
`lorebook` GET /lore/<book>/[?entry=<entry>]: the editor, with the first rows of its table.
`lore-delete`, `lore-restore`, `lore-again` POST. `lore-export` GET …/export/<format>. Entries: lore_entries.py.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AllowanceUsedUp, Invalid, NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.middleware import told
from accounts.models import User
from accounts.selectors import get_persona, open_personas
from accounts.views import limited_form
from characters.models import Character, Lorebook, Place, Scope
from characters.selectors import drafts as authors
from characters.selectors import lore as reads
from characters.selectors.publications import lore_standing_of
from characters.services import lore, lore_files
from characters.views.lore_rows import rows_of

SCOPE_TEXTS = {
    Scope.CHARACTER: gettext_lazy("Facts of a character that you wrote, there in every talk with it, whoever plays."),
    Scope.PERSONA: gettext_lazy("Facts about who you are, there in every talk that you play as this persona."),
    Scope.CONVERSATION: gettext_lazy("Facts of one talk alone."),
    Scope.ACCOUNT: gettext_lazy("Facts that hold in everything you play."),
}


def viewer(request: HttpRequest) -> User:
    """Whoever is signed in; nobody else has books."""
    if not request.user.is_authenticated:
        raise NotFound
    return request.user


@require_safe
@login_required
@never_cache
def books(request: HttpRequest) -> HttpResponse:
    chosen = {"belongs": request.GET.get("belongs", "")}
    return render(request, "characters/lore/books.html", _books_context(viewer(request), chosen=chosen))


@require_safe
@login_required
def of(request: HttpRequest, scope: str, named: UUID) -> HttpResponse:
    """From a character, persona or talk to its one book; to all of them; or to where one is begun."""
    user = viewer(request)
    ids = [book.pk for book in reads.listed_books(user) if belongs(book) == (scope, named)]
    if len(ids) == 1:
        return redirect("lorebook", book_id=ids[0])
    query = urlencode({"belongs": f"{scope}:{named.hex}"})
    return redirect(f"{reverse('lore')}?{query}#{'scope-' + scope if ids else 'new'}")


def belongs(book: Lorebook) -> tuple[str, UUID | None]:
    return book.scope, book.character_id or book.persona_id or book.conversation_id


def _books_context(user: User, **more: Any) -> dict[str, Any]:
    listed, thrown = reads.listed_books(user), reads.thrown_books(user)
    names = _belongings(user, listed + thrown)
    groups = [
        {
            "scope": scope,
            "title": scope.label,
            "books": [{"book": book, "of": names.get(book.pk, "")} for book in listed if book.scope == scope],
        }
        for scope in Scope
    ]
    return {
        "groups": [group for group in groups if group["books"]],
        "thrown": [{"book": book, "of": names.get(book.pk, "")} for book in thrown],
        "characters": authors.characters_of(user),
        "personas": open_personas(user),
        "talks": reads.talks().listed(user),
        "chosen": {},
        **more,
    }


def _belongings(user: User, listed: list[Lorebook]) -> dict[UUID, str]:
    """What each book belongs to, by name."""
    titles = reads.talks().titles(user, [book.conversation_id for book in listed if book.conversation_id])
    return {book.pk: name_of_owner(book, titles) for book in listed}


def name_of_owner(book: Lorebook, titles: dict[UUID, str]) -> str:
    if book.character is not None:
        newest = book.character.published or book.character.versions.order_by("-number").first()
        return newest.name if newest else ""
    if book.persona is not None:
        return book.persona.name
    return titles.get(book.conversation_id, "") if book.conversation_id else ""


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    user = get_or_create_guest(request)
    try:
        book = lore.create_book(owner=user, name=request.POST.get("name", ""), **_scope_asked(request, user))
    except Invalid as error:
        return _refused(request, user, error)
    return redirect("lorebook", book_id=book.pk)


@require_POST
@limited_form()
def bring(request: HttpRequest) -> HttpResponse:
    """A new book from a file."""
    user, file = get_or_create_guest(request), request.FILES.get("file")
    belongs = _scope_asked(request, user)
    try:
        if file is None:
            raise Invalid(_("Choose a file first."), field="file")
        if (file.size or 0) > lore_files.MAX_FILE:
            raise Invalid(_("The file is larger than 8 MB."), field="file", limit=lore_files.MAX_FILE)
        book, notes = lore_files.import_book(owner=user, data=file.read(), filename=file.name or "", **belongs)
    except (Invalid, AllowanceUsedUp) as error:
        return _refused(request, user, error)
    count = book.entries.count()
    said = ngettext("%(count)s entry was brought in.", "%(count)s entries were brought in.", count) % {"count": count}
    messages.info(request, " ".join([said, *notes[:3]]))
    return redirect("lorebook", book_id=book.pk)


def _refused(request: HttpRequest, user: User, error: ProductError) -> HttpResponse:
    context = _books_context(user, refused=error, chosen=request.POST)
    return told(render(request, "characters/lore/books.html", context), error)


def _scope_asked(request: HttpRequest, user: User) -> dict[str, Any]:
    """`belongs` is "account", or a scope and an id: "character:<id>". NotFound for what is not the user's."""
    scope, _colon, named = request.POST.get("belongs", "").partition(":")
    asked: dict[str, Any] = {"scope": scope}
    try:
        match scope:
            case Scope.CHARACTER:
                asked["character"] = authors.own_character(user=user, character_id=UUID(named))
            case Scope.PERSONA:
                asked["persona"] = get_persona(user=user, persona_id=UUID(named))
            case Scope.CONVERSATION:
                asked["conversation_id"] = UUID(named)
    except (ValueError, Character.DoesNotExist):
        raise NotFound from None
    return asked


@require_safe
@never_cache
def editor(request: HttpRequest, book_id: UUID) -> HttpResponse:
    user = viewer(request)
    book = reads.get_book(user=user, book_id=book_id)
    part = reads.part_of(book)
    titles = reads.talks().titles(user, [book.conversation_id] if book.conversation_id else [])
    context = {
        "book": book,
        "rows": rows_of(book, part.entries),
        "all": part.all,
        "places": Place.choices,
        "of": name_of_owner(book, titles),
        "talks": reads.talks().listed(user),
        "open": _asked_entry(request),
        "scope_text": SCOPE_TEXTS[Scope(book.scope)],
        "lore_standing": lore_standing_of(book.character) if book.character else None,
    }
    return render(request, "characters/lore/editor.html", context)


def _asked_entry(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("entry", ""))
    except ValueError:
        return None


@require_POST
def delete(request: HttpRequest, book_id: UUID) -> HttpResponse:
    book = lore.delete_book(user=viewer(request), book_id=book_id)
    return render(request, "characters/lore/books.html", _books_context(viewer(request), deleted=book), status=200)


@require_POST
def restore(request: HttpRequest, book_id: UUID) -> HttpResponse:
    book = lore.restore_book(user=viewer(request), book_id=book_id)
    return redirect("lorebook", book_id=book.pk)


@require_POST
def again(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Reads once more the entries by meaning that could not be read."""
    try:
        lore.read_again(user=viewer(request), book_id=book_id)
        messages.info(request, _("The entries are being read again."))
    except AllowanceUsedUp as error:
        messages.error(request, str(error.message))
    return redirect("lorebook", book_id=book_id)


@require_safe
@limited_form("60/m", method="GET")
def export(request: HttpRequest, book_id: UUID, book_format: str) -> HttpResponse:
    book = reads.get_book(user=viewer(request), book_id=book_id)
    if book_format not in lore_files.FORMATS:
        raise NotFound
    text, name = lore_files.export_book(book=book, entries=reads.entries_of(book), format=book_format)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"
