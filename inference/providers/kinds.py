"""A provider for an address: one for each, kept until the catalogue has no use for it any more."""

from collections.abc import Iterable
from typing import Any

from inference import plugins
from inference.providers.lanes import Endpoint
from inference.providers.served import Served

OURS = ("openai", "anthropic", "gemini")
LONGEST_NAME = 40

_providers: dict[tuple[str, Endpoint], Served] = {}


def provider_of(kind: str, endpoint: Endpoint) -> Served:
    """Raises UnusableAddress and UnknownKind, both ValueErrors. A kind is imported when it is first wanted."""
    found = _providers.get((kind, endpoint))
    if found is None:
        found = _providers[kind, endpoint] = class_of(kind)(endpoint)
    return found


class UnknownKind(ValueError):
    """An endpoint's protocol came with a package that is not installed here, or is left out."""


def class_of(kind: str) -> type[Served]:
    """Raises UnknownKind."""
    if kind not in OURS:
        found: type[Served] | None = plugins.added(plugins.PROVIDERS).get(kind)
        if found is None:
            raise UnknownKind(f"no usable package here has the protocol {kind}")
        return found
    if kind == "anthropic":
        from inference.providers.anthropic import Anthropic

        return Anthropic
    if kind == "gemini":
        from inference.providers.gemini import Gemini

        return Gemini
    from inference.providers.openai_compatible import OpenAICompatible

    return OpenAICompatible


def problem_of(name: str, value: Any) -> str:
    """What keeps a package's provider from being used."""
    if name in OURS:
        return "the product has a protocol of that name"
    if len(name) > LONGEST_NAME:
        return f"its name has more than {LONGEST_NAME} letters"
    if not (isinstance(value, type) and issubclass(value, Served)):
        return "it is no subclass of inference.providers.served.Served"
    missing = sorted(value.__abstractmethods__) + ([] if hasattr(value, "parser") else ["parser"])
    return f"it lacks {', '.join(missing)}" if missing else ""


plugins.checked_by(plugins.PROVIDERS, problem_of)


def added() -> list[tuple[str, str]]:
    """Protocols that packages add, and what each is called."""
    return [(name, str(getattr(value, "label", name))) for name, value in plugins.added(plugins.PROVIDERS).items()]


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
