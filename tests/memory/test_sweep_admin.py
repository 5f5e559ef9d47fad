"""Operators see what nights came to, and nothing of whose memories they were."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from memory.models import Sweep
from tests.characters.conftest import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_figures_of_each_night_are_listed_and_cannot_be_changed() -> None:
    client = signed_in(UserFactory(is_staff=True, is_superuser=True))
    began = now() - timedelta(minutes=3)
    sweep = Sweep.objects.create(began_at=began, ended_at=began + timedelta(seconds=42), pairs=7, faded=311, merged=12)
    Sweep.objects.create(began_at=began + timedelta(minutes=1))
    listed = client.get("/admin/memory/sweep/").content.decode()
    for figure in (">42<", ">7<", ">311<", ">12<", ">–<"):
        assert figure in listed
    assert client.get("/admin/memory/sweep/add/").status_code == 403
    assert client.post(f"/admin/memory/sweep/{sweep.pk}/delete/", {"post": "yes"}).status_code == 403
