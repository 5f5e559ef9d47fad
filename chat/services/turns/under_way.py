"""Turns that run, each with the most that it may take: what caps have to know when Redis has forgotten it."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from accounts.models import Operation
from accounts.spending.calls import Call
from accounts.spending.spend import REPLY_TOKENS
from inference.base import Usage

RUNNING = """
select t.id, t.started_by_id, coalesce(u.plan_id, ''), t.character_id
from chat_turn t left join accounts_user u on u.id = t.started_by_id where t.status = 'running'
"""


def turns_under_way() -> Iterator[tuple[Call, Usage]]:
    with connection.cursor() as cursor:
        cursor.execute(RUNNING)
        rows = cursor.fetchall()
    for turn_id, user_id, plan, character_id in rows:
        call = Call(Operation.REPLY, user_id, plan, character_id, id=turn_id)
        yield call, Usage(settings.CONTEXT_TOKENS, REPLY_TOKENS)
