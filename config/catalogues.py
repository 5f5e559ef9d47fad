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
from config.sentences import Sentence, asked


def compiled(catalog: Catalog) -> bytes:
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def held(catalog: Catalog) -> set[Sentence]:
    """What a catalogue has an entry for."""
    return {
        (message.context or "", message.id if isinstance(message.id, str) else message.id[0])
        for message in catalog
        if message.id
    }


def problems(path: Path, wanted: dict[Sentence, str], *, write: bool) -> list[str]:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3])
    name, there = path.relative_to(PROJECT), held(catalog)
    found = [f"{name}: missing: {key[1]!r} of {place}" for key, place in wanted.items() if key not in there]
    found += [f"{name}: nobody asks for {text!r}" for _, text in sorted(there - wanted.keys())]
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
    wanted, write = asked(), "--write" in arguments
    found = [problem for path in paths for problem in problems(path, wanted, write=write)]
    print("\n".join([*found, f"{len(paths)} catalogues"]))  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
