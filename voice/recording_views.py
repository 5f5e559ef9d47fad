"""Recordings that somebody agreed to keep: listened to, deleted."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.consents.answers import agrees
from accounts.models import DataUse, User
from voice.hearing.door import is_installed
from voice.services.recordings import forget_recording, recordings_of, sound_of

SHOWN = 200


@require_safe
@login_required
def recordings(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    kept = recordings_of(request.user)[:SHOWN]
    context = {
        "recordings": kept,
        "keeps": agrees(request.user, DataUse.RECORDINGS),
        "listens": bool(settings.HEARING_MODEL) and is_installed(),
    }
    return render(request, "voice/recordings.html", context)


@require_safe
@login_required
@never_cache
def recording_sound(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    sound = sound_of(user=request.user, recording_id=recording_id)
    return HttpResponse(
        sound.data,
        content_type=sound.content_type,
        headers={"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"},
    )


@require_POST
@login_required
def recording_delete(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    forget_recording(user=request.user, recording_id=recording_id)
    messages.success(request, _("The recording is deleted."))
    return redirect("recordings")
