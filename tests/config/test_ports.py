"""A port is given to one process alone, from before it listens until it ends."""

import os
import subprocess
import sys
from pathlib import Path

from config.services import ports

TAKE = "import sys; from config.services import ports; print(ports._claim(int(sys.argv[1])))"


def claimed_elsewhere(port: int) -> bool:
    asked = subprocess.run([sys.executable, "-c", TAKE, str(port)], capture_output=True, text=True, check=True)
    return asked.stdout.strip() == "True"


def test_nobody_else_is_given_it_though_nobody_listens_there_yet() -> None:
    port = ports.free_port()
    assert ports.is_free(port)
    assert not claimed_elsewhere(port)


def test_it_is_given_back_with_the_process() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", "from config.services import ports; print(ports.free_port())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert claimed_elsewhere(int(asked.stdout))


def test_one_process_is_given_different_ones() -> None:
    assert len({ports.free_port() for _ in range(30)}) == 30


def test_what_stands_in_the_way_is_named(tmp_path: Path) -> None:
    inside = tmp_path / f"dramatis-ports-{os.getuid()}"
    inside.mkdir()
    asked = subprocess.run(
        [sys.executable, "-c", "from config.services import ports; ports.free_port()"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert f"ServiceError: {inside} must be a file" in asked.stderr
