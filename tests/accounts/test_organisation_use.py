"""What an organisation has together: requests an hour, caps, and books in figures alone."""

import csv
import io

import pytest
from django.utils import timezone

from accounts.errors import RateLimited
from accounts.ids import uuid7
from accounts.limits import charge, message_buckets, pace_of
from accounts.models import Cap, ModelUse, Operation, Organisation, User
from accounts.organisations import people
from accounts.organisations.use import use_of_members
from accounts.spending import caps
from accounts.spending.calls import Call, Spent
from accounts.spending.ledger import add
from inference.base import Usage
from tests.factories import UserFactory


@pytest.fixture
def guild(alice: User, bob: User) -> Organisation:
    organisation = people.make_organisation(owner=alice, name="The Guild").organisation
    organisation.requests_per_hour = 6
    organisation.save()
    people.join(user=bob, organisation=organisation)
    return organisation


def spoke(user: User, tokens: int = 100, key: bool = False) -> None:
    call = Call.by(user, Operation.REPLY, uuid7(), uuid7() if key else None)
    add(Spent(call, "stand-in", Usage(prompt=tokens, completion=10)))


def test_members_share_one_hour_and_outsiders_have_their_own(alice: User, bob: User, guild: Organisation) -> None:
    def ask(user: User) -> str:
        fresh = User.objects.get(pk=user.pk)
        try:
            rates = charge(message_buckets(fresh.pk, pace_of(fresh), None))
        except RateLimited as refused:
            return str(refused.extra["limit"])
        return ",".join(rate.name for rate in rates)

    assert [ask(user) for user in (alice, bob, alice, bob, alice, bob)] == ["user,organisation"] * 6
    assert [ask(alice), ask(bob)] == ["organisation"] * 2
    assert ask(UserFactory()) == "user,hour"
    left = use_of_members(guild).requests
    assert left is not None
    assert (left.limit, left.remaining) == (6, 0)
    people.leave(user=bob)
    assert ask(bob) == "user,hour"


def test_what_members_use_is_in_its_books_and_nobody_elses(alice: User, bob: User, guild: Organisation) -> None:
    outsider = UserFactory()
    for user in (alice, bob, bob, outsider):
        spoke(user)
    found = use_of_members(guild)
    assert {part.id: part.sum.tokens for part in found.members} == {alice.pk: 110, bob.pk: 220}
    assert found.month.tokens == 330
    assert ModelUse.objects.get(user_id=outsider.pk).organisation_id is None
    people.leave(user=bob)
    spoke(bob)
    assert use_of_members(guild).month.tokens == 330, "what came before stays, what comes after is not theirs"


def test_the_statement_names_members_plans_and_whether_a_key_asked_and_no_character(
    alice, bob, guild, signed_in
) -> None:
    spoke(alice, 50)
    spoke(alice, 60, key=True)
    spoke(bob, 70)
    today = timezone.now().date()
    answer = signed_in(alice).get(f"/settings/organisation/use/{today.year}-{today.month}.csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {(line["member"], line["plan"], line["by"], line["prompt"]) for line in lines} == {
        (str(alice.pk), "free", "pages", "50"),
        (str(alice.pk), "free", "api", "60"),
        (str(bob.pk), "free", "pages", "70"),
    }
    characters = ModelUse.objects.values_list("character_id", flat=True)
    assert not any(str(character) in answer.content.decode() for character in characters)
    page = signed_in(alice).get("/settings/organisation/use/").content.decode()
    assert "180" in page
    assert not any(str(character) in page for character in characters)


def test_a_cap_on_all_of_them_together_holds_for_members_and_for_nobody_else(alice, bob, guild) -> None:
    Cap.objects.create(scope=Cap.Scope.POOL, organisation=guild, span=Cap.Span.MONTH, tokens=1_000)
    caps.known.refresh()
    today = timezone.now().date()
    held = {user.pk: caps.current().on(user_id=user.pk, plan="free", day=today) for user in (alice, bob, UserFactory())}
    assert [len(each) for each in held.values()] == [1, 1, 0]
    assert held[alice.pk] == held[bob.pk], "one counter for all of them"
    spoke(alice, 300)
    spoke(bob, 300)
    [left] = use_of_members(guild).caps
    assert (left.used, left.left) == (620, 380)
    people.leave(user=bob)
    caps.known.refresh()
    assert caps.current().on(user_id=bob.pk, plan="free", day=today) == []


def test_dissolved_its_books_are_nobodys_and_the_totals_stay(alice: User, bob: User, guild: Organisation) -> None:
    spoke(alice)
    spoke(bob)
    people.dissolve(by=alice)
    assert set(ModelUse.objects.values_list("user_id", "organisation_id")) == {(alice.pk, None), (bob.pk, None)}
