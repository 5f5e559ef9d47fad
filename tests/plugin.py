"""Brings up Postgres and Redis for each test process before the settings are read.

Loaded by `-p tests.plugin`. Every xdist worker has servers, a database and ports of its own.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.services import LocalServices, ServiceError, ports, processes
from config.variables import VARIABLES

ROOT = Path(tempfile.gettempdir(), f"dramatis-tests-{os.getuid()}")
SHORTER = {
    "FIRST_TOKEN_SECONDS": "3",
    "BETWEEN_TOKENS_SECONDS": "2",
    "TOTAL_SECONDS": "20",
    "LEASE_SECONDS": "3",
    "SWEEP_SECONDS": "0.5",
    "DRAIN_SECONDS": "8",
    "SOCKET_GIVE_UP_SECONDS": "3",
}
_open = ExitStack()

# Each process that the tests start would compile the product anew, and this one every test.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before pytest-django reads the settings, which happens inside this hook."""
    for name in VARIABLES:
        os.environ.pop(name, None)  # what this machine's own site uses is none of the tests' business
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    options = early_config.known_args_namespace
    controls_others = bool(getattr(options, "numprocesses", None)) and "PYTEST_XDIST_WORKER" not in os.environ
    idle = controls_others or getattr(options, "collectonly", False) or early_config.option.__dict__.get("version")
    if not idle:
        try:
            start()
        except ServiceError as error:
            pytest.exit(f"Services: {error}", returncode=1)
    else:
        sweep()
    yield


def pytest_unconfigure() -> None:
    _open.close()


def start() -> None:
    sweep()
    var_dir = ROOT / f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}-{os.getpid()}"
    (var_dir / "static").mkdir(parents=True)  # empty: files are found where they are
    services = LocalServices(var_dir, given={}, durable=False)
    _open.callback(shutil.rmtree, var_dir, ignore_errors=True)
    _open.callback(services.destroy)
    variables = _open.enter_context(services.attached())
    os.environ |= variables | SHORTER
    os.environ["VAR_DIR"] = str(var_dir)
    os.environ["STANDIN_URL"] = f"http://127.0.0.1:{ports.free_port()}/v1"


def sweep() -> None:
    """Stop and remove what a test run left that was killed."""
    for folder in ROOT.glob("*-*"):
        owner = folder.name.rpartition("-")[2]
        if owner.isdigit() and not processes.command_of(int(owner)):
            LocalServices(folder, given={}).destroy()
            shutil.rmtree(folder, ignore_errors=True)
