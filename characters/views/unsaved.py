"""Requests about a draft as its page shows it, with what is not saved yet: JSON {changes: {field: value}, …}."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound, SignInNeeded
from accounts.models import User
from characters.drafting import check_shape, edition_content, with_changes
from characters.models import Draft, Language
from characters.selectors.drafts import get_draft


def owned(request: HttpRequest, draft_id: UUID) -> tuple[User, Draft]:
    """Who asks, and about which draft of theirs. Raises SignInNeeded, NotFound."""
    if not request.user.is_authenticated:
        raise SignInNeeded
    try:
        return request.user, get_draft(user=request.user, draft_id=draft_id)
    except Draft.DoesNotExist:
        raise NotFound from None


def asked(request: HttpRequest, draft_id: UUID) -> tuple[User, Draft, dict[str, Any]]:
    """The same, and the JSON of the body. Raises Invalid too."""
    user, draft = owned(request, draft_id)
    if request.content_type != "application/json":
        return user, draft, dict(request.POST.items())
    try:
        fields = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Invalid(_("The body is not a JSON object."))
    return user, draft, fields


def form_as_shown(draft: Draft, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The form as the page shows it, changes included that are not saved yet; the draft itself is not touched."""
    changes = fields.get("changes") or {}
    if not isinstance(changes, dict):
        raise Invalid(_("That is not something we can take."), field="changes")
    check_shape(changes)
    if changes.get("language") in Language.values:
        draft.language = changes["language"]
    draft.content = with_changes(draft.content, changes)
    return edition_content(draft)
