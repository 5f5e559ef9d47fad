"""What every test may ask for. Factories and clients of one app are in that app's own conftest.py."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import redis
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.db import connections
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts.encryption import ciphers
from config.static import StaticFiles
from stories.book import Book
from stories.services import releases
from tests import chromium, numbers, ready
from tests.shared import Shared
from tests.stack import Server, Service, StandIn, Worker
from tests.together import TOGETHER, pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]  # a hook, which is found here

for name, examples in {"ci": 100, "long": 10_000}.items():
    hypothesis_settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
LOG_SHOWN = 3_000  # characters of each process, when a test failed
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
hypothesis_settings.load_profile(PROFILE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Printed with -q too, which hides the header."""
    examples = hypothesis_settings.get_profile(PROFILE).max_examples
    terminalreporter.write_line(f"generated cases ({PROFILE}): {numbers.told()}; of what is not named {examples:,}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a test that failed: the ends of what processes wrote meanwhile."""
    report = yield
    if report.when == "call" and report.failed:
        for log in sorted(Path(settings.VAR_DIR).glob("*.log")):
            if log.stat().st_mtime >= call.start:
                report.sections.append((log.name, log.read_text(errors="replace")[-LOG_SHOWN:]))
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fixtures say what a test needs. The browser's tests go last: its event loop stays in their process.

    Before them come sites of their own, which leave much behind. Of the browser's the tours of many pages come first,
    so that no process is still on one when the others have nothing left.
    """
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & {"page", "context", "browser"}:
            item.add_marker("browser")
        if asked & {
            "server",
            "second_server",
            "start_server",
            "start_worker",
            "redis_service",
            "postgres_service",
        }:
            item.add_marker("stack")
        # The summary names what needed it. With full numbers a failure is a find, and has to say what it was.
        if not numbers.LONG and (item.get_closest_marker("browser") or item.get_closest_marker("stack")):
            item.add_marker(pytest.mark.flaky(reruns=1))
        database = item.get_closest_marker("django_db")
        if database and database.kwargs.get("transaction") and not item.get_closest_marker("long"):
            raise pytest.UsageError(f"{item.nodeid}: `transaction` empties the database of all: ask for `committed`")
    if not config.option.markexpr:
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    asked = getattr(item, "fixturenames", ())
    if not item.get_closest_marker("browser"):
        return 1 if item.nodeid.partition("::")[0] in TOGETHER else 0
    return 3 if "page" in asked else 2


def pytest_collection_finish() -> None:
    """Thousands of tests and the product stay until the end: no collection of garbage looks through them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_language_is_left() -> Iterator[None]:
    """A request leaves its reader's language in the thread: the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once() -> Iterator[None]:
    """Each client of Django makes the middleware anew, and this one looks through hundreds of files for it."""
    find, found = StaticFiles.add_files_from_finders, {}

    def once(middleware: StaticFiles) -> None:
        where = (middleware.static_prefix, middleware.static_root, middleware.max_age)
        if where not in found:
            find(middleware)
            found[where] = middleware.files
        middleware.files = found[where]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFiles, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def random_plays_of_a_story_are_made_once() -> Iterator[None]:
    """The same document plays the same: many tests begin with the same story, and 400 plays take as long as a page."""
    report, made = releases.report_on, dict[Any, dict[str, Any]]()

    def once(book: Book, plays: int = releases.PLAYS) -> dict[str, Any]:
        written = (repr(book.file), tuple(book.written.lines.items()), plays)
        if written not in made:
            made[written] = report(book, plays)
        return deepcopy(made[written])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releases, "report_on", once)
        yield


# --- the database ---


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """One test database a process, migrated and with the presets, which stay; tests add rows of their own.

    Ours instead of pytest-django's, which makes none for tests that only commit, and migrates each time.
    """
    with django_db_blocker.unblock():
        ready.set_up()
    yield
    Server.warm.end()
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()


@pytest.fixture(scope="session")
def _shared(django_db_setup: None) -> Shared:
    return Shared()


@pytest.fixture
def committed(_shared: Shared, django_db_blocker: Any) -> Iterator[None]:
    """The database with real commits, which the servers see. Make your own users: nothing is cleaned up, but what holds
    for everybody (tests/shared.py) has to be as it was.
    """
    with django_db_blocker.unblock():
        _shared.begin()
        yield
        connections.close_all()
        # Left to the thread behind `sync_to_async`, one that died with Postgres would meet whoever works there next.
        SyncToAsync.single_thread_executor.submit(connections.close_all).result()
        changed = _shared.changed()
        connections.close_all()
    assert not changed, f"left for others: {changed}"


# --- processes ---


@pytest.fixture(scope="session")
def standin(django_db_setup: None, django_db_blocker: Any) -> Iterator[StandIn]:
    """The model of all tests in this process; settings.MODEL_BASE_URL leads to it."""
    port = int(os.environ["STANDIN_URL"].rpartition(":")[2].partition("/")[0])
    process = StandIn(port)
    process.start()
    yield process
    process.kill()


def _server(**environ: Any) -> Server:
    process = Server(**environ)
    process.start()
    return process


@pytest.fixture(scope="session")
def _shared_server(standin: StandIn) -> Iterator[Server]:
    process = _server()
    yield process
    process.kill()


@pytest.fixture(scope="session")
def _shared_second_server(standin: StandIn) -> Iterator[Server]:
    process = _server()
    yield process
    process.kill()


def _in_order(process: Server) -> Server:
    """An earlier test may have killed it."""
    if not (process.alive and process.answers()):
        process.restart()
    return process


@pytest.fixture
def server(_shared_server: Server, committed: None) -> Server:
    """The product as one ASGI process, on the test database. Kill it: the next test gets it back."""
    return _in_order(_shared_server)


@pytest.fixture
def second_server(_shared_second_server: Server, committed: None) -> Server:
    """Another process of the same site."""
    return _in_order(_shared_second_server)


@pytest.fixture
def start_server(standin: StandIn, committed: None) -> Iterator[Callable[..., Server]]:
    """start_server(LEASE_SECONDS=1, …): a server with settings of its own, ended with the test."""
    started: list[Server] = []

    def start(**environ: Any) -> Server:
        started.append(_server(**environ))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def start_worker(standin: StandIn, committed: None) -> Iterator[Callable[..., Worker]]:
    """start_worker(): a Celery worker on the test database, ended with the test."""
    started: list[Worker] = []

    def start(**environ: Any) -> Worker:
        worker = Worker(**environ)
        started.append(worker)
        worker.start()
        return worker

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def redis_service(committed: None) -> Iterator[Service]:
    """Redis, to kill, stop and start; it runs again when the test is over."""
    service = Service("redis")
    yield service
    service.start()


@pytest.fixture
def postgres_service(committed: None) -> Iterator[Service]:
    """Postgres, to kill, stop and start; it runs again when the test is over."""
    service = Service("postgres")
    yield service
    service.start()


# --- the browser ---


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if (path := chromium.find()) is None:
        pytest.fail("No Chromium: install the package chromium, or set CHROMIUM to one", pytrace=False)
    # The browser's thread keeps an event loop, which Django takes for a reason to forbid its ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return browser_type_launch_args | {"executable_path": path, "args": list(chromium.FLAGS)}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], server: Server) -> dict[str, Any]:
    return browser_context_args | {"base_url": server.base_url, "locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture
def context(context: Any, server: Server) -> Iterator[Any]:
    """A browser that reaches only this machine (tests/chromium.py): a request elsewhere fails the test.

    It is watched, not routed: that would put away the browser's cache and ask us before each file.
    """
    outside: list[str] = []

    def watch(request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            outside.append(request.url)

    context.on("request", watch)
    yield context
    assert not outside, f"the page asked outside: {outside}"


@pytest.fixture
def fresh_limits() -> None:
    """Nobody has been too fast, and no key is remembered."""
    line = redis.Redis.from_url(settings.REDIS_URL)
    if keys := [*line.scan_iter("limit:*"), *line.scan_iter("*cache:*")]:
        line.delete(*keys)
    line.close()
    ciphers.clear()
