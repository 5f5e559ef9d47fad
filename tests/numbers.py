"""How often a thing is tried: a few times in `make test`, as often as promised in `make test-long`."""

import os

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

# name: in `make test`, in `make test-long`
_NUMBERS = {
    "frames decoded": (1_000, 10_000),
    "frames sent to a socket": (200, 10_000),
    "cuts and resumes of a reply": (30, 500),
    "stops at random moments": (10, 200),
    "turns of canaries": (40, 10_000),
    "replays of a stream": (200, 5_000),
    "random trees": (15, 300),
    "two hands at one talk": (6, 300),
    "prompts": (200, 5_000),
    "requests to an operation": (3, 300),
    "cuts of a guarded reply": (300, 10_000),
    "scenes with a canary": (4, 500),
    "sockets that come back": (50, 500),
    "people in a room": (12, 100),
    "rooms at once": (3, 20),
    "lines of a library": (5_000, 100_000),
    "round trips of a talk": (12, 1_000),
    "megabytes of a file": (1, 50),
    "players with memories": (12, 200),
    "memories of a player": (40, 500),
    "questions with canaries": (60, 10_000),
    "lines of a played talk": (110, 300),
    "random plays of a story": (1_500, 10_000),
    "texts that a pattern matches": (150, 5_000),
    "actions of a play": (30, 1_000),
    "guesses at a password": (60, 1_000),
    "seconds of two beats": (12, 600),
    "who send slowly": (100, 500),
}


def times(name: str) -> int:
    return _NUMBERS[name][LONG]


def told() -> str:
    return ", ".join(f"{name} {counts[LONG]:,}" for name, counts in _NUMBERS.items())
