"""What a site installs: its packages, what they weigh, and a Python that has them and nothing else."""

import compileall
import sys
import venv
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
WEIGHED = ("requirements.txt",)
MEASURED = ("requirements.txt", "requirements-voice.txt")


def installed_megabytes() -> float:
    return sum(path.stat().st_size for found in _packages(WEIGHED) for path in _files(found)) / 1e6


def python_of_a_site(folder: Path, extras: tuple[str, ...] = ()) -> Path:
    """An interpreter in a new `folder` that finds what a site has; `extras` are further files of requirements.

    Whatever tests and tools bring beside it would be imported wherever a package looks whether another one is there:
    ten megabytes a process.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    for found in _packages(MEASURED + extras):
        here = Path(str(found.locate_file("")))
        for name in sorted({file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}):
            _link(here / name, site / name)
    compileall.compile_dir(site, maxlevels=0, quiet=1)  # modules of one file, as an installation would
    return folder / "bin" / "python"


def _link(source: Path, target: Path) -> None:
    """As a whole, unless it is a folder that several packages share."""
    if source.is_file() or (source / "__init__.py").exists() or not list(source.glob("*/__init__.py")):
        if not target.exists():
            target.symlink_to(source)
        return
    target.mkdir(exist_ok=True)
    for part in source.iterdir():
        _link(part, target / part.name)


def _files(found: Distribution) -> Iterator[Path]:
    return (path for file in found.files or () if (path := Path(str(file.locate()))).is_file())


@cache
def _packages(files: tuple[str, ...]) -> tuple[Distribution, ...]:
    """Those that these files name, and those that they need; what is not installed here is left out."""
    lines = (line.partition("#")[0].strip() for file in files for line in (ROOT / file).read_text().splitlines())
    waiting = [Requirement(line) for line in lines if line and not line.startswith("-")]
    packages: dict[str, Distribution] = {}
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
            found = packages[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for text in found.requires or ():
            needs = Requirement(text)
            if not needs.marker or any(needs.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                needs.marker = None
                waiting.append(needs)
    return tuple(packages.values())
