"""Putting right what somebody said of their age, when they write to support. Every change is in the audit log."""

from django.db import transaction

from accounts.age import correct
from accounts.errors import Forbidden
from accounts.models import AgeDeclaration, User
from moderation.services import audit
from moderation.services.sanctions import OnesOwn

MAY_CORRECT = "accounts.change_agedeclaration"


@transaction.atomic
def correct_age(*, user: User, age: str, by: User) -> AgeDeclaration:
    """Raises Forbidden without the right, OnesOwn, Invalid."""
    if not by.has_perm(MAY_CORRECT):
        raise Forbidden
    if by.pk == user.pk:
        raise OnesOwn
    before = user.age
    made = correct(user=user, age=age, by=by)
    audit.record("age.corrected", by=by, kind="user", subject=user.pk, before=before, after=age)
    return made
