"""What the editor of a lorebook asks for. Answers are JSON, with the book's `revision`; rows and forms are fragments.

`lore-rows` GET [words, behind]: the next rows of the table, of those that have these words in them, and in the header
X-All how many there are; `lore-ids` GET [words]: {ids}, all of them. `lore-entry` GET: the form of one entry, HTML.
`lore-entry-add` POST {after?}, `lore-entry-save` POST {changes, was, revision}: {revision, row, tokens, problems}; 409
lore_changed {theirs, revision} when another window wrote the same. `lore-settings` POST {changes, was, revision}.
`lore-bulk` POST {action, ids, value?}: {revision, missing}, the ids that are in the book no more, and of what was
deleted {removal, number}; `lore-entries-restore` POST {removal} puts it back. `lore-try` POST {text | conversation}:
HTML.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid, TooLong
from accounts.ids import uuid7
from accounts.limits import Bucket, charge
from accounts.models import User
from characters.lore import SHARE, CompiledBook, Cut, Entry, Fired
from characters.lore.show import look_through, name_of
from characters.lore_words import CAUSES, PROBLEMS, WHY
from characters.models import LoreEntry, Place
from characters.selectors import lore as reads
from characters.services import lore
from characters.views.lore import viewer
from characters.views.lore_rows import Words, form_of, problems_of, row_of, rows_of
from inference.registry import window_for
from inference.tokens import estimate

MAX_TRIED = 40_000  # characters
TRIED_LINES = 40
REPLY_TOKENS, BESIDE_TOKENS = 600, 6  # as chat/prompts reckons


@require_safe
@never_cache
def rows(request: HttpRequest, book_id: UUID) -> HttpResponse:
    book = reads.get_book(user=viewer(request), book_id=book_id)
    behind = _id(request.GET, "behind")
    part = reads.part_of(book, words=request.GET.get("words", ""), behind=behind)
    response = render(request, "characters/lore/_rows.html", {"rows": rows_of(book, part.entries)})
    response["X-All"] = str(part.all)
    return response


@require_safe
@never_cache
def ids(request: HttpRequest, book_id: UUID) -> HttpResponse:
    book = reads.get_book(user=viewer(request), book_id=book_id)
    return JsonResponse({"ids": reads.ids_of(book, words=request.GET.get("words", ""))})


@require_safe
@never_cache
def entry(request: HttpRequest, book_id: UUID, entry_id: UUID) -> HttpResponse:
    found = reads.get_entry(user=viewer(request), book_id=book_id, entry_id=entry_id)
    return render(request, "characters/lore/_entry.html", form_of(found))


@require_POST
def add(request: HttpRequest, book_id: UUID) -> HttpResponse:
    user, body = _asked(request, book_id)
    made = lore.add_entry(user=user, book_id=book_id, fields=_mapping(body, "fields"), after=_id(body, "after"))
    return _answer(request, made, status=201)


@require_POST
def save(request: HttpRequest, book_id: UUID, entry_id: UUID) -> HttpResponse:
    user, body = _asked(request, book_id)
    saved = lore.save_entry(
        user=user,
        book_id=book_id,
        entry_id=entry_id,
        changes=_mapping(body, "changes"),
        was=_mapping(body, "was"),
        revision=_revision(body),
    )
    return _answer(request, saved)


@require_POST
def settings_(request: HttpRequest, book_id: UUID) -> HttpResponse:
    user, body = _asked(request, book_id)
    saved = lore.save_book(
        user=user,
        book_id=book_id,
        changes=_mapping(body, "changes"),
        was=_mapping(body, "was"),
        revision=_revision(body),
    )
    return JsonResponse({"revision": saved.revision, "name": saved.name})


@require_POST
def bulk(request: HttpRequest, book_id: UUID) -> HttpResponse:
    user, body = _asked(request, book_id)
    edited = lore.bulk_edit(
        user=user,
        book_id=book_id,
        entry_ids=_ids(body),
        action=str(body.get("action")),
        value=body.get("value"),
    )
    removal = edited.removal
    deleted = {"removal": removal.pk, "number": removal.entries.count()} if removal else {}
    return JsonResponse({"revision": edited.book.revision, "missing": edited.missing, **deleted})


@require_POST
def bring_back(request: HttpRequest, book_id: UUID) -> HttpResponse:
    user, body = _asked(request, book_id)
    if (removal := _id(body, "removal")) is None:
        raise Invalid(field="removal")
    book = lore.put_back(user=user, book_id=book_id, removal_id=removal)
    return JsonResponse({"revision": book.revision})


def _answer(request: HttpRequest, saved: LoreEntry, status: int = 200) -> JsonResponse:
    book = saved.book
    assert book is not None  # it was just written there
    row = row_of(saved, Words(book.pk))
    return JsonResponse(
        {
            "id": str(saved.pk),
            "revision": book.revision,
            "row": render_to_string("characters/lore/_row.html", {"row": row, "book": book}, request),
            "tokens": row.tokens,
            "problems": problems_of(saved),
        },
        status=status,
    )


# ------------------------------------------------------------------ trying


@dataclass(frozen=True, slots=True)
class Tried:
    """A line of a text that somebody pasted."""

    id: UUID
    role: str
    text: str


@require_POST
def try_it(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """What the book does with a text, or with a talk as it stands: nothing is kept."""
    user, body = _asked(request, book_id)
    charge([Bucket("user", f"lore-try:{user.pk.hex}", 60, 30)])
    book = reads.get_book(user=user, book_id=book_id)
    if conversation := _id(body, "conversation"):
        lines = reads.talks().lines(user, conversation)
    else:
        lines = _pasted(body.get("text"))
    room = (int(window_for("", user.plan_id or "") * 0.97) - REPLY_TOKENS) // SHARE
    compiled = CompiledBook(reads.book_in_play(book))
    look = look_through([compiled], lines, room=room, measure=_tokens)
    found, places = look.found, dict(Place.choices)
    context = {
        "book": book,
        "lines": look.lines,
        "fired": [_told(each, places) for each in (*found.stable, *found.fresh)],
        "cut": [_lost(each) for each in found.cut],
        "missed": [_lost(each) for each in found.missed],
        "problems": [
            {"name": name_of(owner), "key": each.key, "says": PROBLEMS[each.code]}
            for each in found.problems
            if (owner := next((entry for entry in compiled.entries if entry.id == each.entry), None))
        ],
        "tokens": found.tokens,
        "room": min(room, book.token_budget) if book.token_budget is not None else room,
    }
    return render(request, "characters/lore/_tried.html", context)


def _tokens(entry: Entry) -> int:
    return estimate(entry.text) + BESIDE_TOKENS


def _pasted(text: Any) -> list[Tried]:
    """Lines with a blank one between them are messages, the last one the player's."""
    if not isinstance(text, str) or not text.strip():
        raise Invalid(_("Write or paste a few lines first."), field="text")
    if len(text) > MAX_TRIED:
        raise Invalid(_("At most %(limit)s characters fit here.") % {"limit": MAX_TRIED}, field="text", limit=MAX_TRIED)
    said = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()][-TRIED_LINES:]
    return [
        Tried(uuid7(), "player" if (len(said) - number) % 2 else "character", part) for number, part in enumerate(said)
    ]


def _told(fired: Fired, places: dict[str, Any]) -> dict[str, Any]:
    entry = fired.entry
    key = entry.keys[fired.key] if fired.key is not None and fired.key < len(entry.keys) else ""
    return {
        "id": entry.id,
        "name": name_of(entry),
        "why": WHY[fired.why],
        "key": key,
        "round": fired.round,
        "tokens": fired.tokens,
        "place": places.get(entry.place, ""),
        "text": entry.text,
    }


def _lost(cut: Cut) -> dict[str, Any]:
    key = cut.entry.keys[cut.found.key] if cut.found and cut.found.key is not None else ""
    return {"id": cut.entry.id, "name": name_of(cut.entry), "key": key, "cause": CAUSES[cut.cause]}


# ------------------------------------------------------------------ what came


def _asked(request: HttpRequest, book_id: UUID) -> tuple[User, dict[str, Any]]:
    """Who asks, and for what: a stranger hears that there is no such book before anything is read."""
    user = viewer(request)
    reads.get_book(user=user, book_id=book_id)
    return user, _body(request)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except RequestDataTooBig:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raise TooLong(_("That is too much at once."), limit=limit) from None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Invalid(_("The body is not a JSON object."))
    return body


def _mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise Invalid(field=name)
    return value


def _revision(body: dict[str, Any]) -> int | None:
    value = body.get("revision")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Invalid(field="revision")
    return value


def _id(body: Mapping[str, Any], name: str) -> UUID | None:
    value = body.get(name)
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        raise Invalid(_("This must be a UUID."), field=name) from None


def _ids(body: dict[str, Any]) -> list[UUID]:
    value = body.get("ids")
    if not isinstance(value, list):
        raise Invalid(field="ids")
    try:
        return [UUID(str(each)) for each in value]
    except ValueError:
        raise Invalid(_("This must be a UUID."), field="ids") from None
