"""Organisations: who comes, who goes, who may do what, and what is left of one."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.erasure import erase
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.ids import uuid7
from accounts.models import Departure, Membership, Organisation, OrganisationInvitation, Plan, Role, Term, User
from accounts.organisations import invitations, people
from accounts.privacy.departures import ask_to_go
from accounts.privacy.going import go
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def guild(alice: User) -> Organisation:
    return people.make_organisation(owner=alice, name="  The   Guild ", seats=3).organisation


def link(token: str) -> str:
    return token


def role_of(user: User) -> str:
    found = people.membership_of(user)
    return found.role if found else ""


def test_somebody_makes_one_and_owns_it(alice: User, guild: Organisation) -> None:
    assert (guild.name, role_of(alice)) == ("The Guild", "owner")
    with pytest.raises(Conflict):
        people.make_organisation(owner=alice, name="Another")
    for name in ("", "x" * 81, "a\x00b"):
        with pytest.raises(Invalid):
            people.rename(by=alice, name=name)


def test_guests_make_none_and_where_the_house_makes_them_nobody_does(settings, bob: User) -> None:
    with pytest.raises(Forbidden):
        people.make_organisation(owner=GuestFactory(), name="The Guild")
    settings.ORGANISATION_SEATS = 0
    with pytest.raises(Forbidden):
        people.make_organisation(owner=bob, name="The Guild")


def test_a_link_lets_people_in_while_seats_are_left(alice: User, bob: User, guild: Organisation) -> None:
    _id, token = invitations.invite(by=alice, link=link)
    assert bytes(OrganisationInvitation.objects.get().digest) != token.encode()
    assert invitations.accept(user=bob, token=token).role == Role.MEMBER
    assert invitations.accept(user=bob, token=token).organisation_id == guild.pk, "twice is once"
    invitations.accept(user=UserFactory(), token=token)
    with pytest.raises(Conflict) as refused:
        invitations.accept(user=UserFactory(), token=token)
    assert refused.value.code == "seats_taken"
    with pytest.raises(Forbidden):
        invitations.accept(user=GuestFactory(), token=token)
    with pytest.raises(NotFound):
        invitations.accept(user=UserFactory(), token="invented")


def test_an_invitation_by_mail_is_good_once(alice, bob, guild, signed_in, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = signed_in(alice).post("/settings/organisation/invite/", {"address": "New@Example.com", "role": "admin"})
    assert page.status_code == 200
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    kept = OrganisationInvitation.objects.get()
    assert "example.com" not in kept.address, "an address of somebody who is nobody here lies sealed"
    assert invitations.open_to(alice)[0].address == "new@example.com"
    [path] = re.findall(r"http://testserver(/organisations/join/\S+)", message.body)
    client = signed_in(bob)
    assert "Join The Guild" in client.get(path).content.decode()
    assert client.post(path).headers["location"] == "/settings/organisation/"
    assert role_of(bob) == "admin"
    assert signed_in(UserFactory()).get(path).status_code == 404


def test_a_link_is_good_for_as_long_as_whoever_made_it_may_make_it(cast: dict[str, User], bob: User) -> None:
    owner, admin = cast["owner"], cast["admin"]
    _id, first = invitations.invite(by=admin, link=link)
    people.remove(by=owner, person_id=admin.pk)
    for left in (admin, bob):
        with pytest.raises(NotFound):
            invitations.accept(user=left, token=first)
    people.join(user=admin, organisation=people.seat_of(owner).organisation, role=Role.ADMIN)
    with pytest.raises(NotFound):
        invitations.accept(user=bob, token=first)
    _id, second = invitations.invite(by=admin, link=link)
    people.set_role(by=owner, person_id=admin.pk, role=Role.MEMBER)
    with pytest.raises(NotFound):
        invitations.accept(user=bob, token=second)
    _id, for_admins = invitations.invite(by=owner, link=link, role=Role.ADMIN, address="bob@example.com")
    _id, for_members = invitations.invite(by=owner, link=link)
    people.hand_over(by=owner, person_id=admin.pk)
    with pytest.raises(NotFound):
        invitations.accept(user=bob, token=for_admins)
    Membership.objects.filter(user=cast["member"]).delete()
    assert invitations.accept(user=bob, token=for_members).role == Role.MEMBER


def test_a_link_without_an_address_makes_nobody_an_admin(alice: User, bob: User, guild: Organisation) -> None:
    with pytest.raises(Invalid) as refused:
        invitations.invite(by=alice, link=link, role=Role.ADMIN)
    assert refused.value.extra["field"] == "address"
    _id, token = invitations.invite(by=alice, link=link)
    OrganisationInvitation.objects.update(role=Role.ADMIN)  # as they were made once
    with pytest.raises(NotFound):
        invitations.accept(user=bob, token=token)


def test_nobody_belongs_to_two(alice: User, bob: User, guild: Organisation) -> None:
    people.make_organisation(owner=bob, name="Other")
    _id, token = invitations.invite(by=alice, link=link)
    with pytest.raises(Conflict) as refused:
        invitations.accept(user=bob, token=token)
    assert refused.value.code == "belongs_elsewhere"
    assert people.seat_of(bob).organisation.name == "Other"


@pytest.fixture
def cast(alice: User, guild: Organisation) -> dict[str, User]:
    admin, member, outsider = UserFactory(), UserFactory(), UserFactory()
    people.join(user=admin, organisation=guild, role=Role.ADMIN)
    people.join(user=member, organisation=guild)
    return {"owner": alice, "admin": admin, "member": member, "outsider": outsider}


# who asks -> what they get for each of: page, use, statement, sign-in, dissolve
PAGES = ("", "use/", "use/2026-11.csv", "sign-in/", "dissolve/")
WHO = {
    "owner": (200, 200, 200, 200, 200),
    "admin": (200, 200, 200, 200, 403),
    "member": (200, 403, 403, 403, 403),
    "outsider": (200, 404, 404, 404, 404),  # to an outsider the first says how one is made
}


@pytest.mark.parametrize("role", WHO)
def test_each_role_sees_its_pages(cast: dict[str, User], signed_in, role: str) -> None:
    client = signed_in(cast[role])
    got = tuple(client.get(f"/settings/organisation/{page}").status_code for page in PAGES)
    assert got == WHO[role]
    assert ("The Guild" in client.get("/settings/organisation/").content.decode()) == (role != "outsider")


def test_who_may_do_what_to_whom(cast: dict[str, User]) -> None:
    owner, admin, member, outsider = cast.values()
    for by in (member, admin):
        with pytest.raises(Forbidden):
            people.set_role(by=by, person_id=member.pk if by is admin else admin.pk, role="admin")
        with pytest.raises(Forbidden):
            people.hand_over(by=by, person_id=member.pk if by is admin else admin.pk)
        with pytest.raises(Forbidden):
            people.remove(by=by, person_id=owner.pk)
        with pytest.raises(Forbidden):
            people.dissolve(by=by)
    with pytest.raises(Forbidden):
        invitations.invite(by=member, link=link)
    with pytest.raises(Forbidden):
        invitations.invite(by=admin, link=link, role=Role.ADMIN)
    for person_id in (uuid7(), outsider.pk):
        with pytest.raises(NotFound):
            people.remove(by=owner, person_id=person_id)
    for by in (outsider,):
        for act in (people.remove, people.hand_over):
            with pytest.raises(NotFound):
                act(by=by, person_id=member.pk)
    people.remove(by=admin, person_id=member.pk)
    assert role_of(member) == ""
    with pytest.raises(Invalid):
        people.set_role(by=owner, person_id=admin.pk, role="owner")


def test_an_owner_hands_it_over_and_only_then_leaves(cast: dict[str, User]) -> None:
    owner, admin = cast["owner"], cast["admin"]
    with pytest.raises(Conflict) as refused:
        people.leave(user=owner)
    assert refused.value.code == "owner_stays"
    people.hand_over(by=owner, person_id=admin.pk)
    assert (role_of(owner), role_of(admin)) == ("admin", "owner")
    people.leave(user=owner)
    assert role_of(owner) == ""


def test_its_plan_is_theirs_for_as_long_as_they_belong_to_it(alice: User, bob: User, guild: Organisation) -> None:
    premium = Plan.objects.get(pk="premium")
    Organisation.objects.filter(pk=guild.pk).update(plan=premium)
    people.allow(guild, premium)
    people.join(user=bob, organisation=guild)
    plans = dict(User.objects.filter(pk__in=[alice.pk, bob.pk]).values_list("pk", "plan_id"))
    assert set(plans.values()) == {"premium"}
    people.leave(user=bob)
    bob.refresh_from_db()
    assert bob.plan_id == "free"
    people.join(user=bob, organisation=guild)
    people.allow(guild, None)
    bob.refresh_from_db()
    assert bob.plan_id == "free"
    assert Term.objects.filter(user=bob, ended_at=None).count() == 0


def test_whoever_owns_one_hands_it_over_before_they_go_for_good(cast: dict[str, User], signed_in) -> None:
    owner, admin = cast["owner"], cast["admin"]
    with pytest.raises(Invalid) as refused:
        ask_to_go(user=owner, site="http://testserver")
    assert refused.value.extra["field"] == "organisation"
    page = signed_in(owner).post(
        "/settings/leave/", {"when": "later", "characters": "delete", "proof": "one good password"}
    )
    assert page.status_code == 400
    assert "hand it over" in page.content.decode()
    people.hand_over(by=owner, person_id=admin.pk)
    ask_to_go(user=owner, site="http://testserver")
    with pytest.raises(Invalid):
        people.hand_over(by=admin, person_id=owner.pk)
    assert Departure.objects.filter(user=owner).exists()


def test_an_erased_owner_leaves_it_to_whoever_is_there_and_alone_nothing(cast: dict[str, User]) -> None:
    owner, admin, member = cast["owner"], cast["admin"], cast["member"]
    erase(owner)
    assert role_of(admin) == "owner"
    erase(admin)
    assert role_of(member) == "owner"
    erase(member)
    assert not Organisation.objects.exists()
    assert not Membership.objects.exists()


def test_whoever_goes_for_good_holds_rows_in_the_order_of_those_who_leave(cast: dict[str, User]) -> None:
    """The other way round each would wait for the other."""
    orders = []
    for act in (lambda: people.leave(user=cast["member"]), lambda: go(cast["admin"])):
        with CaptureQueriesContext(connection) as asked:
            act()
        held = [
            found[1] for query in asked if (found := re.search(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', query["sql"]))
        ]
        orders.append([held.index(f"accounts_{table}") for table in ("organisation", "user")])
    assert all(organisation < person for organisation, person in orders), orders


def test_an_operator_makes_one_gives_it_more_and_dissolves_it(bob: User, db: None, signed_in) -> None:
    operator: Client = signed_in(UserFactory(is_staff=True, is_superuser=True))
    said = {"name": "School", "seats": 40, "plan": "", "requests_per_hour": "", "owner": bob.email}
    assert operator.post("/admin/accounts/organisation/add/", said).status_code == 302
    school = Organisation.objects.get()
    assert (role_of(bob), school.seats) == ("owner", 40)
    address = f"/admin/accounts/organisation/{school.pk}/change/"
    assert operator.post(address, said | {"plan": "premium"}).status_code == 302
    bob.refresh_from_db()
    assert bob.plan_id == "premium"
    act = {"action": "dissolve", "_selected_action": [str(school.pk)]}
    operator.post("/admin/accounts/organisation/", act)
    bob.refresh_from_db()
    assert (role_of(bob), bob.plan_id) == ("", "free")
