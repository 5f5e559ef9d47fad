"""How long an action of a story takes until its `game_event`, with many who play at once and are answered meanwhile."""

import asyncio
import json
import random
import subprocess
import time
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import connect

from accounts.ids import uuid7
from bench.load import percentile
from bench.report import Line
from bench.servers import PYTHON, Stage

PLAYERS = 50
ACTIONS = 12  # of each
PAUSE = 6.0  # seconds between two actions of one player, on average: a reply is read before one acts
GOAL_MS = 20.0
MODEL = "sim-ttft300-tps30-n40"  # slow enough that replies run while others act
PATIENCE = 30.0


def measure(stage: Stage, *, quick: bool = False) -> list[Line]:
    """One server on its core; the model and the players share the other."""
    for command in ("load_presets",):
        subprocess.run([PYTHON, "manage.py", command, "--verbosity", "0"], env=stage.environ, check=True)
    made = subprocess.run(
        [PYTHON, "-m", "bench.plays", MODEL, str(PLAYERS)], env=stage.environ, stdout=subprocess.PIPE, check=True
    )
    *seats, waits = [json.loads(line) for line in made.stdout.splitlines() if line.startswith(b"{")]
    with stage.product() as server:
        taken, refused = asyncio.run(_all(f"127.0.0.1:{server.port}", seats, 3 if quick else ACTIONS))
    p95 = percentile(taken, 0.95)
    return [
        Line("15", f"an action until its event, {PLAYERS} players, p95", p95, "ms", "goal", GOAL_MS, 1.0),
        Line("", "- p50", percentile(taken, 0.5), "ms"),
        Line("", "- longest", max(taken), "ms"),
        Line("", "- waits for the database of each", waits["trips"], ""),
        Line("", "- acted", len(taken), ""),
        Line("", "- refused", refused, ""),
    ]


async def _all(host: str, seats: list[dict[str, str]], actions: int) -> tuple[list[float], int]:
    plays = [_play(host, seat, actions, random.Random(at)) for at, seat in enumerate(seats)]
    found = await asyncio.gather(*plays)
    return [each for taken, _refused in found for each in taken], sum(refused for _taken, refused in found)


async def _play(host: str, seat: Mapping[str, str], actions: int, chance: random.Random) -> tuple[list[float], int]:
    """Whatever is offered, at random; looking around where nothing is."""
    taken: list[float] = []
    refused, view = 0, None
    url = f"ws://{host}/ws/chat/{seat['conversation']}/"
    headers = {"Cookie": f"sessionid={seat['session']}"}
    async with connect(url, origin=f"http://{host}", additional_headers=headers, compression=None, proxy=None) as line:  # type: ignore[arg-type]
        await asyncio.sleep(chance.random() * PAUSE)
        for _action in range(actions):
            verb, target = _wanted(view, chance)
            client_id = str(uuid7())
            begun = time.monotonic()
            await line.send(
                json.dumps({"type": "action", "action_id": verb, "target_id": target, "client_id": client_id})
            )
            frame = await asyncio.wait_for(_answer(line, client_id), PATIENCE)
            if frame["type"] == "game_event":
                # The first one of each finds nothing in the process yet.
                taken += [(time.monotonic() - begun) * 1e3] if view is not None else []
                view = frame["payload"]["view"]
            else:
                refused += 1
            until = time.monotonic() + chance.random() * PAUSE * 2
            while (left := until - time.monotonic()) > 0:
                try:
                    await asyncio.wait_for(line.recv(), left)
                except TimeoutError:
                    break
    return taken, refused


async def _answer(line: Any, client_id: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(await line.recv())
        if frame["type"] == "game_event" and frame["event_type"] == "acted":
            return frame
        if frame["type"] == "error" and frame.get("client_id") == client_id:
            return frame


def _wanted(view: Any, chance: random.Random) -> tuple[str, str]:
    options = (
        [(each["action"]["verb"], each["action"]["target"]) for each in view["options"] if each["open"]] if view else []
    )
    people = [("talk", each["name"]) for each in view["present"]] if view else [("inspect", "rope")]
    return chance.choice([*options, *people] or [("inspect", "rope")])
