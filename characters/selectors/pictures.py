"""Who may see a picture: its owner, and whoever may see a version that shows it."""

from uuid import UUID

from django.db.models import Q, QuerySet

from characters.models import Asset
from characters.portraits import MOODS
from characters.selectors.cast import Viewer, versions_for


def get_picture(*, user: Viewer, asset_id: UUID) -> Asset:
    """Asset.DoesNotExist for strangers. With its bytes."""
    asset = Asset.objects.get(pk=asset_id)
    if user.is_authenticated and asset.owner_id == user.pk:
        return asset
    if versions_for(user).filter(_shows(asset)).exists():
        return asset
    raise Asset.DoesNotExist


def pictures_of(*, owner: Viewer) -> "QuerySet[Asset]":
    """What somebody has brought, newest first, without the bytes."""
    if not owner.is_authenticated:
        return Asset.objects.none()
    return Asset.objects.filter(owner=owner).defer("data", "face").order_by("-id")


def _shows(asset: Asset) -> Q:
    """As its picture or, among the versions of its character, as one of the moods."""
    shows = Q(picture=asset)
    if asset.character_id is not None and asset.kind == Asset.Kind.EMOTION:
        moods = Q()
        for mood in MOODS:
            moods |= Q(**{f"presentation__moods__{mood}": str(asset.pk)})
        shows |= Q(character_id=asset.character_id) & moods
    return shows
