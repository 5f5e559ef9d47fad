"""Opening what stands around a case: sealed text, for a purpose that is stated, and written down before it is read."""

from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import User
from moderation.services import audit
from moderation.services.desk import to_work
from moderation.subjects import Line, subject_of


class Purpose(models.TextChoices):
    UNDERSTAND = "understand", _("To understand what was meant")
    PATTERN = "pattern", _("To see whether it goes on")
    DANGER = "danger", _("To see whether somebody is in danger")
    CONSENT = "consent", _("To see whether it was wanted")


@transaction.atomic
def open_context(*, case_id: UUID, by: User, purpose: str) -> list[Line]:
    """The lines around it. Raises Invalid without a purpose, and as `desk.claim`."""
    if purpose not in Purpose.values:
        raise Invalid(_("Say what you need to read it for."), field="purpose")
    case = to_work(case_id, by)
    lines = subject_of(case.kind).around(case)
    audit.record(
        "case.context", by=by, kind="case", subject=case.pk, purpose=purpose, lines=len(lines),
        conversation=str(case.conversation) if case.conversation else None,
    )  # fmt: skip
    return lines
