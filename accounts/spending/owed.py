"""Several calls of models that make one answer, and come into the ledger together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from accounts.spending.calls import Call, Spent
from accounts.spending.spend import hold, settle, settle_all
from inference.base import Usage
from inference.prices import Cost


class Owed:
    """A reply that is said takes a call a sentence; one statement for each would be most of what it costs. Caps hold
    from the first of them: what is owed stays held. What ends after `settle` is written at once. A process that is
    killed loses what it owes, as it does that of the reply it was writing."""

    def __init__(self) -> None:
        self._spent: list[Spent] = []
        self._settled = False

    @asynccontextmanager
    async def paying(self, call: Call, model: str, usage: Usage, cost: Cost | None = None) -> AsyncIterator[None]:
        """A failure costs nothing. Raises SpendCap, SpendingUncounted."""
        try:
            await hold(call, usage, cost)
            yield
        except BaseException:
            await settle(call)
            raise
        self._spent.append(Spent(call, model, usage, cost))
        if self._settled:
            await self.settle()

    async def settle(self, also: Callable[[], None] | None = None) -> None:
        """`also`: what else is to be written; it is done in the same visit to the database."""
        self._settled = True
        spent, self._spent = self._spent, []
        await settle_all(spent, also)
