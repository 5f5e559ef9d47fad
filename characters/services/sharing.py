"""Characters that somebody shares with their organisation."""

from accounts.models import Membership
from characters.models import Character, Visibility


def take_along(membership: Membership) -> None:
    """Whoever leaves takes theirs along; talks that others have with them go on as they are."""
    theirs = Character.objects.filter(owner=membership.user_id, organisation=membership.organisation_id)
    theirs.update(visibility=Visibility.PRIVATE, organisation=None)
