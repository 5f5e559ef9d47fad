"""Pictures on their way in and out.

`portrait` at /portraits/<version>/<mood>.svg: SVG, cacheable for ever; leads to the picture where one was brought.
`picture`, `picture-face` at /pictures/<uuid>, /pictures/<uuid>/face: WebP for whoever may see a version that shows it.
`portrait-drawn` at /portraits/drawn.svg?palette=…&seed=…&mood=…: what a portrait would look like; stores nothing.
`scene-drawn` at /portraits/scene.svg?palette=…&scene=…: the same stage with nobody on it.
`picture-bring` POST /create/<draft>/pictures: the file is the body as it is; ?crop=x,y,w,h&face=x,y,w,h in its own
pixels (upright), ?mood=joy for a mood, ?alt= what it shows. Answers {id, url, face_url, width, height, mood}.
"""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid
from accounts.limits import Bucket, charge
from characters.imaging import MAX_BYTES, Box
from characters.models import Asset, CharacterVersion, Visibility
from characters.pictures import asset_address, brought_by, described, picture, scene_picture
from characters.portraits import MOODS, PortraitError, read_portrait
from characters.selectors import get_version
from characters.selectors.pictures import get_picture
from characters.services.assets import store_picture
from characters.views.headers import FOR_EVER, PORTRAIT_POLICY, send_svg
from characters.views.unsaved import owned

PER_MINUTE, AT_ONCE = 30, 20


@require_safe
def portrait(request: HttpRequest, version_id: UUID, mood: str) -> HttpResponse:
    if mood not in MOODS:
        raise Http404
    version = _version_on_show(request, version_id)
    if (brought := brought_by(version, mood)) is not None:
        return redirect(asset_address(brought))
    shared = version.character.visibility == Visibility.PUBLIC
    return send_svg(request, picture(version.portrait, mood), shared=shared)


@require_safe
def show(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    return _sent(request, asset_id, face=False)


@require_safe
def face(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    return _sent(request, asset_id, face=True)


@require_safe
def drawn(request: HttpRequest) -> HttpResponse:
    asked = {name: value for name, value in request.GET.items() if name not in ("mood", "v")}
    try:
        found = picture(read_portrait(asked).as_dict(), request.GET.get("mood", "calm"))
    except PortraitError as error:
        raise Http404 from error
    return send_svg(request, found, shared=True)


@require_safe
def scene(request: HttpRequest) -> HttpResponse:
    asked = {name: value for name, value in request.GET.items() if name != "v"}
    try:
        found = scene_picture(read_portrait(asked).as_dict())
    except PortraitError as error:
        raise Http404 from error
    return send_svg(request, found, shared=True)


@require_POST
def bring(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    user, draft = owned(request, draft_id)
    charge([Bucket("user", f"pictures:{user.pk.hex}", PER_MINUTE, AT_ONCE)])
    mood = request.GET.get("mood", "")
    if mood and mood not in MOODS:
        raise Invalid(_("There is no such mood."), field="mood")
    asset = store_picture(
        owner=user,
        data=_body(request),
        kind=Asset.Kind.EMOTION if mood else Asset.Kind.PORTRAIT,
        character=draft.character,
        name=mood,
        alt=request.GET.get("alt", ""),
        crop=_box(request, "crop"),
        face=_box(request, "face"),
    )
    return JsonResponse(described(asset), status=201)


def _sent(request: HttpRequest, asset_id: UUID, *, face: bool) -> HttpResponse:
    asset, shared = _on_show(request, asset_id)
    data = bytes(asset.face) if face and asset.face else bytes(asset.data)
    tag = f'"{asset.pk}{"-face" if face else ""}"'
    response: HttpResponse
    if tag in (each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type=asset.content_type)
        response["Content-Security-Policy"] = PORTRAIT_POLICY
        response["Content-Disposition"] = f'inline; filename="{asset.pk}.webp"'
        response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"{'public' if shared else 'private'}, {FOR_EVER}"
    response["ETag"] = tag
    return response


def _on_show(request: HttpRequest, asset_id: UUID) -> tuple[Asset, bool]:
    """Most pictures are public: only for the others is the visitor's session read."""
    for viewer, shared in ((AnonymousUser(), True), (request.user, False)):
        try:
            return get_picture(user=viewer, asset_id=asset_id), shared
        except Asset.DoesNotExist:
            continue
    raise Http404


def _version_on_show(request: HttpRequest, version_id: UUID) -> CharacterVersion:
    for viewer in (AnonymousUser(), request.user):
        try:
            return get_version(user=viewer, version_id=version_id)
        except CharacterVersion.DoesNotExist:
            continue
    raise Http404


def _body(request: HttpRequest) -> bytes:
    """Read as a stream and no further than a picture may be long: the form parser never sees it."""
    data: bytes = request.read(MAX_BYTES + 1)
    return data


def _box(request: HttpRequest, name: str) -> Box | None:
    asked = request.GET.get(name, "")
    if not asked:
        return None
    try:
        numbers = [int(part) for part in asked[:60].split(",")]
        box = Box(*numbers)
    except (ValueError, TypeError):
        raise Invalid(_("This must be four whole numbers: x, y, width, height."), field=name) from None
    if min(numbers) < 0 or max(numbers) > 100_000:
        raise Invalid(_("There is nothing left of the picture within this frame."), field=name)
    return box
