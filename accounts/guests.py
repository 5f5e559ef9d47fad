"""Playing before saying who one is, and taking everything along afterwards."""

from collections.abc import Callable
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.models import EmailAddress
from django.contrib.auth import login, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts import plans
from accounts.age import Where, declare, known_from_device, take_along
from accounts.blocks import move_blocks
from accounts.encryption import rewrap
from accounts.limits import charge_guest, client_ip
from accounts.models import DataKey, Persona, Sanction, User
from accounts.people import create_guest, create_people
from accounts.profiles import note_zone
from accounts.sanctions import KeptOut, in_force
from accounts.visits import kept_out

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

Adopter = Callable[[User, User], None]
_adopters: list[Adopter] = []


def on_adoption(adopter: Adopter) -> Adopter:
    """For apps above, in their `apps.py`: `adopter(guest, user)` moves what they keep for the guest."""
    if adopter not in _adopters:
        _adopters.append(adopter)
    return adopter


def get_or_create_guest(request: HttpRequest) -> User:
    """Whoever is signed in, or a new guest signed in under a fresh session key.

    RateLimited when too many guests came from this address; Unavailable when that cannot be counted; KeptOut.
    """
    if request.user.is_authenticated:
        return User.objects.get(pk=request.user.pk)
    refuse_who_is_kept_out(request)
    charge_guest(client_ip(request))
    guest = create_guest(language=get_language())
    known_from_device(request, guest)
    login(request, guest, backend=BACKEND)
    return guest


def refuse_who_is_kept_out(request: HttpRequest) -> None:
    """In the browser in which somebody was when they were put out, they come back as nobody else."""
    person = kept_out(request.session)
    if person is not None and in_force(person.pk).filter(kind__in=Sanction.KEEPS_OUT).exists():
        raise KeptOut


@transaction.atomic
def adopt(guest: User, user: User) -> None:
    """The guest's things become the user's: content, keys, personas. The guest is gone afterwards."""
    guest = User.objects.select_for_update().get(pk=guest.pk)
    if not guest.is_guest or guest.pk == user.pk:
        raise ValueError("only a guest is adopted, and by somebody else")
    take_along(guest, user)
    for adopter in _adopters:
        adopter(guest, user)
    move_blocks(guest, user)
    for key in DataKey.objects.filter(owner=guest, destroyed_at=None):
        rewrap(key, user)
    Persona.objects.filter(user=guest).update(user=user, is_default=False)
    guest.delete()


@transaction.atomic
def begin_sign_up(request: HttpRequest, *, user: User, email: str, password: str) -> User:
    """Write down the address and password; `finish_sign_up` follows when the address is verified, or at once
    where the site does not insist on that.

    `user` is the signed-in guest, whose session goes on under a new key, or a new row. Raises KeptOut.
    """
    refuse_who_is_kept_out(request)
    user.set_password(password)
    if user._state.adding:
        create_people([user], language=get_language())
    else:
        user.save(update_fields=["password"])
        EmailAddress.objects.filter(user=user).delete()
        update_session_auth_hash(request, user)
    known_from_device(request, user)
    address = EmailAddress.objects.create(user=user, email=email.lower(), primary=True, verified=False)
    EmailAddress.objects.fill_cache_for_user(user, [address])
    if account_settings.EMAIL_VERIFICATION != account_settings.EmailVerificationMethod.MANDATORY:
        user.email = address.email
        user.save(update_fields=["email"])
        finish_sign_up(user)
    return user


def begin_social_sign_up(
    request: HttpRequest, *, user: User | None, email: str, proved: bool, language: str | None
) -> User:
    """The same for somebody whom an identity provider vouches for, and who has no password. `user` is the guest.

    `proved`: the provider says that the address is theirs, so that nobody need confirm it. Raises KeptOut.
    """
    refuse_who_is_kept_out(request)
    if user is None:
        [user] = create_people([User(is_guest=True, plan_id=plans.GUEST)], language=language)
    else:
        EmailAddress.objects.filter(user=user).delete()
    known_from_device(request, user)
    address = EmailAddress.objects.create(user=user, email=email.lower(), primary=True, verified=proved)
    if proved or account_settings.EMAIL_VERIFICATION != account_settings.EmailVerificationMethod.MANDATORY:
        user.email = address.email
        user.save(update_fields=["email"])
        finish_sign_up(user)
    return user


def keep_answers(user: User, said: dict[str, Any]) -> None:
    """Of a sign-up: how old somebody is, and where."""
    if said.get("age") and not user.age:
        declare(user=user, age=said["age"], where=Where.SIGN_UP)
    note_zone(user=user, zone=said.get("zone", ""))


def finish_sign_up(user: User) -> None:
    """The guest proved an address: an account from now on. Repeatable."""
    changed = User.objects.filter(pk=user.pk, is_guest=True, email__isnull=False).update(is_guest=False)
    if changed:
        User.objects.filter(pk=user.pk, plan_id=plans.GUEST).update(plan_id=plans.FREE)
        user.refresh_from_db(fields=["is_guest", "plan"])
