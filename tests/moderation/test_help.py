"""Help lines: where somebody is, what is shown there, and that an operator keeps them."""

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.profiles import note_zone, set_country
from moderation.models import HelpLine
from moderation.selectors.help import country_of, lines_in
from tests.characters.conftest import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.mark.parametrize(("country", "numbers"), [
    ("US", ["988", ""]), ("CA", ["988", ""]), ("GB", ["116 123", ""]), ("IE", ["116 123", ""]), ("CN", ["12356", ""]),
    ("HK", ["2896 0000", "2389 2222", ""]), ("TW", ["1925", ""]), ("DE", ["116 123", ""]), ("", [""]),
])  # fmt: skip
def test_each_country_has_its_own_and_then_what_is_for_everybody(country, numbers):
    assert [line.number for line in lines_in(country)] == numbers
    assert lines_in(country)[-1].url == "https://findahelpline.com/"


def test_somebody_is_where_they_say_else_where_their_clock_is_else_where_their_language_is():
    user = UserFactory()
    assert country_of(user) == ""
    with translation.override("zh-hans"):
        assert country_of(user) == "CN"
    note_zone(user=user, zone="Europe/Dublin")
    with translation.override("zh-hans"):
        assert country_of(User.objects.get(pk=user.pk)) == "IE"
    set_country(user=user, country="TW")
    assert country_of(User.objects.get(pk=user.pk)) == "TW"


def test_the_page_is_open_to_everybody_and_keeps_the_country_of_who_is_signed_in():
    page = Client().get("/help/lines/?country=GB", headers=ENGLISH).content.decode()
    assert "116 123" in page
    assert Client().get("/help/lines/?country=XX").status_code == 400
    user = UserFactory()
    assert "1925" in signed_in(user).post("/help/lines/", {"country": "TW"}, headers=ENGLISH).content.decode()
    assert country_of(User.objects.get(pk=user.pk)) == "TW"


def test_an_operator_keeps_them():
    operator = UserFactory(is_staff=True, is_superuser=True)
    added = {"country": "FR", "name_en": "A line", "name_zh": "热线", "number": "3114", "position": 1, "shown": "on"}
    assert signed_in(operator).post("/admin/moderation/helpline/add/", added).status_code == 302
    assert lines_in("FR")[0].number == "3114"
    HelpLine.objects.filter(country="FR").update(shown=False)
    assert len(lines_in("FR")) == 1
