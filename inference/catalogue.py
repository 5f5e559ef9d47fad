"""The catalogue as this process knows it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings

from inference.base import Abilities
from inference.parser import Bounds
from inference.prices import Price, price_of_row
from inference.providers.kinds import let_go, provider_of
from inference.providers.lanes import Endpoint as Address
from inference.providers.served import Served
from inference.snapshot import Snapshot, rows_of
from inference.streams import Deadlines

log = structlog.get_logger(__name__)
TABLES = ("inference_endpoint", "inference_model", "inference_model_plans")


@dataclass(frozen=True, slots=True)
class Offer:
    """One model of the catalogue, ready to be asked. `plans`: who may; empty means everybody."""

    name: str
    served_as: str
    provider: Served
    endpoint: UUID
    abilities: Abilities
    at_once: int | None = None
    window: int | None = None
    plans: frozenset[str] = frozenset()
    fallback: str = ""
    price: Price | None = None
    # Seconds of silence after which who steps in is asked too.
    hedge_after: float | None = None

    def is_for(self, plan: str) -> bool:
        return not self.plans or plan in self.plans


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The first offer is the house's own."""

    offers: dict[str, Offer] = field(default_factory=dict)

    def named(self, name: str, plan: str, then: Sequence[str] = ()) -> Offer | None:
        """Who answers where this model is asked for, or one of those named `then`: the first of them that the plan may
        use; where it may use none, the first of all."""
        return next(iter(self._chosen(name, plan, then)), None)

    def _chosen(self, name: str, plan: str, then: Sequence[str]) -> list[Offer]:
        if not self.offers:
            return []
        house = [offer for offer in self.offers.values() if offer.is_for(plan)][:1]
        asked = (self.offers.get(each) for each in (name, *then))
        chosen = [offer for offer in asked if offer is not None and offer.is_for(plan)]
        return chosen if name and chosen else house + chosen

    def hedges(self, name: str, plan: str, then: Sequence[str] = ()) -> bool:
        """Whether two may be asked for one reply."""
        chain = tuple(self.chain(name, plan, then))
        return any(offer.hedge_after for offer in chain[:-1])

    def chain(self, name: str, plan: str, then: Sequence[str] = ()) -> Iterator[Offer]:
        """Who is asked, one after the other, until one of them speaks: whom the author chose, then who steps in for
        each of these by the operator's word."""
        chosen = self._chosen(name, plan, then)
        seen = {offer.name for offer in chosen}
        yield from {offer.name: offer for offer in chosen}.values()
        for first in chosen:
            offer = self.offers.get(first.fallback)
            while offer is not None and offer.name not in seen:
                seen.add(offer.name)
                if offer.is_for(plan):
                    yield offer
                offer = self.offers.get(offer.fallback)


def _read() -> Catalogue:
    from inference.models import Model

    rows = Model._default_manager.filter(enabled=True, endpoint__enabled=True)
    rows = rows.select_related("endpoint", "fallback").prefetch_related("plans")
    offers = {}
    for row in rows:
        if (offer := _offer(row)) is not None:
            offers[row.name] = offer
    let_go(providers_of(known.current.offers) - providers_of(offers))
    log.info("catalogue_read", offers=len(offers))
    return Catalogue(offers)


def providers_of(offers: Mapping[str, Offer]) -> set[Served]:
    return {offer.provider for offer in offers.values()}


def _offer(row: Any) -> Offer | None:
    try:
        provider = provider_of(row.endpoint.kind, address_of(row.endpoint))
    except ValueError as error:
        log.warning("endpoint_unusable", endpoint=str(row.endpoint_id), error=str(error))
        return None
    return Offer(
        name=row.name,
        served_as=row.model_name,
        provider=provider,
        endpoint=row.endpoint_id,
        abilities=abilities_of(row),
        at_once=row.endpoint.at_once,
        window=row.context_window,
        plans=frozenset(plan.pk for plan in row.plans.all()),
        fallback=row.fallback.name if row.fallback else "",
        price=price_of_row(row),
        hedge_after=row.hedge_after / 1000 if row.hedge_after else None,
    )


def abilities_of(row: Any) -> Abilities:
    return Abilities(
        json=row.json,
        prefill=row.prefill,
        sampling=row.sampling,
        seed=row.seed,
        images=row.images,
        most_reply=row.most_reply or 0,
    )


def address_of(row: Any) -> Address:
    """An endpoint's row as a provider wants it, its key fetched from the environment."""
    return Address(
        base_url=row.base_url,
        key=os.environ.get(row.key_variable, "") if row.key_variable else "",
        deadlines=Deadlines(
            first=row.first_token_seconds or settings.FIRST_TOKEN_SECONDS,
            between=row.between_tokens_seconds or settings.BETWEEN_TOKENS_SECONDS,
            total=row.total_seconds or settings.TOTAL_SECONDS,
        ),
        bounds=Bounds(text=settings.MAX_REPLY_BYTES),
        done_is_enough=row.ends_without_reason,
        safety=row.safety,
    )


known = Snapshot("catalogue", mark=rows_of(*TABLES), read=_read, empty=Catalogue())


def current() -> Catalogue:
    return known.current
