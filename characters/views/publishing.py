"""What an author does about who sees their character, from its page. Everything else of it is in the builder."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import Invalid, NotFound, ProductError
from accounts.models import User
from accounts.views import limited_form
from characters.models import Character, Publication, Visibility
from characters.selectors.drafts import own_character
from characters.services.publishing import ask_to_publish, ask_to_show_lore, set_copyable
from characters.services.requests import AlreadyDecided, withdraw
from characters.views.parts import back

State = Publication.State
Step = Callable[[HttpRequest, Character, User], str]


def _of_authors(step: Step) -> Callable[[HttpRequest, UUID], HttpResponseBase]:
    """A form on the page of one's own character, or another that says `next`: it leads back, and a refusal is told."""

    @require_POST
    @limited_form("30/m")
    @wraps(step)
    def done(request: HttpRequest, character_id: UUID) -> HttpResponse:
        try:
            character = own_character(user=request.user, character_id=character_id)
        except Character.DoesNotExist:
            raise NotFound from None
        assert isinstance(request.user, User)
        try:
            messages.success(request, step(request, character, request.user))
        except NotFound:
            raise
        except ProductError as error:
            messages.error(request, str(error.message))
        return redirect(back(request, reverse("character", args=[character_id]) + "#standing"))

    return done


@_of_authors
def publish(request: HttpRequest, character: Character, user: User) -> str:
    """`visibility`: for whom. The newest version is asked for."""
    wanted = request.POST.get("visibility", "")
    newest = character.versions.order_by("-number").first()
    if wanted not in Visibility.values or newest is None:
        raise Invalid(field="visibility")
    request_made = ask_to_publish(character=character, version=newest, asked_by=user, visibility=wanted)
    if request_made.state == State.WAITING:
        return _("Your request is in. Somebody looks at it, and you hear of it by e-mail.")
    if wanted == Visibility.PRIVATE:
        return _("Only you see this character now.")
    return _("Done.")


@_of_authors
def publish_lore(request: HttpRequest, character: Character, user: User) -> str:
    """What changed of lore and knowledge since it was let through."""
    if ask_to_show_lore(character=character, asked_by=user) is None:
        return _("Others have all of it already.")
    return _("Your request is in. Somebody looks at it, and you hear of it by e-mail.")


@_of_authors
def take_back_request(request: HttpRequest, character: Character, user: User) -> str:
    try:
        withdraw(work=character, by=user)
    except AlreadyDecided:
        return _("Nothing was waiting.")
    return _("Your request is withdrawn.")


@_of_authors
def let_copy(request: HttpRequest, character: Character, user: User) -> str:
    """`copyable` is 1 or 0."""
    set_copyable(character=character, copyable=request.POST.get("copyable") == "1")
    return _("Saved.")
