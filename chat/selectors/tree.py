"""The tree of one conversation."""

from itertools import starmap
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from chat.models import Message
from chat.tree import Node, Tree

DELETED = ExpressionWrapper(Q(deleted_at__isnull=False), output_field=BooleanField())


def tree_of(conversation_id: UUID) -> Tree:
    """All of it, in one query; for whoever holds the conversation already."""
    lines = Message.objects.filter(conversation=conversation_id).order_by("id")
    return Tree(starmap(Node, lines.values_list("id", "parent_id", "hidden", DELETED)))
