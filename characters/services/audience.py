"""Who loves whom, and who follows whom. Every one of these may be said twice."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.errors import Forbidden, NotFound
from accounts.models import User
from characters.models import Character, Favourite, Follow
from characters.models.character import ON_DISCOVER
from characters.selectors import characters_for


@transaction.atomic
def set_favourite(*, user: User, character_id: UUID, loved: bool) -> int:
    """Keep a character, or let it go; how many love it then. Raises NotFound for what this user may not open."""
    open_to = characters_for(user).filter(pk=character_id, published__isnull=False).exists()
    # What went private can still be let go.
    known = open_to or (not loved and Favourite.objects.filter(user=user, character_id=character_id).exists())
    if not known:
        raise NotFound
    if loved:
        _, changed = Favourite.objects.get_or_create(user=user, character_id=character_id)
        _count(character_id, int(changed))
    else:
        gone, _ = Favourite.objects.filter(user=user, character_id=character_id).delete()
        _count(character_id, -gone)
    return Character.objects.values_list("loves", flat=True).get(pk=character_id)


@transaction.atomic
def set_follow(*, user: User, creator_id: UUID, followed: bool) -> int:
    """Hear of what a creator brings out, or no more; how many do then. Raises NotFound, Forbidden for oneself."""
    follow = Follow.objects.filter(follower=user, creator_id=creator_id)
    if followed:
        if creator_id == user.pk:
            raise Forbidden
        if not Character.objects.filter(ON_DISCOVER, owner_id=creator_id, owner__is_active=True).exists():
            raise NotFound
        Follow.objects.get_or_create(follower=user, creator_id=creator_id)
    elif not follow.delete()[0] and not User.objects.filter(pk=creator_id, characters__visibility="public").exists():
        raise NotFound
    return Follow.objects.filter(creator_id=creator_id).count()


def forget_favourites(user: User) -> None:
    """Before somebody is erased: the rows go with them, the counts must, too."""
    kept = Favourite.objects.filter(user=user)
    Character.objects.filter(pk__in=kept.values("character")).update(loves=Greatest(F("loves") - 1, 0))
    kept.delete()


def _count(character_id: UUID, by: int) -> None:
    if by:
        Character.objects.filter(pk=character_id).update(loves=Greatest(F("loves") + by, 0))
