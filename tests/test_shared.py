"""Whoever leaves something that holds for everybody is told so, and nobody after them."""

from accounts.models import Cap
from characters.models import Character
from tests.factories import UserFactory
from tests.shared import Shared


def test_what_holds_for_everybody_is_told_once_and_rows_of_ones_own_are_not(db: None) -> None:
    shared = Shared()
    shared.begin()
    UserFactory()
    assert shared.changed() == []
    cap = Cap.objects.create(scope="platform", span="month", tokens=10)
    assert shared.changed() == [f"the caps: None → {cap.pk}"]
    assert shared.changed() == []
    Character.objects.filter(slug="keeper").update(rating="mature")
    [told] = shared.changed()
    assert told.startswith("the house's characters: ")
