"""Every read of what people reported."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.encryption import Place, cipher_for, key_id_of
from characters.models import Character
from characters.selectors.cast import Viewer
from moderation.models import Report

TABLE = Report._meta.db_table
State = Report.State


def open_report_of(*, user: Viewer, character: Character) -> Report | None:
    """What this person said of this character, while nobody has decided on it."""
    if not user.is_authenticated:
        return None
    return Report.objects.filter(reporter=user, character=character, state=State.OPEN).first()


def reports() -> "QuerySet[Report]":
    """For moderators, each with `others`: how many more are open on the same character.

    What its author deleted needs no decision until it is brought back.
    """
    same = Report.objects.filter(character=OuterRef("character"), state=State.OPEN).exclude(pk=OuterRef("pk"))
    number = same.order_by().values("character").annotate(number=Count("pk")).values("number")
    return Report.objects.filter(character__deleted_at=None).annotate(others=Coalesce(Subquery(number), 0))


def others_of(report: Report) -> list[Report]:
    """What else was reported of the same character, the newest first."""
    return list(Report.objects.filter(character=report.character_id).exclude(pk=report.pk)[:20])


def text_of(report: Report) -> str:
    """What the reporter wrote. Raises ContentLost when their key was destroyed."""
    sealed = bytes(report.text)
    return cipher_for(key_id_of(sealed)).open(sealed, Place(TABLE, report.pk)) if sealed else ""
