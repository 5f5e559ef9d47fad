"""Notices of rights holders about one thing."""

from uuid import UUID

from django.db.models import QuerySet

from moderation.models import RightsNotice


def notices_of(kind: str, subject: UUID) -> "QuerySet[RightsNotice]":
    """`kind` is one of `Case.MADE`."""
    return RightsNotice.objects.filter(**{kind: subject})


def hidden_by_rights(kind: str, subject: UUID) -> bool:
    """Whether a notice keeps this off the stage."""
    return notices_of(kind, subject).filter(state=RightsNotice.State.HIDDEN).exists()
