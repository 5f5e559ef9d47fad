"""Links into an organisation: 128 random bits, told once and kept as a hash; by e-mail they are good once.

A link is good for as long as whoever made it may make such a one.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.encryption import open_for_site, seal_for_site
from accounts.errors import Forbidden, Invalid, NotFound
from accounts.mails import post
from accounts.models import Membership, OrganisationInvitation, Role, User
from accounts.organisations.people import hold, join, run_by
from accounts.selectors import display_name

DAYS = 7
MOST_OPEN = 200


@dataclass(frozen=True, slots=True)
class Open:
    id: UUID
    address: str
    role_name: str
    until: datetime


@transaction.atomic
def invite(*, by: User, link: Callable[[str], str], address: str = "", role: str = Role.MEMBER) -> tuple[UUID, str]:
    """The id, and the link that `link(token)` makes: told this once. With an address it is sent there, too.

    Admins are invited by address alone. Raises Invalid, NotFound for outsiders, Forbidden for members, and for an
    admin who makes admins.
    """
    mine = run_by(by)
    if role not in (Role.ADMIN, Role.MEMBER):
        raise Invalid(_("There is no such role to give."), field="role")
    if role == Role.ADMIN and not mine.owns_it:
        raise Forbidden(_("Only the owner of the organisation may do that."))
    address = address.strip().lower()
    if role == Role.ADMIN and not address:
        raise Invalid(
            _("Say which address the link for an admin is sent to: another one is for whoever has it."), field="address"
        )
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Invalid(_("That is no e-mail address."), field="address") from error
    if open_invitations(mine).count() >= MOST_OPEN:
        raise Invalid(_("Too many links are open. Withdraw one first."), limit=MOST_OPEN)
    token = secrets.token_urlsafe(16)
    made = OrganisationInvitation.objects.create(
        organisation=mine.organisation,
        digest=_digest(token),
        address=seal_for_site(address) if address else "",
        role=role,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=DAYS),
    )
    if address:
        _send(by, mine, address, link(token))
    return made.pk, link(token)


def open_invitations(mine: Membership) -> "QuerySet[OrganisationInvitation]":
    return _good().filter(organisation=mine.organisation_id)


def _good() -> "QuerySet[OrganisationInvitation]":
    found = OrganisationInvitation.objects.filter(
        expires_at__gt=timezone.now(), made_by__membership__organisation=F("organisation")
    )
    by = "made_by__membership__role"
    return found.filter(
        Q(role=Role.MEMBER, **{f"{by}__in": (Role.OWNER, Role.ADMIN)})
        | Q(role=Role.ADMIN, **{by: Role.OWNER}) & ~Q(address="")
    )


def open_to(by: User) -> list[Open]:
    """Those that are good, for whoever runs it."""
    rows = open_invitations(run_by(by))
    return [
        Open(row.pk, open_for_site(row.address) if row.address else "", str(row.get_role_display()), row.expires_at)
        for row in rows
    ]


def withdraw(*, by: User, invitation_id: UUID) -> None:
    if not open_invitations(run_by(by)).filter(pk=invitation_id).delete()[0]:
        raise NotFound


def invitation_by(token: str) -> OrganisationInvitation:
    """NotFound for one that is used up, withdrawn or over: they look alike."""
    found = _good().filter(digest=_digest(token))
    invitation = found.select_related("organisation__plan", "made_by__profile").first()
    if invitation is None:
        raise NotFound
    return invitation


@transaction.atomic
def accept(*, user: User, token: str) -> Membership:
    """Raises NotFound, and as `join`. A link that was sent to an address is good once, for whoever opens it there."""
    hold(invitation_by(token).organisation_id)
    invitation = invitation_by(token)  # whoever made it may be gone by now
    if invitation.address and not OrganisationInvitation.objects.filter(pk=invitation.pk).delete()[0]:
        raise NotFound  # somebody else was faster
    return join(user=user, organisation=invitation.organisation, role=invitation.role)


def forget_old() -> int:
    """Those that are over, with the addresses in them."""
    return OrganisationInvitation.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _send(by: User, mine: Membership, address: str, link: str) -> None:
    with translation.override(by.language or translation.get_language() or settings.LANGUAGE_CODE):
        told = {"link": link, "who": display_name(by), "organisation": mine.organisation.name, "days": DAYS}
        subject = " ".join(render_to_string("emails/organisation_invited_subject.txt", told).split())
        body = render_to_string("emails/organisation_invited_message.txt", told)
    transaction.on_commit(lambda: post(EmailMessage(subject, body, None, [address])))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
