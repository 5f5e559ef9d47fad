"""The library: the list of all talks, arranging many at once, and the folders.

`talks` at /talks/ (?sort, character, folder, archived, page): chat/talks.html; scripts that ask for it again get
chat/_shelf.html alone.
    shelf    chat.selectors.library.Shelf
    asked    what the list was asked for, as it stands in the address
    here     that address, to come back to
    sorts, places, before_url, after_url    links
`talks-arrange` takes `do` (a Change), `talks`, for a move `folder`; forms come back to where they were sent from,
scripts hear {count, said, undo}.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Invalid, ProductError
from chat.errors import page
from chat.forms import fields_of, id_or_none, ids_of, number_of, text_of
from chat.models import Folder
from chat.selectors.age import waits_for_age
from chat.selectors.library import Shelf, Sort, Wish, folders_of, shelf
from chat.services import folders as changes
from chat.services import library
from chat.services.library import Change
from chat.views import parsed_id, viewer

SORTS = {
    Sort.RECENT: pgettext_lazy("order of a list", "Newest"),
    Sort.NAME: pgettext_lazy("order of a list", "Name"),
    Sort.LENGTH: pgettext_lazy("order of a list", "Length"),
    Sort.CHARACTER: pgettext_lazy("order of a list", "Character"),
}
FIELDS = ("sort", "character", "folder", "archived")


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    url: str
    current: bool
    count: int | None = None
    colour: str = ""
    inner: bool = False


@require_GET
@page
def talks(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "chat/talks.html", {"shelf": None})
    wish = _wish(request)
    found = shelf(user=request.user, wish=wish)
    asked = {name: request.GET.get(name, "") for name in FIELDS if request.GET.get(name)}
    context: dict[str, Any] = {
        "shelf": found,
        "asked": asked,
        "wish": wish,
        "here": _address(asked | ({"page": str(found.page)} if found.page > 1 else {})),
        "sorts": [Link(str(name), _address(asked | {"sort": sort}), sort == wish.sort) for sort, name in SORTS.items()],
        "places": _places(found, wish, asked),
        "before_url": _address(asked | {"page": str(found.page - 1)}) if found.page > 1 else "",
        "after_url": _address(asked | {"page": str(found.page + 1)}) if found.page < found.pages else "",
        "narrowed": bool(wish.character or wish.folder),
        "curtained": waits_for_age(request.user),
    }
    return render(request, "chat/_shelf.html" if request.headers.get("HX-Request") else "chat/talks.html", context)


def _wish(request: HttpRequest) -> Wish:
    """What cannot be read narrows nothing down."""
    sort, number = request.GET.get("sort", ""), request.GET.get("page", "")
    return Wish(
        sort=Sort(sort) if sort in list(Sort) else Sort.RECENT,
        character=parsed_id(request.GET.get("character", "")),
        folder=parsed_id(request.GET.get("folder", "")),
        archived=request.GET.get("archived") == "1",
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
    )


def _address(asked: dict[str, str]) -> str:
    address = reverse("talks")
    return f"{address}?{urlencode(asked)}" if asked else address


def _places(found: Shelf, wish: Wish, asked: dict[str, str]) -> list[Link]:
    """All talks, each folder, the archive."""
    kept = {name: value for name, value in asked.items() if name == "sort"}
    links = [Link(_("All talks"), _address(kept), not wish.archived and not wish.folder, found.everywhere)]
    for outer in found.folders:
        for each in (outer, *outer.folders):
            url = _address(kept | {"folder": str(each.id)})
            inner = each is not outer
            links.append(Link(each.name, url, each.id == wish.folder, each.total, each.colour, inner))
    links.append(Link(_("Archive"), _address(kept | {"archived": "1"}), wish.archived, found.archived))
    return links


# ------------------------------------------------------------------ many at once


@require_POST
def arrange(request: HttpRequest) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    if text_of(fields, "do") not in list(Change):
        raise Invalid(field="do")
    change = Change(text_of(fields, "do"))
    folder_id = id_or_none(fields, "folder")
    try:
        done = library.arrange(user=user, talks=ids_of(request, fields, "talks"), change=change, folder_id=folder_id)
    except Invalid as refused:
        if _is_script(request):
            raise
        messages.warning(request, str(refused.message))
        return redirect(_back(request))
    said = _said(change, done.count, moved_in=folder_id is not None)
    if _is_script(request):
        return JsonResponse({"count": done.count, "said": said, "undo": done.undo})
    messages.success(request, said)
    return redirect(_back(request))


@require_POST
def undo_arrangement(request: HttpRequest) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    count = library.undo_arrangement(user=user, token=text_of(fields, "undo"))
    return JsonResponse({"count": count, "said": _("Everything is back.")})


def _said(change: Change, count: int, *, moved_in: bool) -> str:
    sentences = {
        Change.PIN: ngettext("%(count)s talk pinned.", "%(count)s talks pinned.", count),
        Change.UNPIN: ngettext("%(count)s talk unpinned.", "%(count)s talks unpinned.", count),
        Change.ARCHIVE: ngettext("%(count)s talk archived.", "%(count)s talks archived.", count),
        Change.UNARCHIVE: ngettext(
            "%(count)s talk taken out of the archive.", "%(count)s talks taken out of the archive.", count
        ),
        Change.TRASH: ngettext(
            "%(count)s talk is in the trash. It is kept there for 30 days.",
            "%(count)s talks are in the trash. They are kept there for 30 days.",
            count,
        ),
    }
    moved = ngettext("%(count)s talk moved.", "%(count)s talks moved.", count)
    taken_out = ngettext(
        "%(count)s talk taken out of its folder.", "%(count)s talks taken out of their folders.", count
    )
    return sentences.get(change, moved if moved_in else taken_out) % {"count": count}


def _is_script(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


def _back(request: HttpRequest) -> str:
    """To the page of the library that asked."""
    target = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith(reverse("talks"))
    return target if known else reverse("talks")


# ------------------------------------------------------------------ folders


@require_GET
def folders(request: HttpRequest) -> HttpResponse:
    return _folders_page(request)


def _folders_page(request: HttpRequest, *, refused: ProductError | None = None, at: UUID | None = None) -> HttpResponse:
    context = {
        "folders": folders_of(request.user) if request.user.is_authenticated else [],
        "colours": Folder.Colour.choices,
        "max_name": changes.MAX_NAME,
        "refused": refused,
        "refused_at": at,
        "written": request.POST,
        "deleted": parsed_id(request.GET.get("deleted", "")),
    }
    return render(request, "chat/folders.html", context, status=refused.status if refused else 200)


@require_POST
def folder_add(request: HttpRequest) -> HttpResponse:
    return _changed(request, lambda **fields: changes.add_folder(**fields))


@require_POST
def folder_save(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    return _changed(request, lambda **fields: changes.change_folder(folder_id=folder_id, **fields), at=folder_id)


def _changed(request: HttpRequest, change: Any, *, at: UUID | None = None) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    try:
        change(
            user=user,
            name=text_of(fields, "name"),
            colour=text_of(fields, "colour"),
            parent_id=id_or_none(fields, "parent"),
        )
    except Invalid as refused:
        return _folders_page(request, refused=refused, at=at)
    return redirect("folders")


@require_POST
def folder_move(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    down = bool(number_of(fields_of(request), "down"))
    changes.move_folder(user=viewer(request), folder_id=folder_id, down=down)
    return redirect(f"{reverse('folders')}#f-{folder_id}")


@require_POST
def folder_delete(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    changes.delete_folder(user=viewer(request), folder_id=folder_id)
    return redirect(f"{reverse('folders')}?deleted={folder_id}")


@require_POST
def folder_restore(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    changes.restore_folder(user=viewer(request), folder_id=folder_id)
    return redirect(f"{reverse('folders')}#f-{folder_id}")
