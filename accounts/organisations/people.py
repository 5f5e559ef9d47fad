"""Who belongs to which organisation, and in which role. All changes hold the organisation's row.

An organisation that somebody does not belong to looks like none: NotFound.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import terms
from accounts.errors import Forbidden, Invalid, NotFound
from accounts.judging import Place, judged
from accounts.models import Membership, Organisation, OrganisationInvitation, Plan, Role, User
from accounts.models.organisation import MAX_NAME
from accounts.organisations.errors import BelongsElsewhere, OwnerStays, SeatsTaken
from accounts.selectors import display_name
from accounts.spending.ledger import forget_organisation

logger = logging.getLogger(__name__)

Farewell = Callable[[Membership], None]
_farewells: list[Farewell] = []


def on_farewell(farewell: Farewell) -> Farewell:
    """For apps above, in their `apps.py`: `farewell(membership)` takes back what somebody shared, before they leave."""
    if farewell not in _farewells:
        _farewells.append(farewell)
    return farewell


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    role: str
    role_name: str
    since: datetime


# Reading


def membership_of(user: User) -> Membership | None:
    return Membership.objects.select_related("organisation__plan").filter(user=user).first()


def seat_of(user: User) -> Membership:
    """NotFound for whoever belongs to none."""
    mine = membership_of(user)
    if mine is None:
        raise NotFound
    return mine


def run_by(user: User) -> Membership:
    """For what owner and admins do: NotFound for outsiders, Forbidden for other members."""
    mine = seat_of(user)
    if not mine.runs_it:
        raise Forbidden(_("Only the owner and the admins of the organisation may do that."))
    return mine


def hold_run_by(user: User) -> Membership:
    """The same, and nothing of the organisation changes before the transaction ends."""
    hold(seat_of(user).organisation_id)
    return run_by(user)


def owned_by(user: User) -> Membership:
    mine = seat_of(user)
    if not mine.owns_it:
        raise Forbidden(_("Only the owner of the organisation may do that."))
    return mine


def people_of(organisation: Organisation) -> list[Person]:
    """The owner first, then by when they came."""
    rows = Membership.objects.filter(organisation=organisation).select_related("user__profile")
    people = [
        Person(row.user_id, display_name(row.user), row.role, str(row.get_role_display()), row.joined_at)
        for row in rows.order_by("joined_at", "id")
    ]
    return sorted(people, key=lambda each: each.role != Role.OWNER)


# Making and changing one


@transaction.atomic
def make_organisation(*, owner: User, name: str, seats: int | None = None) -> Membership:
    """Raises Forbidden where only operators make them, Invalid, NotAllowed, BelongsElsewhere."""
    seats = settings.ORGANISATION_SEATS if seats is None else seats
    if owner.is_guest or seats < 1:
        raise Forbidden
    organisation = Organisation.objects.create(name=_named(name, owner), seats=seats)
    return found(organisation, owner=owner)


def found(organisation: Organisation, *, owner: User) -> Membership:
    """A new one gets its owner. Raises BelongsElsewhere."""
    return _seat(owner, organisation, Role.OWNER)


def rename(*, by: User, name: str) -> None:
    """Raises Forbidden, NotFound, Invalid, NotAllowed."""
    mine = owned_by(by)
    Organisation.objects.filter(pk=mine.organisation_id).update(name=_named(name, by))


def _named(name: str, by: User) -> str:
    """Whoever has a link reads it, and everybody on the way in."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or "\x00" in name:
        raise Invalid(_("A name has one to eighty characters."), field="name", limit=MAX_NAME)
    return judged(name, Place("input", "public"), field="name", user=by)[:MAX_NAME]


@transaction.atomic
def allow(organisation: Organisation, plan: Plan | None) -> None:
    """The operator gives its members another plan, or another pool: theirs from now on."""
    for membership in Membership.objects.filter(organisation=organisation):
        terms.give_while_member(membership=membership, plan=plan)
        terms.tell_followers(membership.user_id)


# Coming


@transaction.atomic
def join(*, user: User, organisation: Organisation, role: str = Role.MEMBER) -> Membership:
    """Who belongs to it already keeps their role. Raises Forbidden for a guest, BelongsElsewhere, SeatsTaken."""
    if user.is_guest:
        raise Forbidden(_("Create an account first."))
    locked = hold(organisation.pk)
    mine = membership_of(user)
    if mine is not None and mine.organisation_id == locked.pk:
        return mine
    if Membership.objects.filter(organisation=locked).count() >= locked.seats:
        raise SeatsTaken(limit=locked.seats)
    return _seat(user, locked, role)


def _seat(user: User, organisation: Organisation, role: str) -> Membership:
    # Two tabs may both get here: the constraint decides, and the row of the person keeps the order.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    if Membership.objects.filter(user=user).exists():
        raise BelongsElsewhere
    membership = Membership.objects.create(user=user, organisation=organisation, role=role)
    terms.give_while_member(membership=membership, plan=organisation.plan)
    terms.tell_followers(user.pk)
    return membership


# Going


@transaction.atomic
def leave(*, user: User) -> None:
    """Raises OwnerStays for an owner who is not alone; alone they dissolve it."""
    mine = _held_seat(user)
    if mine.owns_it:
        if Membership.objects.filter(organisation=mine.organisation_id).count() > 1:
            raise OwnerStays
        _dissolve(mine.organisation)
        return
    _part(mine)


@transaction.atomic
def remove(*, by: User, person_id: UUID) -> None:
    """Admins remove members, the owner admins too; nobody the owner."""
    mine = _held_seat(by)
    theirs = _other(mine, person_id)
    if not mine.runs_it or theirs.owns_it or (theirs.runs_it and not mine.owns_it):
        raise Forbidden
    _part(theirs)


@transaction.atomic
def set_role(*, by: User, person_id: UUID, role: str) -> None:
    mine = _held_seat(by)
    if not mine.owns_it:
        raise Forbidden
    if role not in (Role.ADMIN, Role.MEMBER):
        raise Invalid(_("There is no such role to give."), field="role")
    theirs = _other(mine, person_id)
    Membership.objects.filter(pk=theirs.pk).update(role=role)
    if role == Role.MEMBER:
        _withdraw_links(theirs)


@transaction.atomic
def hand_over(*, by: User, person_id: UUID) -> None:
    """Another owner; who it was stays as an admin. Not to somebody who is about to go for good."""
    mine = _held_seat(by)
    if not mine.owns_it:
        raise Forbidden
    theirs = _other(mine, person_id)
    if hasattr(theirs.user, "departure"):
        raise Invalid(_("They are about to delete their account."), field="person")
    _make_owner(theirs, instead_of=mine)


@transaction.atomic
def dissolve(*, by: User) -> None:
    mine = _held_seat(by)
    if not mine.owns_it:
        raise Forbidden
    _dissolve(mine.organisation)


@transaction.atomic
def dissolve_for_house(organisation: Organisation) -> None:
    """By an operator."""
    _dissolve(hold(organisation.pk))


def must_hand_over(user: User) -> bool:
    """Whether others would be left without an owner if this person went."""
    mine = membership_of(user)
    return (
        mine is not None
        and mine.owns_it
        and Membership.objects.filter(organisation=mine.organisation_id).exclude(pk=mine.pk).exists()
    )


def hold_seat(user: User) -> None:
    """Before the row of somebody who goes for good is held: all that changes who belongs to it holds it first, too."""
    Organisation.objects.select_for_update(of=("self",)).filter(members__user=user).first()


def let_go(user: User) -> None:
    """Whoever is erased leaves, whatever stood against it: the longest-standing admin, else member, owns it then."""
    mine = Membership.objects.select_related("organisation").filter(user=user).first()
    if mine is None:
        return
    hold(mine.organisation_id)
    if mine.owns_it:
        others = Membership.objects.filter(organisation=mine.organisation_id).exclude(pk=mine.pk)
        heirs = sorted(others, key=lambda each: (each.role != Role.ADMIN, each.joined_at))
        if not heirs:
            _dissolve(mine.organisation)
            return
        _make_owner(heirs[0], instead_of=mine)
        logger.info("organisation %s passed to its next owner", mine.organisation_id)
    _part(mine)


def _make_owner(theirs: Membership, *, instead_of: Membership) -> None:
    Membership.objects.filter(pk=instead_of.pk).update(role=Role.ADMIN)
    _withdraw_links(instead_of, role=Role.ADMIN)
    Membership.objects.filter(pk=theirs.pk).update(role=Role.OWNER)


def _dissolve(organisation: Organisation) -> None:
    for membership in Membership.objects.filter(organisation=organisation):
        _part(membership)
    unlink(organisation.pk)
    forget_organisation(organisation.pk)
    organisation.delete()


def _part(membership: Membership) -> None:
    for farewell in reversed(_farewells):
        farewell(membership)
    terms.give_while_member(membership=membership, plan=None)
    unlink(membership.organisation_id, of=membership.user_id)
    _withdraw_links(membership)
    membership.delete()
    terms.tell_followers(membership.user_id)


def _withdraw_links(membership: Membership, **which: str) -> None:
    """Those that somebody made are not good again should they come back."""
    made = OrganisationInvitation.objects.filter(organisation=membership.organisation_id, made_by=membership.user_id)
    made.filter(**which).delete()


def unlink(organisation_id: UUID, *, of: UUID | None = None) -> None:
    """What its provider says opens no account any more, or not that of one person."""
    linked = SocialAccount.objects.filter(provider=provider_id_of(organisation_id))
    (linked if of is None else linked.filter(user=of)).delete()


def provider_id_of(organisation_id: UUID) -> str:
    """What its provider is called in addresses and linked accounts."""
    return f"org-{organisation_id.hex}"


def hold(organisation_id: UUID) -> Organisation:
    """Nothing of it changes before the transaction ends. Taken before the row of any person."""
    found = Organisation.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=organisation_id)
    locked = found.first()
    if locked is None:
        raise NotFound
    return locked


def _held_seat(user: User) -> Membership:
    """Read again under the lock: roles may have changed meanwhile."""
    hold(seat_of(user).organisation_id)
    return seat_of(user)


def _other(mine: Membership, person_id: UUID) -> Membership:
    if person_id == mine.user_id:
        raise Invalid(_("That is yourself."), field="person")
    others = Membership.objects.filter(organisation=mine.organisation_id, user=person_id)
    theirs = others.select_related("user__departure").first()
    if theirs is None:
        raise NotFound
    return theirs
