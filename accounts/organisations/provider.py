"""An organisation's own OpenID Connect provider: set by who runs it, so that it may lead anywhere, and is asked only
where the public internet is; and what it vouches for: addresses of domains that the organisation has shown to be its
own.
"""

import json
import logging
import secrets
from dataclasses import dataclass
from uuid import UUID

from allauth.socialaccount.models import SocialApp
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import open_for_site, seal_for_site
from accounts.errors import Conflict, Invalid, NotFound, ProductError
from accounts.models import Membership, Organisation, OrganisationDomain, OrganisationProvider, User
from accounts.organisations.errors import AnotherProvider, SeatsTaken, StaffLinkNone
from accounts.organisations.people import hold, hold_run_by, join, provider_id_of, run_by, unlink
from accounts.outbound import NotSent, ask, check_url

logger = logging.getLogger(__name__)

DISCOVERY = "/.well-known/openid-configuration"
PROOF = "/.well-known/dramatis-organisation.txt"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
MAX_ANSWER = 200_000
MAX_DOMAINS = 50
MAX_CLIENT, MAX_SECRET = 200, 1_000
PREFIX = "org-"


@dataclass(frozen=True, slots=True)
class Door:
    """Where the people of an organisation sign in."""

    name: str
    provider_id: str


def set_provider(*, by: User, server_url: str, client_id: str, secret: str = "") -> None:
    """Without a secret the one that is kept stays. The provider is asked once, so that a wrong address is told now.
    Accounts that were linked to another one are linked no more: what that called Bob this one may call anybody.

    Raises Invalid with the field, Forbidden, NotFound.
    """
    mine = run_by(by)
    server_url, client_id, secret = server_url.strip().rstrip("/"), client_id.strip(), secret.strip()
    server_url = server_url.removesuffix(DISCOVERY)
    if not client_id or len(client_id) > MAX_CLIENT or not client_id.isprintable():
        raise Invalid(_("The provider gives every site a client id."), field="client_id", limit=MAX_CLIENT)
    if len(secret) > MAX_SECRET or not secret.isprintable():
        raise Invalid(_("That is too long."), field="secret", limit=MAX_SECRET)
    _check_secret(_kept(mine.organisation_id).first(), server_url, secret)
    check_discovery(server_url)
    _keep(by, server_url, client_id, secret)


@transaction.atomic
def _keep(by: User, server_url: str, client_id: str, secret: str) -> None:
    """While it was asked, somebody else may have set another, or removed whoever sets this."""
    mine = hold_run_by(by)
    kept = _kept(mine.organisation_id).first()
    _check_secret(kept, server_url, secret)
    fields = {"server_url": server_url, "client_id": client_id}
    if secret:
        fields["secret"] = seal_for_site(secret)
    OrganisationProvider.objects.update_or_create(organisation=mine.organisation, defaults=fields)
    if kept is None or (kept.server_url, kept.client_id) != (server_url, client_id):
        unlink(mine.organisation_id)


def _check_secret(kept: OrganisationProvider | None, server_url: str, secret: str) -> None:
    if secret:
        return
    if kept is None:
        raise Invalid(_("The provider gives every site a secret."), field="secret")
    if kept.server_url != server_url:
        raise Invalid(
            _("Another provider needs its own secret: the one that is kept is not sent there."), field="secret"
        )


def _kept(organisation_id: UUID | None) -> QuerySet[OrganisationProvider]:
    return OrganisationProvider.objects.filter(organisation=organisation_id)


@transaction.atomic
def remove_provider(*, by: User) -> None:
    """Whoever signed in by it sets a password by mail from now on; they stay members."""
    mine = hold_run_by(by)
    _kept(mine.organisation_id).delete()
    unlink(mine.organisation_id)


def check_discovery(server_url: str) -> None:
    """Raises Invalid, field "server_url": an address that is not asked, or no provider there."""
    check_url(server_url, field="server_url")
    try:
        answer = ask("GET", server_url + DISCOVERY, body=b"", headers={}, most=MAX_ANSWER)
        told = json.loads(answer.beginning) if answer.status == 200 else None
    except NotSent as error:
        if error.reason == "forbidden_address":
            raise Invalid(_("This address leads into a private network."), field="server_url") from error
        raise Invalid(_("Nobody answers there."), field="server_url") from error
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in NEEDED):
        raise Invalid(_("There is no OpenID provider at this address."), field="server_url")
    for name in NEEDED[1:]:
        check_url(told[name], field="server_url")


# As allauth knows it


def app_of(provider_id: str) -> SocialApp | None:
    provider = _kept(_organisation(provider_id)).select_related("organisation").first()
    if provider is None:
        return None
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id,
        name=provider.organisation.name,
        client_id=provider.client_id,
        secret=open_for_site(provider.secret),
        settings={"server_url": provider.server_url, "oauth_pkce_enabled": True},
    )


def _organisation(provider_id: str) -> UUID | None:
    try:
        return UUID(hex=provider_id.removeprefix(PREFIX)) if provider_id.startswith(PREFIX) else None
    except ValueError:
        return None


def _whole(provider_id: str) -> Organisation | None:
    found = _organisation(provider_id)
    return Organisation.objects.filter(pk=found).first() if found else None


def vouches_for(provider_id: str, address: str) -> bool:
    """Whether what this provider says of an address is believed: others are proved by mail first."""
    domain = address.rpartition("@")[2].lower()
    confirmed = OrganisationDomain.objects.filter(organisation=_organisation(provider_id), confirmed_at__isnull=False)
    return confirmed.filter(domain=domain).exists()


def must_not_be_staff(user: User) -> None:
    """Whoever runs an organisation says who its people are, and would say so of whoever may enter the admin. Raises
    StaffLinkNone.
    """
    if user.is_staff or user.is_superuser:
        raise StaffLinkNone


def named(app: SocialApp) -> str:
    """Which provider answered: an organisation's may be another one by the time that somebody is linked to it."""
    return f"{app.settings['server_url']} {app.client_id}"


@transaction.atomic
def must_be_the_same(provider_id: str, answered: str) -> None:
    """Nobody sets another one before the transaction ends. Raises AnotherProvider, NotFound."""
    organisation_id = _organisation(provider_id)
    if organisation_id is None:
        return  # the operator's
    hold(organisation_id)
    app = app_of(provider_id)
    if app is None or named(app) != answered:
        raise AnotherProvider


def must_have_seat(provider_id: str) -> None:
    """Before an account is made. Raises SeatsTaken."""
    organisation = _whole(provider_id)
    if organisation and Membership.objects.filter(organisation=organisation).count() >= organisation.seats:
        raise SeatsTaken(limit=organisation.seats)


def provision(user: User, provider_id: str) -> None:
    """Whoever signs in by an organisation's provider takes a seat, if there is one and they belong nowhere else."""
    organisation = _whole(provider_id)
    if organisation is None or user.is_guest:
        return
    try:
        join(user=user, organisation=organisation)
    except ProductError as refused:
        logger.info("not provisioned into %s: %s", organisation.pk, refused.code)


def door(organisation_id: UUID) -> Door:
    """NotFound where no provider is set."""
    found = OrganisationProvider.objects.select_related("organisation").filter(organisation=organisation_id).first()
    if found is None:
        raise NotFound
    return Door(found.organisation.name, provider_id_of(found.organisation_id))


def door_of_address(address: str) -> UUID | None:
    """The organisation whose provider knows people of this domain."""
    domain = address.strip().rpartition("@")[2].lower()
    found = OrganisationDomain.objects.filter(
        domain=domain, confirmed_at__isnull=False, organisation__provider__isnull=False
    )
    return found.values_list("organisation_id", flat=True).first()


# Domains


@transaction.atomic
def add_domain(*, by: User, domain: str) -> OrganisationDomain:
    """Not confirmed yet. Raises Invalid."""
    mine = run_by(by)
    domain = domain.strip().lower().removeprefix("@").rstrip(".")
    check_url(f"https://{domain}{PROOF}", field="domain")
    if "." not in domain or "/" in domain or ":" in domain or len(domain) > 253:
        raise Invalid(_("A domain, as it stands behind the @ of your addresses."), field="domain", limit=253)
    if OrganisationDomain.objects.filter(organisation=mine.organisation_id).count() >= MAX_DOMAINS:
        raise Invalid(_("These are as many domains as one organisation can have."), field="domain", limit=MAX_DOMAINS)
    fields = {"token": secrets.token_urlsafe(24)}
    return OrganisationDomain.objects.get_or_create(
        organisation=mine.organisation, domain=domain, defaults=fields
    )[0]  # fmt: skip


def confirm_domain(*, by: User, domain_id: UUID) -> None:
    """Asks the domain itself for the file. Raises Invalid where it does not say so, Conflict for another's."""
    found = OrganisationDomain.objects.filter(organisation=run_by(by).organisation_id, pk=domain_id).first()
    if found is None:
        raise NotFound
    try:
        answer = ask("GET", f"https://{found.domain}{PROOF}", body=b"", headers={}, most=4_096)
    except NotSent as error:
        raise Invalid(_("The domain does not answer: put the file there, over https."), field="domain") from error
    if answer.status != 200 or found.token.encode() not in answer.beginning.split():
        raise Invalid(_("The file is not there, or says something else."), field="domain")
    mark_confirmed(found)


def mark_confirmed(domain: OrganisationDomain) -> None:
    """Also the operator's word, in the admin. Raises Conflict where another organisation has it."""
    try:
        with transaction.atomic():
            OrganisationDomain.objects.filter(pk=domain.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    except IntegrityError as error:
        raise Conflict(_("This domain belongs to another organisation.")) from error


def remove_domain(*, by: User, domain_id: UUID) -> None:
    if not OrganisationDomain.objects.filter(organisation=run_by(by).organisation_id, pk=domain_id).delete()[0]:
        raise NotFound
