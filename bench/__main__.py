"""`make bench`: every benchmark, as a table and in bench/results/latest.json.

    python -m bench                 the goals: three rounds, about ten minutes
    python -m bench --quick         one round and smaller: a look, not a measurement
    python -m bench --long          the history bench with a million messages
    python -m bench --only held     some: streams held idle processes history small lore prompts prefix filters
                                    discovery recall stories actions voice hearing

Needs two cores: the measured server has one for itself, everything else shares the other.
"""

import argparse
import os
import platform
import subprocess
import sys
import time

from bench import (
    actions,
    discovery,
    filters,
    goals,
    hearing,
    history,
    lore,
    prefix,
    prompts,
    recall,
    report,
    small,
    stories,
    voice,
)
from bench.installed import installed_megabytes
from bench.report import Figures, Line
from bench.servers import CORES, OTHER_CORE, PYTHON, Stage, pinned, scratch_folder
from bench.streams import Programme
from config.services import LocalServices

PARTS = (
    "streams", "held", "idle", "processes", "history", "small", "lore", "prompts", "prefix", "filters", "discovery",
    "recall", "stories", "actions", "voice", "hearing",
)  # fmt: skip
FULL = "Full path: as shipped, but without second tries. Core path, where a line says so: filters and memory off."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--first", action="store_true", help="the measured server goes before other programs (as root)")
    options = parser.parse_args()
    if options.first:
        os.environ["BENCH_FIRST"] = "1"
    rounds = options.rounds or (1 if options.quick else 3)
    if len(CORES) < 2:
        print("One core only: servers and load share it, so the figures say little.")
    pinned(OTHER_CORE)
    began, figures = time.monotonic(), Figures()
    with scratch_folder() as folder:
        services = LocalServices(folder / "var", given={})
        try:
            with services.attached() as variables:
                stage = Stage(variables, folder)
                subprocess.run([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env=stage.environ, check=True)
                lines, told = measure(stage, figures, options, rounds)
        finally:
            services.destroy()
    about = {
        "machine": f"{platform.machine()}, {len(CORES)} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "rounds_of_each": rounds,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "load_average": os.getloadavg(),
        "full": FULL,
        "held": told,
    }
    print(f"\n{report.table(lines)}\n\n{FULL}")
    for why, count in figures.errors.most_common(10):
        print(f"error, {count} times: {why}")
    report.write(lines, figures, about)
    missed = sum(line.met == "NO" for line in lines)
    print(f"{missed} goals missed. {report.RESULTS.relative_to(os.getcwd())} has it all, by round.")
    return 0


def measure(
    stage: Stage, figures: Figures, options: argparse.Namespace, rounds: int
) -> tuple[list[Line], list[dict[str, object]]]:
    lines: list[Line] = []
    told: list[dict[str, object]] = []
    with stage.upstream() as upstream:
        programme = Programme(stage, upstream, figures, rounds=rounds, quick=options.quick)
        if "streams" in options.only:
            programme.side_by_side()
            lines += goals.stream_goals(figures)
        if "held" in options.only:
            told = programme.held(rounds)
            lines += goals.held_goals(figures)
        if "idle" in options.only:
            programme.idle(1 if options.quick else 2)
            lines += goals.idle_goals(figures)
        if "actions" in options.only:
            lines += actions.measure(stage, quick=options.quick)
        if "voice" in options.only:
            lines += voice.measure(stage, quick=options.quick)
        if "processes" in options.only:
            programme.two_processes(rounds)
            lines += goals.second_process_goals(figures)
    lines.append(goals.size_goal(installed_megabytes()))
    if "history" in options.only:
        lines += history.measure(stage, 1_000_000 if options.long else 20_000 if options.quick else 200_000)
    if "small" in options.only:
        lines += small.measure(stage)
    if "lore" in options.only:
        lines += lore.measure(stage)
    if "hearing" in options.only:
        lines += hearing.measure(stage)
    if "filters" in options.only:
        lines += filters.measure(stage)
    if "stories" in options.only:
        lines += stories.measure(stage)
    if "prompts" in options.only:
        lines += prompts.measure(stage)
    if "prefix" in options.only:
        lines += prefix.measure(stage)
    if "discovery" in options.only:
        lines += discovery.measure(stage, 1_000 if options.quick else 10_000)
    if "recall" in options.only:
        lines += recall.measure(stage)
    if figures.values:
        lines.append(goals.error_goal(figures))
    return sorted(lines, key=lambda line: int(line.number or 99)), told


if __name__ == "__main__":
    sys.exit(main())
