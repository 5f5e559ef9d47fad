"""Nothing is held of people that the data map does not know."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from accounts.models import User
from accounts.privacy.holdings import Holding, all_holdings, personal
from accounts.privacy.map import written
from accounts.privacy.walk import reaching_people

HOLDINGS = {holding.model: holding for holding in all_holdings()}


def test_every_model_that_reaches_a_person_is_in_the_data_map() -> None:
    reached = {model._meta.label for model in reaching_people()}
    missing = reached - set(HOLDINGS)
    assert not missing, f"say in the app's holdings.py what {sorted(missing)} holds, and how it goes"
    assert set(HOLDINGS) <= {model._meta.label for model in apps.get_models()}


@pytest.mark.parametrize("holding", HOLDINGS.values(), ids=lambda holding: holding.model)
def test_each_is_taken_or_left_for_a_reason(holding: Holding) -> None:
    assert bool(holding.taken) != bool(holding.left)
    assert holding.what
    assert holding.why
    assert holding.kept
    assert holding.erased
    for name in holding.sealed:
        assert isinstance(holding.rows._meta.get_field(name), models.BinaryField)


@pytest.mark.django_db
def test_each_leads_to_its_person() -> None:
    somebody = User(email="nobody@example.com")
    for holding in personal():
        assert not holding.of(somebody).exists()
    # Of whatever is nobody's, no row refers to a person who is not staff.
    for holding in [each for each in all_holdings() if not each.whose]:
        with pytest.raises(FieldDoesNotExist):
            holding.rows._meta.get_field("user")


def test_the_page_of_the_data_map_is_up_to_date() -> None:
    page = Path(settings.BASE_DIR, "docs", "data-map.md")
    assert page.read_text(encoding="utf-8") == written(), "run manage.py data_map --write"


# What lies in the clear although it is of a person's own: names, addresses, marks, codes and figures. What authors make
# (`characters`) is looked through by checks and shown to others (docs/adr/0005); other packages keep their own secrets.
CLEAR = {
    "accounts": """ApiKey.label ApiKey.digest ApiKey.old_digest ApiKey.scopes DataKey.wrapped Departure.receipt
        Departure.token_hash IdempotentRequest.key IdempotentRequest.fingerprint IdempotentRequest.headers
        LegalHold.reason
        ModelUse.model OrganisationInvitation.address OrganisationInvitation.digest
        Persona.name Profile.name Profile.bio Profile.time_zone Session.session_data
        Restoration.digest Restoration.error Subscription.reference Subscription.customer Takeout.site User.password
        User.email""",
    "chat": """EndingMet.ending Feedback.model Play.parts Play.seed PlayEntry.entry PlayEntry.state Import.digest
        Import.error ImportedTalk.fingerprint ImportedTalk.notes ImportedTalk.refused
        Invitation.digest Lesson.digest
        Message.speaker SessionName.digest Share.token_hash Turn.speaker Turn.model Turn.manifest
        Turn.usage Turn.error""",
    "memory": """BondStep.moves Episode.speaker Episode.model Memory.digest Memory.model SessionNote.covers
        SessionNote.template SessionNote.model""",
    "moderation": """Case.rule Case.note Case.stood Exhibit.findings Report.note RightsNotice.name RightsNotice.holder
        RightsNotice.email RightsNotice.address RightsNotice.work RightsNotice.taken RightsNotice.signature
        RightsNotice.reason""",
}


@pytest.mark.parametrize("app", CLEAR)
def test_whatever_may_hold_a_text_is_sealed_or_named(app: str) -> None:
    """In each of these a text of forty letters has room."""
    found = {
        f"{holding.rows.__name__}.{field.name}"
        for holding in personal()
        if holding.rows._meta.app_label == app
        for field in holding.rows._meta.local_concrete_fields
        if field.name not in holding.sealed and _has_room(field)
    }
    assert found == set(CLEAR[app].split()), "seal it, or say here why it may lie in the clear"


def _has_room(field: "models.Field[object, object]") -> bool:
    if field.primary_key or field.choices:
        return False
    if isinstance(field, models.CharField):
        return (field.max_length or 40) >= 40
    return isinstance(field, (models.TextField, models.JSONField, models.BinaryField))
