"""The tree of one conversation."""

from itertools import starmap
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import User
from chat.models import Message
from chat.tree import Node, Tree

DELETED = ExpressionWrapper(Q(deleted_at__isnull=False), output_field=BooleanField())


def out_of_sight(user: User) -> ExpressionWrapper:
    """Of lines: whether they are hidden, for everybody or, as other people's whispers, for this one."""
    others = Q(seen_by__isnull=False) & ~Q(seen_by__contains=[user.pk])
    return ExpressionWrapper(Q(hidden=True) | others, output_field=BooleanField())


def tree_of(conversation_id: UUID) -> Tree:
    """All of it, in one query; for whoever holds the conversation already."""
    lines = Message.objects.filter(conversation=conversation_id).order_by("id")
    return Tree(starmap(Node, lines.values_list("id", "parent_id", "hidden", DELETED)))


def tree_for(user: User, conversation_id: UUID) -> Tree:
    """What somebody may see of it: the whispers of others are hidden from them."""
    lines = Message.objects.filter(conversation=conversation_id).order_by("id")
    return Tree(starmap(Node, lines.values_list("id", "parent_id", out_of_sight(user), DELETED)))
