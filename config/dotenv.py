"""Files of NAME=value lines (.env, var/env), with the standard library only: the launcher reads them too."""

from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def read(path: Path) -> dict[str, str]:
    """The names in a file; an absent one holds none. Quotes around a value are taken off, nothing expands."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    found = {}
    for line in lines:
        name, sep, value = line.strip().removeprefix("export ").partition("=")
        if not sep or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        found[name.strip()] = value
    return found


def layered(*layers: Mapping[str, str]) -> dict[str, str]:
    """The first layer that says something about a name wins; an empty value says nothing."""
    merged: dict[str, str] = {}
    for layer in reversed(layers):
        merged.update({name: value for name, value in layer.items() if value != ""})
    return merged


def var_dir(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("VAR_DIR") or PROJECT / "var").expanduser().resolve()
