"""What is installed is named by version and hash, and is what requirements*.txt ask for."""

import re
from pathlib import Path

import pytest

from config.dotenv import PROJECT

LOCKS = sorted((PROJECT / "locks").glob("*.lock"))
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.M)


def wanted(lock: Path) -> Path:
    return PROJECT / ("requirements.txt" if lock.stem == "run" else f"requirements-{lock.stem}.txt")


def pins(path: Path) -> dict[str, str]:
    text = path.read_text()
    found = {name.lower().replace("_", "-").replace(".", "-"): version for name, version in PIN.findall(text)}
    for other in re.findall(r"^-r (\S+)", text, re.M):
        found |= pins(path.parent / other)
    return found


def test_there_is_a_lock_for_each_list() -> None:
    assert {wanted(lock).name for lock in LOCKS} == {path.name for path in PROJECT.glob("requirements*.txt")}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_what_is_asked_for(lock: Path) -> None:
    """After a change of requirements*.txt: `make lock`."""
    held, asked = pins(lock), pins(wanted(lock))
    assert asked
    assert {name: held.get(name) for name in asked} == asked


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_line_of_a_lock_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
