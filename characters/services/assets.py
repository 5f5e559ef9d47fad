"""Pictures of characters: kept as we encoded them, never as they came."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Invalid, Unavailable
from accounts.models import User
from characters.imaging import Box, Cut, PictureError, cut_portrait, fit_picture
from characters.models import Asset, Character
from characters.selectors.pictures import in_drafts, unused_pictures
from characters.services.quotas import reserve

UNUSED_FOR = timedelta(days=1)
MAX_NAME = 100
MAX_ALT = 300

_SENTENCES = {
    "too_large": _("A picture may have 8 MB at most."),
    "too_many_pixels": _("A picture may have 20 million pixels at most; save it smaller and bring it again."),
    "too_small": _("This picture is too small: each side needs 32 pixels at least."),
    "unknown": _("This is no picture that we can read. PNG, JPEG, WebP and GIF work."),
    "broken": _("This picture is damaged and cannot be read. Save it again as PNG or JPEG."),
    "crop": _("There is nothing left of the picture within this frame."),
}


def store_picture(
    *,
    owner: User,
    data: bytes,
    kind: str = Asset.Kind.PORTRAIT,
    character: Character | None = None,
    name: str = "",
    alt: str = "",
    crop: Box | None = None,
    face: Box | None = None,
) -> Asset:
    """Decode, cut, encode anew, keep. Portraits and moods become prints of 3 : 4 with a face for avatars.

    Raises Invalid with `field` "picture" (or "name", "alt") and the limit; Unavailable when too many come at once.
    """
    # Before anything is locked: cutting takes its time.
    cut = cut_picture(data=data, kind=kind, name=name, alt=alt, crop=crop, face=face)
    return keep_picture(owner=owner, cut=cut, kind=kind, character=character, name=name, alt=alt)


def cut_picture(
    *, data: bytes, kind: str, name: str = "", alt: str = "", crop: Box | None = None, face: Box | None = None
) -> Cut:
    """What `keep_picture` takes. Raises as `store_picture` does, but for quotas."""
    if kind not in Asset.Kind.values:
        raise Invalid(_("There is no such kind of picture."), field="kind")
    for field, text, limit in (("name", name, MAX_NAME), ("alt", alt, MAX_ALT)):
        if len(text) > limit or "\x00" in text:
            raise Invalid(_("That is too long."), field=field, limit=limit)
    return _cut(data, kind, crop, face)


@transaction.atomic
def keep_picture(
    *, owner: User, cut: Cut, kind: str, character: Character | None = None, name: str = "", alt: str = ""
) -> Asset:
    """Raises QuotaReached."""
    reserve(owner, pictures=1, picture_bytes=len(cut.data) + len(cut.face))
    return Asset.objects.create(
        owner=owner,
        character=character,
        kind=kind,
        name=name,
        alt=alt,
        width=cut.width,
        height=cut.height,
        data=cut.data,
        face=cut.face,
    )


def crop_picture(*, asset: Asset, crop: Box, face: Box | None = None) -> Asset:
    """Another picture, cut out of this one, which stays. Raises as `store_picture` does."""
    return store_picture(
        owner=asset.owner,
        data=bytes(asset.data),
        kind=asset.kind,
        character=asset.character,
        name=asset.name,
        alt=asset.alt,
        crop=crop,
        face=face,
    )


@transaction.atomic
def delete_picture(*, asset: Asset) -> None:
    """For good. Raises Conflict while a version or a draft shows it: what is history stays as it was."""
    locked = Asset.objects.select_for_update(of=("self",)).filter(pk=asset.pk).defer("data", "face")
    if locked.filter(versions__isnull=False).exists():
        raise Conflict(_("A version of a character shows this picture."))
    if locked.filter(in_drafts()).exists():
        raise Conflict(_("A draft shows this picture."))
    locked.delete()


def forget_unused_pictures(limit: int = 500) -> int:
    """What was brought a day ago and no version or draft shows, for good; returns how many."""
    idle = unused_pictures(brought_before=timezone.now() - UNUSED_FOR)
    gone = 0
    for asset_id in list(idle.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            # Whoever writes a version with it just now holds it, and it is no longer idle then.
            if Asset.objects.select_for_update(skip_locked=True).filter(pk=asset_id).only("pk").first() is not None:
                gone += idle.filter(pk=asset_id).delete()[0]
    return gone


def pictures_in(content: Mapping[str, Any]) -> list[str]:
    """The ids of every picture that the fields of an edition name: the main one and those of moods."""
    moods = content.get("presentation", {}).get("moods", {})
    return [each for each in (content.get("picture"), *moods.values()) if each]


@transaction.atomic
def copy_pictures(*, editions: Mapping[str, Mapping[str, Any]], owner: User) -> dict[str, dict[str, Any]]:
    """The editions with pictures of `owner`'s own: a picture belongs to one person, who may erase it.

    What several editions show is copied once. Raises QuotaReached.
    """
    shown = Asset.objects.filter(pk__in={each for content in editions.values() for each in pictures_in(content)})
    size = shown.aggregate(bytes=Sum(Length("data") + Length("face")))["bytes"]
    reserve(owner, pictures=shown.count(), picture_bytes=size or 0)
    fresh: dict[str, str] = {}
    for asset in shown:
        known = str(asset.pk)
        asset.pk, asset._state.adding = Asset._meta.pk.get_default(), True
        asset.owner, asset.character = owner, None
        asset.save(force_insert=True)
        fresh[known] = str(asset.pk)
    return {language: _with_pictures(content, fresh) for language, content in editions.items()}


def _with_pictures(content: Mapping[str, Any], fresh: Mapping[str, str]) -> dict[str, Any]:
    copied = {**content, "picture": fresh.get(content.get("picture", ""), "")}
    if moods := content.get("presentation", {}).get("moods"):
        kept = {mood: fresh[known] for mood, known in moods.items() if known in fresh}
        copied["presentation"] = {**content["presentation"], "moods": kept}
    return copied


@transaction.atomic
def claim_pictures(*, owner: User | None, character: Character, asset_ids: Iterable[UUID | str]) -> None:
    """Before a version names them: they are the owner's, and belong to this character from now on.

    Raises Invalid with `field` "picture" for one that is not there or somebody else's.
    """
    wanted = {UUID(str(each)) for each in asset_ids}
    if not wanted:
        return
    mine = Asset.objects.filter(owner=owner, pk__in=wanted)
    # Held until the version that names them is written, so that nobody deletes them meanwhile.
    if len(mine.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)) < len(wanted):
        raise Invalid(_("This picture is not there any more. Choose another one."), field="picture")
    mine.filter(character=None).update(character=character)


def _cut(data: bytes, kind: str, crop: Box | None, face: Box | None) -> Cut:
    try:
        if kind in (Asset.Kind.PORTRAIT, Asset.Kind.EMOTION):
            return cut_portrait(data, crop=crop, face=face)
        return fit_picture(data)
    except PictureError as error:
        if error.reason == "busy":
            raise Unavailable(_("Many pictures are coming in right now. Please try again in a moment.")) from error
        raise Invalid(_SENTENCES[error.reason], field="picture", limit=error.limit, reason=error.reason) from error
