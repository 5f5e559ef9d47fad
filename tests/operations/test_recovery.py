"""The three ways back, small: `python -m bench.recovery` measures them. By name: `make test-long`."""

import json
import subprocess
import sys

import pytest

from bench.recovery import ARCHIVE_SECONDS
from config.dotenv import PROJECT

LATE = 110  # seconds
pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]


def test_each_way_back_is_taken() -> None:
    asked = [sys.executable, "-m", "bench.recovery", "--lines", "1000", "--seconds", "2", "--json"]
    done = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=1_700)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    # A restore compares the rows of every table with the manifest, and ends with an error otherwise.
    assert (
        found["from the backup: until it is ready (RTO), s"] > found["from the backup: restore and its checks, s"] > 0
    )
    assert (found["to a moment: lines missing"], found["to a moment: lines of later"]) == (0, 0)
    assert found["lines said meanwhile"] > 0
    # A segment of the log, and what it takes a busy machine to put it away.
    assert 0 <= found["the disk is lost: what was said in the last (RPO), s"] < ARCHIVE_SECONDS + LATE
