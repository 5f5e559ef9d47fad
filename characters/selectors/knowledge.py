"""What a character knows, as its author reads it."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Length

from accounts.errors import NotFound
from accounts.models import User
from characters.models import Knowledge


def own_knowledge(user: User, *, deleted: bool = False) -> "QuerySet[Knowledge]":
    """All texts of this author's characters; with `deleted`, also what can still be taken back."""
    found = Knowledge.objects.filter(character__owner=user, character__deleted_at=None)
    return found if deleted else found.filter(deleted_at=None)


def knowledge_for(*, user: User, character_id: UUID) -> list[Knowledge]:
    """The texts of one character, oldest first, each with `length` and `pieces`, without the text. One query."""
    found = own_knowledge(user).filter(character=character_id).defer("text")
    return list(
        found.annotate(length=Length("text"), pieces=Count("passages", filter=Q(passages__live=True))).order_by("id")
    )


def get_knowledge(*, user: User, knowledge_id: UUID) -> Knowledge:
    """NotFound for a stranger's text as for a missing one."""
    found = own_knowledge(user).select_related("character").filter(pk=knowledge_id).first()
    if found is None:
        raise NotFound
    return found
