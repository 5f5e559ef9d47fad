"""Message catalogues without the gettext tools: compiled ones are committed, and this keeps them true.

python -m config.catalogues            are they complete, and is what is compiled what is written?
python -m config.catalogues --write    compile them
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.dotenv import PROJECT


def compiled(catalog: Catalog) -> bytes:
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def problems(path: Path, *, write: bool) -> list[str]:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3])
    name = path.relative_to(PROJECT)
    found = []
    for message in catalog:
        if not message.id or message.fuzzy:
            if message.id:
                found.append(f"{name}: not sure: {message.id!r}")
            continue
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not all(texts):
            found.append(f"{name}: not translated: {message.id!r}")
        found += [f"{name}: {error} in {message.id!r}" for error in message.check(catalog)]
    target = path.with_suffix(".mo")
    if write:
        target.write_bytes(compiled(catalog))
    elif not target.exists() or target.read_bytes() != compiled(catalog):
        found.append(f"{target.relative_to(PROJECT)} is not what the .po says: run python -m config.catalogues --write")
    return found


def main(arguments: list[str]) -> int:
    paths = sorted((PROJECT / "locale").glob("*/LC_MESSAGES/*.po"))
    found = [problem for path in paths for problem in problems(path, write="--write" in arguments)]
    print("\n".join([*found, f"{len(paths)} catalogues"]))  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
