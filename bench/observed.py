"""What it costs to be seen: the product with numbers and traces on, beside itself with none.

    python -m bench.observed --rounds 20

As bench.versus does it: both servers run all the time, CPU is their own clock, rounds take turns. Every trace is kept
and sent, which is more than a site does (TRACES_SHARE). The median lies in the interval with 95 per cent.
"""

import argparse
import http.client
import subprocess
import threading
from contextlib import ExitStack
from math import comb

from bench.servers import OTHER_CORE, PYTHON, SERVER_CORE, SETTLED, Server, Stage, pinned, scratch_folder
from bench.streams import run
from bench.versus import measure
from config.services import LocalServices

BOUND = 1.05
EVERY = 15.0  # seconds between two looks at /metrics


def interval(values: list[float]) -> tuple[float, float]:
    """Of the median: the ranks between which it lies with 95 per cent, whatever the values are spread like."""
    ordered, count = sorted(values), len(values)
    rank, outside = 0, 2 / 2**count
    while rank + 1 < count // 2 and outside + 2 * comb(count, rank + 1) / 2**count <= 0.05:
        rank += 1
        outside += 2 * comb(count, rank) / 2**count
    return ordered[rank], ordered[-1 - rank]


def scrape(server: Server, over: threading.Event) -> None:
    while not over.wait(EVERY):
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        line.request("GET", "/metrics")
        assert line.getresponse().read().startswith(b"# HELP")
        line.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    pinned(OTHER_CORE)
    with scratch_folder() as folder, ExitStack() as stack:
        services = LocalServices(folder / "var", given={})
        stack.callback(services.destroy)
        stage = Stage(stack.enter_context(services.attached()), folder, extras=("requirements-tracing.txt",))
        subprocess.run([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env=stage.environ, check=True)
        stack.enter_context(stage.upstream())
        redis = stage.environ["REDIS_URL"].removesuffix("/0")
        sink = stack.enter_context(
            stage.server("sink", [PYTHON, "-m", "bench.sink", "PORT"], core=OTHER_CORE, path="/")
        )

        def started(name: str, module: str, number: int, **environ: str) -> Server:
            command = [PYTHON, "-m", module, "--port", "PORT"]
            return stack.enter_context(
                stage.server(name, command, core=SERVER_CORE, path="/healthz", REDIS_URL=f"{redis}/{number}", **environ)
            )

        traced = {"TRACES_URL": f"http://127.0.0.1:{sink.port}/v1/traces", "TRACES_SHARE": "1"}
        servers = [started("other", "bench.unobserved", 1), started("this", "config.server", 2, **traced)]
        over = threading.Event()
        stack.callback(over.set)
        threading.Thread(target=scrape, args=(servers[1], over), daemon=True).start()
        over.wait(SETTLED)
        costs = run(measure(servers, stage, ["paced"], options.rounds))
        tell(costs["paced"])  # type: ignore[index]


def tell(pairs: list[tuple[float, float]]) -> None:
    ratios = [on / off for off, on in pairs]
    low, high = interval(ratios)
    median = sorted(ratios)[len(ratios) // 2]
    verdict = "kept" if median <= BOUND else "NOT KEPT"
    print(
        f"CPU a token, seen against unseen: {median:.3f}, 95 % between {low:.3f} and {high:.3f},"
        f" {len(ratios)} rounds of 40 paced replies; bound {BOUND}: {verdict}"
    )


if __name__ == "__main__":
    main()
