"""What views of characters share: finding what is asked for, for whom."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MembersView
from accounts.api.etags import check_match
from accounts.api_keys import Scope
from characters.models import Character
from characters.selectors.drafts import own_character


class CreatorsView(MembersView):
    reads: ClassVar[Scope | None] = Scope.CHARACTERS_READ
    writes: ClassVar[Scope | None] = Scope.CHARACTERS_WRITE

    def my_character(self, character_id: UUID, *, lock: bool = False) -> Character:
        """The viewer's own; DoesNotExist, which is a 404, for everybody else's."""
        found = own_character(user=self.user, character_id=character_id)
        if lock:
            # Whoever else changes it waits, so that what If-Match was compared with still holds.
            Character.objects.select_for_update(of=("self",)).get(pk=found.pk)
            found.refresh_from_db()
        return found


def created(representation: dict[str, Any], location: str, *, etag: str = "") -> Response:
    response = Response(representation, status=201)
    response["Location"] = location
    if etag:
        response["ETag"] = etag
    return response


def gone() -> HttpResponse:
    return HttpResponse(status=204)


__all__ = ["CreatorsView", "Request", "check_match", "created", "gone", "transaction"]
