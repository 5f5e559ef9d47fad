"""Sealing a talk. It is opened and locked over its socket alone: no page carries a passphrase that opens anything."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.views import limited_form
from chat.errors import answers_json
from chat.forms import fields_of, text_of
from chat.services.sealing import seal_talk
from chat.viewers import viewer


@sensitive_post_parameters()
@require_POST
@limited_form("20/h", closed=True)
@answers_json
def seal(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Counted, since each takes 64 MB for a fifth of a second."""
    fields = fields_of(request)
    seal_talk(user=viewer(request), conversation_id=conversation_id, passphrase=text_of(fields, "passphrase"))
    return JsonResponse({})
