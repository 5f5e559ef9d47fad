"""Before somebody speaks for the first time: that they may be listened to, in the words they were shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts.consents.answers import answer
from accounts.consents.words import newest
from accounts.models import DataUse
from characters.models import CharacterVersion
from chat.errors import answers_json
from chat.forms import fields_of, number_of
from chat.services import hearing
from chat.viewers import viewer

ASKED = (DataUse.VOICE, DataUse.RECORDINGS)


def microphone_on_page(version: CharacterVersion) -> dict[str, Any]:
    """`house`: the house turns speech into text; else only browsers do."""
    words = {purpose.value: newest(purpose) for purpose in ASKED}
    return words | {"house": hearing.listens(version.language), "said": words[DataUse.VOICE].in_language()}


@require_POST
@answers_json
def agree(request: HttpRequest) -> HttpResponse:
    """`voice` and `recordings`: the versions of the words that are agreed to; what is missing is left as it is."""
    fields = fields_of(request)
    for purpose in ASKED:
        if version := number_of(fields, purpose.value):
            answer(user=viewer(request), purpose=purpose, given=True, version=version)
    return JsonResponse({})
