"""Which characters are for whom: who has not said to be an adult is shown what is for everyone, and no romance."""

from django.db.models import Exists, OuterRef, Q

from accounts.age import Viewer, is_adult
from characters.models import Character, Rating

# What each rating lets through, from the mildest on.
LETS_THROUGH = {
    Rating.GENERAL: (Rating.GENERAL,),
    Rating.MATURE: (Rating.GENERAL, Rating.MATURE),
    Rating.EXPLICIT: (Rating.GENERAL, Rating.MATURE, Rating.EXPLICIT),
}


def strongest(viewer: Viewer) -> Rating:
    """The strongest rating that this viewer may ask for."""
    return Rating.EXPLICIT if is_adult(viewer) else Rating.GENERAL


def let_through(viewer: Viewer, rating: str) -> tuple[Rating, ...]:
    """The ratings that somebody is shown who asks for this one."""
    return LETS_THROUGH[Rating(rating) if is_adult(viewer) else Rating.GENERAL]


def suits(viewer: Viewer) -> Q:
    """A condition on characters: for this viewer's age. One's own always are."""
    if is_adult(viewer):
        return Q()
    romance = Character.tags.through.objects.filter(character=OuterRef("pk"), tag__adults=True)
    fitting = Q(~Exists(romance), rating=Rating.GENERAL)
    return fitting | Q(owner_id=viewer.pk) if viewer.is_authenticated else fitting
