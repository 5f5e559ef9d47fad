"""Where the time of this process goes: its threads' stacks, looked at a hundred times a second.

Answers lines of `outermost;…;innermost count`, as flame graphs are drawn from (flamegraph.pl, speedscope). Names of
functions and files, no values.
"""

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from types import FrameType

EVERY = 0.01
MOST_SECONDS, USUAL_SECONDS = 60.0, 10.0
_one_at_a_time = threading.Lock()


async def of_this_process(query: Mapping[str, list[str]]) -> bytes:
    return await asyncio.to_thread(profile, _seconds(query))


def _seconds(query: Mapping[str, list[str]]) -> float:
    try:
        return min(MOST_SECONDS, max(EVERY, float(query["seconds"][0])))
    except (KeyError, ValueError):
        return USUAL_SECONDS


def profile(seconds: float) -> bytes:
    if not _one_at_a_time.acquire(blocking=False):
        return b"# another profile is being taken\n"
    try:
        stacks: Counter[str] = Counter()
        own, end = threading.get_ident(), time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(EVERY)
            names = {thread.ident: thread.name for thread in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                if ident != own:
                    stacks[f"{names.get(ident, 'unnamed')};{_told(frame)}"] += 1
        return "".join(f"{stack} {count}\n" for stack, count in stacks.most_common()).encode()
    finally:
        _one_at_a_time.release()


def _told(frame: FrameType | None) -> str:
    calls = []
    while frame is not None:
        code = frame.f_code
        calls.append(f"{code.co_qualname} ({_short(code.co_filename)}:{frame.f_lineno})")
        frame = frame.f_back
    return ";".join(reversed(calls))


def _short(path: str) -> str:
    return "/".join(path.replace(";", ",").split("/")[-2:])
