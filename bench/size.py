"""What an installation of requirements.txt weighs: the files of each package, and of those it needs."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def installed_megabytes() -> float:
    lines = (line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines())
    waiting = [Requirement(line) for line in lines if line]
    sizes: dict[str, int] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        name, extras = wanted.name.lower().replace("_", "-"), frozenset(wanted.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        sizes[name] = sum(path.stat().st_size for file in found.files or () if (path := Path(file.locate())).is_file())
        for text in found.requires or ():
            needs = Requirement(text)
            if not needs.marker or any(needs.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                needs.marker = None
                waiting.append(needs)
    return sum(sizes.values()) / 1e6
