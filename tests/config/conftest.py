import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.dotenv import PROJECT
from config.services import LocalServices
from config.variables import VARIABLES

Run = Callable[..., subprocess.CompletedProcess[str]]


def clean_environ(**changes: str) -> dict[str, str]:
    """Without what the plugin set up for this test process."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"PYTHONPATH": str(PROJECT)} | changes


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A folder for services of one's own, which others may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dramatis-"))
    folder.chmod(0o755)
    yield folder
    LocalServices(folder, given={}).destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def services(var_dir: Path) -> Run:
    """services("up", …): the command line, on that folder."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "config.services", *arguments],
            env=clean_environ(**{"VAR_DIR": str(var_dir)} | environ),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
