from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests import debian
from tests.chat.stage import Stage
from tests.nodes.site import Site
from tests.stack import StandIn


@pytest.fixture(scope="session")
def nginx() -> str:
    found = debian.find("nginx")
    assert found, "nginx is not to be had: install Debian's package nginx"
    return found


@pytest.fixture(scope="session")
def _shared_site(nginx: str, standin: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(nginx, tmp_path_factory.mktemp("site"), nodes=2)
    assert site.proxy.check() == ""
    try:
        yield site
    finally:
        site.stop()


@pytest.fixture
def site(_shared_site: Site, committed: None) -> Site:
    """Two web nodes, two workers behind nginx: started once, and all of it there when a test begins."""
    return _shared_site.start()


@pytest.fixture
def start_site(nginx: str, standin: StandIn, committed: None, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """start_site(nodes=3, beats=1): a site of the test's own, ended with it; as `site` it has the stage."""
    with ExitStack() as started:

        def start(**parts: int) -> Site:
            site = Site(nginx, tmp_path, **parts)
            started.callback(site.stop)
            return site.start()

        yield start


@pytest_asyncio.fixture
async def stage(site: Site) -> AsyncIterator[Stage]:
    stage = Stage(site.nodes[0])
    yield stage
    await stage.close()
