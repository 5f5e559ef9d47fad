"""Characters as models."""

from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.live import aside
from accounts.errors import Invalid
from accounts.models import User
from characters.models import Character, CharacterVersion, Favourite
from characters.models.character import ON_DISCOVER
from characters.selectors import characters_for, edition_of
from characters.selectors.cast import BILL_FIELDS, released
from chat.api.openai.base import ModelNotFound, OpenAIView
from chat.models import CastMember

DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000


def name_of(character: Character) -> str:
    """Characters of the house are known by name, all others by id."""
    return character.slug or str(character.pk)


def character_named(user: User, model: str) -> Character:
    """Any that this user may open, by its id or, those of the house, by name. Raises ModelNotFound."""
    try:
        which = Q(pk=UUID(model))
    except ValueError:
        which = Q(slug=model)
    editions = Prefetch("versions", queryset=released(), to_attr="release")
    rows = characters_for(user).select_related("published").prefetch_related(editions)
    if "\x00" in model or (found := rows.filter(which).first()) is None:
        raise ModelNotFound(model)
    try:
        found.edition = edition_of(found)
    except CharacterVersion.DoesNotExist:
        raise ModelNotFound(model) from None
    return found


def usable(user: User) -> "QuerySet[Character]":
    """What a list of models shows: one's own, whom one loves or has talked to, and what is on Discover for everyone."""
    mine = Q(owner=user)
    known = Exists(Favourite.objects.filter(character=OuterRef("pk"), user=user)) | Exists(
        CastMember.objects.filter(character=OuterRef("pk"), conversation__participants__user=user)
    )
    rank = Case(When(mine, then=Value(0)), When(known, then=Value(1)), default=Value(2), output_field=IntegerField())
    found = characters_for(user).filter(published__isnull=False)
    found = found.filter(mine | known | (ON_DISCOVER & Q(rating="general")))
    return found.annotate(rank=rank).order_by("rank", "-id")


def shown(character: Character) -> dict[str, Any]:
    owner = character.owner
    profile = getattr(owner, "profile", None) if owner else None
    nameless = str(owner.pk) if owner else "dramatis" if character.slug else "nobody"
    return {
        "id": name_of(character),
        "object": "model",
        "created": int(character.created_at.timestamp()),
        "owned_by": (profile.name if profile else "") or nameless,
        "name": character.edition.name,
        "description": character.edition.tagline,
    }


class Models(OpenAIView):
    async def get(self, request: Request) -> Response:
        return Response(await aside(self._page, request))

    def _page(self, request: Request) -> dict[str, Any]:
        asked = asked_for(request, "limit", "after")
        limit = _limit(asked.get("limit", str(DEFAULT_LIMIT)))
        rows = usable(self.user)
        if "after" in asked:
            last = (
                rows.filter(  # type: ignore[misc]  # annotated above
                    pk=character_named(self.user, asked["after"]).pk
                )
                .values_list("rank", "pk")
                .first()
            )
            if last is None:
                raise Invalid(field="after")
            rows = rows.filter(Q(rank__gt=last[0]) | Q(rank=last[0], pk__lt=last[1]))
        editions = Prefetch("versions", queryset=released().only(*BILL_FIELDS), to_attr="release")
        found = list(rows.select_related("owner__profile").defer("search").prefetch_related(editions)[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        for character in found:
            character.edition = edition_of(character)
        data = [shown(character) for character in found]
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
        return {"object": "list", "data": data, **ends, "has_more": more}


class Model(OpenAIView):
    async def get(self, request: Request, model: str) -> Response:
        return Response(shown(await aside(self._named, model)))

    def _named(self, model: str) -> Character:
        found = character_named(self.user, model)
        found.owner = Character.objects.select_related("owner__profile").get(pk=found.pk).owner
        return found


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid(field="limit", limit=MAX_LIMIT)
    return int(text)
