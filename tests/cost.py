"""What the tests cost: `make test ARGS=--cost=cost.tsv`, then the table at the end.

Seconds of processor, not of the clock: they say the same on a machine that is busy with other things. Counted is what
this process uses and all that it started: servers, Postgres, Redis, the browser. One line a test goes into the file.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest

TICK = os.sysconf("SC_CLK_TCK")
KINDS = {
    "python": "servers",
    "postgres": "postgres",
    "redis-server": "redis",
    "node": "driver",
    "node-MainThread": "driver",
}
FILES_SHOWN = 40


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cost", metavar="FILE", help="write what each test costs, and sum it up")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("cost"):
        config.pluginmanager.register(Cost(config), "dramatis-cost")


class Cost:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.before = Seen()
        self.tests: dict[str, Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = Seen()
        # On the report, so that it travels from a worker to the process that sums up.
        report.user_properties = [("cost", dict(now.since(self.before)))]
        self.before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        assert report.when is not None
        for name, value in report.user_properties:
            if name == "cost":
                used = cast("dict[str, float]", value)
                self.tests[report.nodeid].update(used)
                self.tests[report.nodeid].update({report.when: sum(used.values()), "clock": report.duration})

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if os.environ.get("PYTEST_XDIST_WORKER"):
            return
        write(Path(self.config.getoption("cost")), self.tests)
        for title, parts in (("folders", 2), ("files", None)):
            terminalreporter.section(f"cost in seconds of processor: {title}")
            for line in table(self.tests, parts):
                terminalreporter.write_line(line)


class Seen:
    """How much each of our processes had used, and all that have ended."""

    def __init__(self) -> None:
        rows = dict(_rows())
        ours = _family(rows)
        self.alive = {pid: (rows[pid]["kind"], rows[pid]["own"]) for pid in ours}
        self.ended = sum(rows[pid]["ended"] for pid in ours)

    def since(self, before: "Seen") -> Counter[str]:
        used: Counter[str] = Counter()
        for pid, (kind, own) in self.alive.items():
            used[kind] += own - before.alive.get(pid, ("", 0.0))[1]
        gone = sum(own for pid, (_, own) in before.alive.items() if pid not in self.alive)
        used["ended"] += max(0.0, self.ended - before.ended - gone)
        return used


def _rows() -> Generator[tuple[int, dict[str, Any]]]:
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat", "rb", buffering=0) as file:
                head, _, tail = file.read().decode(errors="replace").rpartition(")")
        except OSError:
            continue
        name, fields = head.partition("(")[2], tail.split()
        own, ended = (int(fields[at]) + int(fields[at + 1]) for at in (11, 13))
        yield int(number), {"parent": int(fields[1]), "name": name, "own": own / TICK, "ended": ended / TICK}


def _family(rows: dict[int, dict[str, Any]]) -> set[int]:
    """This process, all that descend from it, and the services, which do not."""
    roots, mark = {os.getpid()}, os.environ.get("VAR_DIR", "/nowhere").encode()
    for pid, row in rows.items():
        row["kind"] = "tests" if pid == os.getpid() else KINDS.get(row["name"].split(":")[0], "browser")
        if row["parent"] == 1 and row["kind"] in {"postgres", "redis"} and mark in _command(pid):
            roots.add(pid)
    children = defaultdict(set)
    for pid, row in rows.items():
        children[row["parent"]].add(pid)
    found: set[int] = set()
    while roots:
        found |= roots
        roots = {child for pid in roots for child in children[pid]} - found
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() + os.readlink(f"/proc/{pid}/cwd").encode()
    except OSError:
        return b""


COLUMNS = ("tests", "servers", "postgres", "redis", "driver", "browser", "ended", "setup", "call", "teardown", "clock")
USED = COLUMNS[:7]


def write(path: Path, tests: dict[str, Counter[str]]) -> None:
    lines = ["\t".join(("total", *COLUMNS, "test"))]
    for name, cost in tests.items():
        lines.append("\t".join((*(f"{value:.2f}" for value in (_total(cost), *(cost[c] for c in COLUMNS))), name)))
    path.write_text("\n".join(lines) + "\n")


def table(tests: dict[str, Counter[str]], parts: int | None) -> list[str]:
    """By folder (parts of the path) or by file, the dearest first."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, cost in tests.items():
        path = name.partition("::")[0]
        sums[path if parts is None else "/".join(path.split("/")[:parts])].update({**cost, "count": 1})
    dearest = sorted(sums.items(), key=lambda pair: -_total(pair[1]))[: FILES_SHOWN if parts is None else None]
    head = "  total  " + "".join(f"{column:>9}" for column in COLUMNS) + "   number"
    return [
        head,
        *(f"{_total(cost):7.1f}  " + "".join(f"{cost[c]:9.1f}" for c in COLUMNS) + f"{cost['count']:9.0f}  {name}"
          for name, cost in dearest),
    ]  # fmt: skip


def _total(cost: Counter[str]) -> float:
    return sum(cost[kind] for kind in USED)
