"""The documents: as they are now, and as the last release had them (`docs/released/` of the last tag)."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from config.dotenv import PROJECT
from config.promises import published

RELEASED = "docs/released"
PROSE = {
    "description",
    "summary",
    "title",
    "example",
    "examples",
    "tags",
    "security",
    "externalDocs",
    "x-enum-varnames",
}
Document = dict[str, Any]


def _rest() -> Document:
    from config.api_docs import description

    return dict(description())


def _protocol() -> Document:
    from chat.protocol import schema

    return dict(schema())


def _takeout() -> Document:
    return dict(json.loads((PROJECT / "docs" / "takeout.schema.json").read_text()))


PROMISES: dict[str, tuple[Callable[[], Document], Callable[[Document, Document], Iterator[str]]]] = {
    "rest": (_rest, published.rest),
    "protocol": (_protocol, published.protocol),
    "takeout": (_takeout, published.takeout),
}


def bare(found: Any, *, names: bool = False) -> Any:
    """Without prose; `names`: keys are names that somebody chose, not words of the schema."""
    if isinstance(found, dict):
        return {
            key: bare(value, names=key in ("properties", "$defs", "schemas", "paths") and not names)
            for key, value in found.items()
            if names or key not in PROSE
        }
    return [bare(each) for each in found] if isinstance(found, list) else found


def now(name: str) -> Document:
    found: Document = bare(PROMISES[name][0]())
    if name == "rest":
        for methods in found["paths"].values():
            for operation in methods.values():
                kept = {code: told for code, told in operation["responses"].items() if code.startswith("2")}
                operation["responses"] = kept
    return found


def released(name: str, root: Path = PROJECT) -> Document:
    """As the last tag has it; as this folder has it where there is no tag, or no git."""
    path = f"{RELEASED}/{name}.json"
    tag = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "--exclude", "*-*").strip()
    return dict(json.loads((tag and _git(root, "show", f"{tag}:{path}")) or (root / path).read_text()))


def _git(root: Path, *arguments: str) -> str:
    """What it says, nothing where it cannot."""
    try:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return ""


def broken() -> list[str]:
    return [f"{name}: {line}" for name in PROMISES for line in PROMISES[name][1](released(name), now(name))]


def write() -> None:
    folder = PROJECT / RELEASED
    folder.mkdir(exist_ok=True)
    for name in PROMISES:
        text = json.dumps(now(name), sort_keys=True, ensure_ascii=False, indent=0, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n")
