"""A provider for an address: one for each, kept until the catalogue has no use for it any more."""

from collections.abc import Iterable

from inference.providers.lanes import Endpoint
from inference.providers.served import Served

_providers: dict[tuple[str, Endpoint], Served] = {}


def provider_of(kind: str, endpoint: Endpoint) -> Served:
    """Raises UnusableAddress. A kind is imported when it is first wanted."""
    found = _providers.get((kind, endpoint))
    if found is None:
        found = _providers[kind, endpoint] = class_of(kind)(endpoint)
    return found


def class_of(kind: str) -> type[Served]:
    if kind == "anthropic":
        from inference.providers.anthropic import Anthropic

        return Anthropic
    if kind == "gemini":
        from inference.providers.gemini import Gemini

        return Gemini
    from inference.providers.openai_compatible import OpenAICompatible

    return OpenAICompatible


def let_go(unused: Iterable[Served]) -> None:
    """From any thread. What they have open is closed; replies under way come to their end."""
    gone = set(unused)
    for key, one in list(_providers.items()):
        if one in gone:
            del _providers[key]
            one.retire()


async def aclose_all() -> None:
    """Close every connection that the running event loop holds towards models. Call it before a loop ends."""
    for one in list(_providers.values()):
        await one.aclose()
