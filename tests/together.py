"""Which tests share what takes long to start, and so belong into one test process."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/characters/cards/test_bombs.py",
    "tests/nodes/test_site.py",
    "tests/operations/test_bucket.py",
    "tests/operations/test_upgrade.py",
)


class Together(LoadScopeScheduling):
    """As `--dist load`, but that the tests of these files go to one process. The order stays: what they leave in the
    database is not there yet for the tests that count rows.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


# `xdist_group` would say it in the files themselves, but xdist 3.8 writes groups into what pytest 9 does not read.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    if config.getvalue("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return Together(config, log)
