"""Chains of models by their names, and what one of them says."""

from collections.abc import Callable
from typing import Any

from inference.catalogue import Catalogue, Offer
from inference.chain import Chain, ChainedReply
from tests.inference.support import ask

Offering = Callable[..., Offer]


def chain(*offers: Offer, waiting: Callable[[int], None] | None = None) -> Chain:
    return Chain(Catalogue({offer.name: offer for offer in offers}), waiting)


async def said_by(model: Chain, name: str, *said: str, **more: Any) -> tuple[str, ChainedReply]:
    async with model.stream(ask(name, *said, **more)) as reply:
        text = "".join([piece async for piece in reply])
    return text, reply
