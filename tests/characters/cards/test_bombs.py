"""Hostile files, and honest giants: under two seconds and under 80 MB each, measured from outside."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.characters.cards.bombs import BOMBS

SECONDS, MEGABYTES = 2.0, 80


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All of them, one after the other, in a process that cannot get more memory than that."""
    folder: Path = tmp_path_factory.mktemp("bombs")
    paths = []
    for number, (make, _reason) in enumerate(BOMBS.values()):
        paths.append(folder / str(number))
        paths[-1].write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-m", "tests.characters.cards.weigh", str(MEGABYTES), *map(str, paths)],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(BOMBS), done.stderr
    return dict(zip(BOMBS, lines, strict=True))


@pytest.mark.parametrize("name", BOMBS)
def test_it_is_refused_with_a_reason_and_costs_little(weighed: dict[str, dict[str, Any]], name: str) -> None:
    cost = weighed[name]
    assert cost["reason"] == BOMBS[name][1]
    assert cost["seconds"] < SECONDS
    assert cost["grown"] < MEGABYTES * 1024 * 1024
