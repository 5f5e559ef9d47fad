from django import template

from accounts.models import User
from characters.models import Character
from moderation.models import RightsNotice

register = template.Library()


@register.simple_tag
def rights_complaint(character: Character, viewer: User) -> bool:
    """Whether a notice of a rights holder hides this character of theirs: there is something to answer."""
    mine = viewer.pk == character.owner_id
    return mine and RightsNotice.objects.filter(character=character, state=RightsNotice.State.HIDDEN).exists()
