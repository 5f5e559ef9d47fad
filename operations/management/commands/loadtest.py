import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.load import percentile
from operations.load.machine import Machine, listeners
from operations.load.people import Account
from operations.load.scenarios import SCENARIOS, Plan, Result, run
from operations.soundness import problems

TIMES = (("opened", "socket opened"), ("ack", "line stored"), ("first", "first word"), ("whole", "whole reply"))


class Command(BaseCommand):
    help = (
        "Many people at a running server: idle, chats, rooms, storm, soak. Accounts come from "
        "`manage.py make_sessions --count N --json`, by a file or standard input. Prints latencies, processor and "
        "memory of the server where it runs on this machine, and whether the database still agrees with itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scenario", choices=list(SCENARIOS))
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="Where the server answers.")
        parser.add_argument("--sessions", type=Path, help="Accounts, one a line; without it, standard input.")
        parser.add_argument("--seconds", type=float, default=60.0, help="How long idle and soak last.")
        parser.add_argument("--lines", type=int, default=3, help="What each says in the other scenarios.")
        parser.add_argument("--spread", type=float, default=3.0, help="Seconds over which they begin.")
        parser.add_argument("--pid", type=int, nargs="*", help="The server, where it is not found by its port.")
        parser.add_argument("--no-soundness", action="store_true", help="Do not look at the database afterwards.")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, scenario: str, url: str, sessions: Path | None, **options: Any) -> None:
        accounts = accounts_in(sessions.read_text() if sessions else sys.stdin.read())
        if not accounts:
            raise CommandError("No accounts: manage.py make_sessions --count 50 --json > sessions.jsonl")
        url = url.rstrip("/")
        machine = Machine(listeners(url) if options["pid"] is None else options["pid"])
        plan = Plan(url, accounts, options["seconds"], options["lines"], options["spread"])
        result = asyncio.run(run(SCENARIOS[scenario], plan, machine))
        broken = [] if options["no_soundness"] else problems()
        told = figures_of(result, machine) | {"broken invariants": broken}
        if options["as_json"]:
            self.stdout.write(json.dumps({"scenario": scenario, "people": len(accounts)} | told))
        else:
            self._write(scenario, len(accounts), told)
        if result.heard.errors or broken:
            raise CommandError("Not everything held: see above.")

    def _write(self, scenario: str, people: int, told: dict[str, Any]) -> None:
        self.stdout.write(f"{scenario}, {people} people")
        for name, value in told.items():
            if isinstance(value, dict):
                for part, number in value.items():
                    self.stdout.write(f"  {name}: {part}: {_number(number)}")
            elif isinstance(value, list):
                for line in value or ["none"]:
                    self.stdout.write(f"  {name}: {line}")
            else:
                self.stdout.write(f"  {name}: {_number(value)}")


def accounts_in(text: str) -> list[Account]:
    """Raises CommandError for a line that is no account."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        try:
            row = json.loads(line)
            found.append(Account(row["session_cookie"], row["conversation_id"]))
        except (ValueError, KeyError, TypeError):
            raise CommandError("This is no line of make_sessions --json.") from None
    return found


def figures_of(result: Result, machine: Machine) -> dict[str, Any]:
    heard = result.heard
    told: dict[str, Any] = {
        "seconds": result.wall,
        "replies": heard.replies,
        "withdrawn": heard.withdrawn,
        "frames": heard.frames,
    }
    for name, words in TIMES:
        if values := getattr(heard, name):
            told[f"{words}, ms"] = {f"p{share}": percentile(values, share / 100) for share in (50, 95, 99)}
    if machine.pids:
        told["server: processes"] = len(machine.pids)
        told["server: cores used"] = machine.used / result.wall
        told["server: MiB before, most"] = {
            "before": machine.before / 2**20, "most": max(machine.samples) / 2**20,
        }  # fmt: skip
    told |= result.figures
    told["errors"] = dict(heard.errors)
    return told


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
