"""The test talk beside the builder's form.

`draft-try` POST /create/<draft>/try JSON {changes, lines: [{role, text}, …], again?}: `changes` are fields of the form
(characters.drafting) that are not saved yet. Answers server-sent events: `prompt` {parts, total, window, cut}, `piece`
{text}, then `end` {prompt, completion} or `error` {code, message, …}. Closing the answer stops the model.

`draft-weigh` POST /create/<draft>/weigh, the same body: the openings as a player reads them and the prompt's size,
without asking a model: {name, you, greetings, size}. `lines` may be empty.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.errors import Invalid, NotFound, SignInNeeded
from accounts.limits import Bucket, charge, client_ip, message_buckets
from accounts.models import User
from characters.drafting import edition_content, is_field, with_changes
from characters.eventstream import event_stream
from characters.models import Draft, Language
from characters.selectors.drafts import get_draft
from chat.forms import fields_of
from chat.services import tryout

PER_MINUTE, AT_ONCE = 120, 60
MAX_BODY = 2_000_000


@require_POST
def try_it(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    user, draft, fields = _asked(request, draft_id)
    rehearsed = tryout.rehearsal(
        user=user, draft=draft, content=_content(draft, fields), lines=_lines(fields), again=bool(fields.get("again"))
    )
    charge(message_buckets(user.pk, user.plan, client_ip(request)))
    async_to_sync(tryout.pay)(user)
    return event_stream(tryout.answering(rehearsed))


@require_POST
def weigh(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    user, draft, fields = _asked(request, draft_id)
    charge([Bucket("user", f"weigh:{user.pk.hex}", PER_MINUTE, AT_ONCE)])
    version = tryout.version_of(draft, _content(draft, fields))
    persona = tryout.persona_of(user, draft.language)
    lines = _lines(fields)
    if not lines or lines[-1].get("role") != "player":
        lines = [*lines, {"role": "player", "text": "…"}]
    rehearsed = tryout.rehearsal(user=user, draft=draft, content=_content(draft, fields), lines=lines)
    return JsonResponse(
        {
            "name": version.name,
            "you": persona.name,
            "greetings": tryout.greetings_of(version, persona),
            "size": tryout.size_of(tryout.compiled(rehearsed)),
        }
    )


def _asked(request: HttpRequest, draft_id: UUID) -> tuple[User, Draft, dict[str, Any]]:
    if not request.user.is_authenticated:
        raise SignInNeeded
    try:
        draft = get_draft(user=request.user, draft_id=draft_id)
    except Draft.DoesNotExist:
        raise NotFound from None
    return request.user, draft, fields_of(request, limit=MAX_BODY)


def _content(draft: Draft, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The form as the page shows it; the draft itself is not touched."""
    changes = fields.get("changes") or {}
    if not isinstance(changes, dict):
        raise Invalid(_("That is not something we can take."), field="changes")
    if unknown := next((name for name in changes if not is_field(name)), None):
        raise Invalid(_("There is no such field."), field=unknown)
    if changes.get("language") in Language.values:
        draft.language = changes["language"]
    draft.content = with_changes(draft.content, changes)
    return edition_content(draft)


def _lines(fields: Mapping[str, Any]) -> list[Any]:
    lines = fields.get("lines") or []
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Invalid(_("That is not something we can take."), field="lines")
    return lines
