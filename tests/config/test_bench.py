"""The benchmarks are no part of the suite; that they can be begun is."""

import subprocess
import sys

from config.dotenv import PROJECT


def test_the_benchmarks_can_be_begun() -> None:
    asked = [sys.executable, "-m", "bench", "--help"]
    told = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    assert "--only" in told.stdout
