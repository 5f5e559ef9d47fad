"""How a voice sounds, in the words of the character that may get it."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.errors import NotFound, ProductError
from accounts.views import limited_form
from characters.models import Draft
from characters.selectors.drafts import get_draft
from characters.voices import PACES, VOICES
from voice.services.playing import Playing
from voice.services.samples import sample_of
from voice.speaking.files import MIME
from voice.speaking.voices import Voice


@require_GET
@limited_form("60/m", method="GET")
def sample(request: HttpRequest, draft_id: UUID, voice: str) -> HttpResponse:
    """GET /create/<draft>/voices/<voice>?pace=…: a whole file."""
    pace = request.GET.get("pace") or "usual"
    if voice not in VOICES or pace not in PACES:
        raise Http404
    try:
        draft = get_draft(user=request.user, draft_id=draft_id)
        sound = async_to_sync(Playing(draft.owner, sample_of(draft, Voice(voice, pace))).whole)()
    except (Draft.DoesNotExist, NotFound) as error:
        raise Http404 from error
    except ProductError as error:
        return JsonResponse({"error": error.as_dict()}, status=error.status)
    response = HttpResponse(sound.data, content_type=MIME[sound.ending])
    response["Cache-Control"] = "private, no-store"
    return response
