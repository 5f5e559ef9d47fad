"""Putting right what somebody said of their age: by who may, never their own, with a trace."""

import pytest

from accounts.age import declare
from accounts.errors import Forbidden
from accounts.models import AgeDeclaration, User
from moderation.models import AuditEntry
from moderation.services.ages import correct_age
from moderation.services.sanctions import OnesOwn
from tests.characters.conftest import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def minor() -> User:
    user = UserFactory(age="")
    declare(user=user, age="minor")
    return user


def test_a_moderator_corrects_it_in_the_admin_and_the_log_says_so(moderator, minor):
    page = signed_in(moderator).post("/admin/accounts/agedeclaration/add/", {"user": minor.pk, "age": "adult"})
    assert page.status_code == 302
    minor.refresh_from_db()
    newest = AgeDeclaration.objects.filter(user=minor).first()
    assert newest is not None
    assert (minor.age, newest.where, newest.by) == ("adult", "support", moderator)
    entry = AuditEntry.objects.get(action="age.corrected")
    assert (entry.actor, entry.subject, entry.detail) == (moderator.pk, minor.pk, {"before": "minor", "after": "adult"})


def test_nobody_corrects_their_own_or_without_the_right(moderator, minor):
    with pytest.raises(OnesOwn):
        correct_age(user=moderator, age="minor", by=moderator)
    with pytest.raises(Forbidden):
        correct_age(user=moderator, age="minor", by=minor)
    assert not AuditEntry.objects.filter(action="age.corrected").exists()
