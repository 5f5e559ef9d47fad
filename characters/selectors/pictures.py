"""Who may see a picture: its owner, and whoever may see a version that shows it; and which nobody shows."""

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from characters.models import Asset, Draft
from characters.selectors.cast import Viewer, versions_for

# Nothing shows these by itself: they belong to their character.
KEPT_BY_CHARACTER = (Asset.Kind.BACKGROUND, Asset.Kind.OTHER)


def get_picture(*, user: Viewer, asset_id: UUID) -> Asset:
    """Asset.DoesNotExist for strangers. With its bytes."""
    asset = Asset.objects.get(pk=asset_id)
    if user.is_authenticated and asset.owner_id == user.pk:
        return asset
    if versions_for(user).filter(pictures=asset).exists():
        return asset
    raise Asset.DoesNotExist


def pictures_of(*, owner: Viewer) -> "QuerySet[Asset]":
    """What somebody has brought, newest first, without the bytes."""
    if not owner.is_authenticated:
        return Asset.objects.none()
    return Asset.objects.filter(owner=owner).defer("data", "face").order_by("-id")


def in_drafts() -> Exists:
    """A condition on pictures: a draft of its owner, thrown away or not, has it as its picture or for a mood."""
    named = Cast(OuterRef("pk"), CharField())
    drafts = Draft.objects.filter(owner=OuterRef("owner")).annotate(
        main=KT("content__picture"), moods=KT("content__presentation__moods")
    )
    return Exists(drafts.filter(Q(main=named) | Q(moods__contains=named)))


def unused_pictures(*, brought_before: datetime) -> "QuerySet[Asset]":
    """Those of everybody that no version and no draft shows, without the bytes."""
    idle = Asset.objects.filter(~in_drafts(), versions=None, created_at__lt=brought_before)
    return idle.exclude(kind__in=KEPT_BY_CHARACTER, character__isnull=False).defer("data", "face")
