"""The test talk beside the builder's form.

`draft-try` POST /create/<draft>/try JSON {changes, lines: [{role, text}, …], greeting?, again?}: `changes` are fields
of the form (characters.drafting) that are not saved yet, `greeting` the number of the opening that the lines begin
with. Answers server-sent events: `prompt` {parts, total, window, cut}, `piece`
{text}, then `end` {prompt, completion} or `error` {code, message, …}. Closing the answer stops the model.

`draft-weigh` POST /create/<draft>/weigh, the same body: the openings as a player reads them and the prompt's size,
without asking a model: {name, you, greetings, size}. `lines` may be empty.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.errors import Invalid
from accounts.limits import Bucket, charge, client_ip
from characters.eventstream import event_stream
from characters.services.allowance import pay_for_a_message
from characters.views.unsaved import asked, form_as_shown
from chat.forms import number_of
from chat.services import tryout
from chat.services.turns.prompt import prompt_for

PER_MINUTE, AT_ONCE = 120, 60


@require_POST
def try_it(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    user, draft, fields = asked(request, draft_id)
    rehearsed = tryout.rehearsal(
        user=user,
        draft=draft,
        content=form_as_shown(draft, fields),
        lines=_lines(fields),
        greeting=number_of(fields, "greeting") if "greeting" in fields else None,
        again=bool(fields.get("again")),
    )
    pay_for_a_message(user, client_ip(request))
    return event_stream(tryout.answering(rehearsed))


@require_POST
def weigh(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    user, draft, fields = asked(request, draft_id)
    charge([Bucket("user", f"weigh:{user.pk.hex}", PER_MINUTE, AT_ONCE)])
    version = tryout.version_of(draft, form_as_shown(draft, fields))
    persona = tryout.persona_of(user, draft.language)
    lines = _lines(fields)
    if not lines or lines[-1].get("role") != "player":
        lines = [*lines, {"role": "player", "text": "…"}]
    rehearsed = tryout.rehearsal(user=user, draft=draft, content=form_as_shown(draft, fields), lines=lines)
    context = tryout.context_of(rehearsed)
    return JsonResponse(
        {
            "name": version.name,
            "you": persona.name,
            "greetings": tryout.greetings_of(version, persona),
            "size": tryout.size_of(prompt_for(context, user.plan_id or ""), context.window_tokens),
        }
    )


def _lines(fields: Mapping[str, Any]) -> list[Any]:
    lines = fields.get("lines") or []
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Invalid(_("That is not something we can take."), field="lines")
    return lines
