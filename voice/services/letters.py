"""The letters that may be said aloud a day: each sentence's are taken from them before it is asked for."""

import asyncio
from datetime import date
from typing import Any

from channels.db import database_sync_to_async
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.errors import AllowanceUsedUp
from accounts.ids import uuid7
from accounts.limits import RETURN_SPEECH_SQL, SPEND_SPEECH_SQL, seconds_until_tomorrow
from voice.services.listeners import Listener

AT_ONCE = 500  # letters: a short reply


def pay(listener: Listener, letters: int) -> date:
    """Of today's allowance; the day it was. Raises AllowanceUsedUp."""
    limit = listener.letters_a_day
    with connection.cursor() as cursor:
        spent: dict[str, Any] = {"id": uuid7(), "user_id": listener.user_id, "letters": letters, "limit": limit}
        cursor.execute(SPEND_SPEECH_SQL, spent)
        row = cursor.fetchone()
    if row is None:
        told = _("%(limit)s letters can be said aloud a day. Your browser reads on; tomorrow there is more.")
        told %= {"limit": number_format(limit or 0, force_grouping=True)}
        raise AllowanceUsedUp(told, limit=limit, retry_after=seconds_until_tomorrow())
    day: date = row[0]
    return day


class Ahead:
    """Letters that were taken, by the day they are of: those of the oldest day go first."""

    def __init__(self) -> None:
        self._held: dict[date, int] = {}

    @property
    def letters(self) -> int:
        return sum(self._held.values())

    def add(self, day: date, letters: int) -> None:
        self._held[day] = self._held.get(day, 0) + letters

    def use(self, letters: int) -> None:
        """No more than there are."""
        for day in sorted(self._held):
            used = min(letters, self._held[day])
            self._held[day] -= used
            letters -= used

    def take_rest(self) -> dict[date, int]:
        """What was not used; nothing is left here."""
        rest, self._held = {day: left for day, left in self._held.items() if left}, {}
        return rest


class Prepaid:
    """Letters for a reply whose length nobody knows yet: some are taken before its first sentence is there, which then
    waits for no statement, and what is left over is given back at its end."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.ahead = Ahead()
        self._one = asyncio.Lock()
        self._taking: asyncio.Future[None] | None = None

    def open(self) -> None:
        """Where a day is nearly used up nothing is taken ahead."""
        try:
            self._take(AT_ONCE)
        except AllowanceUsedUp:
            return

    async def spend(self, letters: int) -> None:
        """Raises AllowanceUsedUp. Who is cancelled has spent nothing; sentences that are asked for together take more
        one after the other, so that none asks for what another one lacks."""
        async with self._one:
            await self.settled()
            if self.ahead.letters < letters:
                more = database_sync_to_async(self._more, thread_sensitive=False)
                self._taking = asyncio.ensure_future(more(letters - self.ahead.letters))
                await asyncio.shield(self._taking)
                self._taking = None
            self.ahead.use(letters)

    async def settled(self) -> None:
        """What is on its way from the day has come: it goes on without whoever was cancelled while they waited."""
        if self._taking is not None:
            taking, self._taking = self._taking, None
            await asyncio.wait([taking])
            taking.exception()  # its asker was told, or is gone

    def close(self) -> None:
        """After `settled`. What is left goes back to the day it was taken from."""
        for day, left in self.ahead.take_rest().items():
            back: dict[str, Any] = {"letters": left, "user_id": self._listener.user_id, "day": day}
            with connection.cursor() as cursor:
                cursor.execute(RETURN_SPEECH_SQL, back)

    def _more(self, needed: int) -> None:
        try:
            self._take(max(needed, AT_ONCE))
        except AllowanceUsedUp:
            if needed >= AT_ONCE:
                raise
            self._take(needed)

    def _take(self, letters: int) -> None:
        self.ahead.add(pay(self._listener, letters), letters)
