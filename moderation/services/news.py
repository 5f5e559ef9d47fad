"""Whether something waits to be read by somebody: a decision about them, an answer, what came of a report of theirs.

A flag on their row, which every page has at hand: no page asks for it. Whoever writes or reads such a thing calls here.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from moderation.models import Notice, Report


def read_notices(user: User) -> None:
    """What was decided about them is no news any more."""
    Notice.objects.filter(user=user, read_at=None).update(read_at=timezone.now())
    look_for_news([user.pk])


def look_for_news(user_ids: Iterable[UUID]) -> None:
    notices = Notice.objects.filter(user=OuterRef("pk"), read_at=None)
    told = Report.objects.filter(reporter=OuterRef("pk"), seen_at=None).exclude(state=Report.State.OPEN)
    news = ExpressionWrapper(Q(Exists(notices)) | Q(Exists(told)), output_field=BooleanField())
    User.objects.filter(pk__in=list(user_ids)).update(has_news=news)
