"""REST, the socket's protocol and the take-out, each as two documents: what breaks."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.promises.schemas import Comparing

Document = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def rest(old: Document, new: Document) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            where = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{where} is gone"
            else:
                yield from _operation(old, new, methods[method], now, where)


def _operation(old: Document, new: Document, was: Document, now: Document, where: str) -> Iterator[str]:
    takes, sends = Comparing(old, new, sends=False), Comparing(old, new, sends=True)
    before, after = (
        {(each["in"], each["name"]): each for each in operation.get("parameters", ())} for operation in (was, now)
    )
    for key, parameter in before.items():
        if key not in after:
            yield f"{where}: parameter {key[1]} is gone"
        else:
            yield from takes.breaks(parameter.get("schema", {}), after[key].get("schema", {}), f"{where} ?{key[1]}")
    for key, parameter in after.items():
        if parameter.get("required") and not before.get(key, {}).get("required"):
            yield f"{where}: parameter {key[1]} has to be given now"
    body, needed = was.get("requestBody", {}), now.get("requestBody", {})
    if needed.get("required") and not body.get("required"):
        yield f"{where}: a body has to be given now"
    yield from _contents(takes, body, needed, where)
    for status, answer in was.get("responses", {}).items():
        if status.startswith("2"):
            if status not in now.get("responses", {}):
                yield f"{where}: {status} is not answered any more"
            else:
                yield from _contents(sends, answer, now["responses"][status], f"{where} {status}")


def _contents(comparing: Comparing, was: Document, now: Document, where: str) -> Iterator[str]:
    for kind, content in was.get("content", {}).items():
        if kind not in now.get("content", {}):
            yield f"{where}: {kind} is gone"
        else:
            # Where a shape is met twice it is told where it was met first.
            yield from comparing.breaks(content.get("schema", {}), now["content"][kind].get("schema", {}), where)


def protocol(old: Document, new: Document) -> Iterator[str]:
    if new["version"] > old["version"]:
        return  # another promise, beside this one
    for name, code in old["close_codes"].items():
        if new["close_codes"].get(name) != code:
            yield f"close code {name} was {code}"
    for name, most in old["limits"].items():
        if new["limits"].get(name, 0) < most:
            yield f"limit of {name} was {most}"
    yield from Comparing(old, new, sends=False).breaks(old["client"], new["client"], "client")
    yield from Comparing(old, new, sends=True).breaks(old["server"], new["server"], "server")


def takeout(old: Document, new: Document) -> Iterator[str]:
    """Sections are files of their own, so nothing in the document leads to most of them."""
    for name, section in old["$defs"].items():
        if name not in new["$defs"]:
            yield f"section {name} is gone"
        else:
            yield from Comparing(old, new, sends=True).breaks(section, new["$defs"][name], name)
    yield from Comparing(old, new, sends=True).breaks(old, new, "manifest")
