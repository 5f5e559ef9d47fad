from typing import Any

from django import template

from accounts.models import User
from moderation.selectors.rights import hidden_by_rights

register = template.Library()


@register.simple_tag
def rights_complaint(kind: str, work: Any, viewer: User) -> bool:
    """Whether a notice of a rights holder hides this work of theirs: there is something to answer."""
    return viewer.pk == work.owner_id and hidden_by_rights(kind, work.pk)
