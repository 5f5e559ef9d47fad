"""The arithmetic of docs/capacity.md: from what was measured to what so many monthly users need.

python -m bench.capacity        the tables, as they stand in the page; a test compares them
"""

from dataclasses import dataclass
from math import ceil

SECONDS_AN_HOUR, DAYS_A_MONTH = 3600, 30
GIB, MIB, KIB = 2**30, 2**20, 2**10


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor time is of one core of the machine below, in seconds for one reply of about 46 pieces."""

    web: float = 0.023
    postgres: float = 0.016
    workers: float = 0.016
    redis: float = 0.0007
    bytes_a_reply: int = 5_024
    bytes_a_socket: int = round(22.88 * KIB)
    bytes_a_process: int = 220 * MIB
    idle_cores_a_socket: float = 0.053 / 1000


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a site is like. Change a line, and every number follows."""

    daily_of_monthly: float = 0.20
    turns_a_day: int = 30  # of somebody who comes that day
    peak_hour: float = 0.10  # of a day's turns
    seconds_between_turns: int = 60  # so long somebody reads and writes, with an open socket
    windows: float = 1.5  # sockets of one person
    pieces: float = 2.5  # as many pieces as in the measured reply
    reply_seconds: float = 5.0  # that a model is busy with one
    prompt_tokens: int = 3_000
    cached: float = 0.70  # of them
    reply_tokens: int = 150
    # Examples in dollars. Put yours in their place.
    million_in: float = 0.25
    million_cached: float = 0.025
    million_out: float = 2.00
    core_month: float = 20.0
    gib_month: float = 0.12
    # How full things may be at the peak.
    web_full: float = 0.6
    postgres_full: float = 0.5
    workers_full: float = 0.8
    redis_full: float = 0.5  # of one core: it has no second one
    cores_of_a_database: int = 32
    months_kept: int = 24


@dataclass(frozen=True, slots=True)
class Need:
    users: int
    turns_a_second: float  # in the busiest hour
    sockets: int
    web_cores: float
    web_memory: float  # GiB
    worker_cores: float
    redis: float  # of one core
    postgres_cores: float
    gib_a_month: float
    gib_kept: float
    model_calls: int  # at once
    model_month: float
    machine_month: float
    cells: int

    @property
    def cents_a_user(self) -> float:
        return 100 * (self.model_month + self.machine_month) / self.users


def need(users: int, measured: Measured | None = None, assumed: Assumed | None = None) -> Need:
    m, a = measured or Measured(), assumed or Assumed()
    turns_a_day = users * a.daily_of_monthly * a.turns_a_day
    peak = turns_a_day * a.peak_hour / SECONDS_AN_HOUR
    sockets = ceil(peak * a.seconds_between_turns * a.windows)
    # A longer reply costs the web process in step with its pieces; what is stored and remembered hardly grows.
    web = (peak * m.web * a.pieces + sockets * m.idle_cores_a_socket) / a.web_full
    workers = peak * m.workers / a.workers_full
    postgres = peak * m.postgres / a.postgres_full
    redis = peak * m.redis
    month = turns_a_day * DAYS_A_MONTH * m.bytes_a_reply / GIB
    kept = month * a.months_kept
    cells = max(1, ceil(postgres / a.cores_of_a_database), ceil(redis / a.redis_full / 4))
    cores = web + workers + 2 * postgres + max(1.0, redis / a.redis_full)  # the database twice: a replica stands by
    return Need(
        users=users,
        turns_a_second=peak,
        sockets=sockets,
        web_cores=web,
        web_memory=(ceil(web) * m.bytes_a_process + sockets * m.bytes_a_socket) / GIB,
        worker_cores=workers,
        redis=redis,
        postgres_cores=postgres,
        gib_a_month=month,
        gib_kept=kept,
        model_calls=ceil(peak * a.reply_seconds),
        model_month=turns_a_day * DAYS_A_MONTH * cost_of_turn(a),
        machine_month=max(4.0, cores) * a.core_month + 2 * kept * a.gib_month,
        cells=cells,
    )


def cost_of_turn(a: Assumed) -> float:
    """Dollars to the provider."""
    cached = a.prompt_tokens * a.cached
    return (
        (a.prompt_tokens - cached) * a.million_in + cached * a.million_cached + a.reply_tokens * a.million_out
    ) / 1e6


def users_of_a_core() -> int:
    """Monthly users whom one core of the web carries at the peak, and nothing else on it."""
    return 1_000 * int(1_000 / need(1_000_000).web_cores)


STEPS = (10_000, 1_000_000, 20_000_000)
ROWS = (
    ("turns a second, busiest hour", lambda n: f"{n.turns_a_second:,.1f}"),
    ("open sockets", lambda n: f"{n.sockets:,}"),
    ("web: cores", lambda n: f"{n.web_cores:,.1f}"),
    ("web: memory, GiB", lambda n: f"{n.web_memory:,.1f}"),
    ("workers: cores", lambda n: f"{n.worker_cores:,.1f}"),
    ("Redis: of one core", lambda n: f"{n.redis:,.3f}"),
    ("Postgres: cores", lambda n: f"{n.postgres_cores:,.1f}"),
    ("Postgres: GiB more a month", lambda n: f"{n.gib_a_month:,.0f}"),
    ("Postgres: GiB after two years", lambda n: f"{n.gib_kept:,.0f}"),
    ("replies of models at once", lambda n: f"{n.model_calls:,}"),
    ("models a month, $", lambda n: f"{n.model_month:,.0f}"),
    ("machines a month, $", lambda n: f"{n.machine_month:,.0f}"),
    ("a user and month, cents", lambda n: f"{n.cents_a_user:,.1f}"),
    ("cells", lambda n: f"{n.cells:,}"),
)


def table() -> str:
    needs = [need(users) for users in STEPS]
    lines = ["| monthly users | " + " | ".join(f"{users:,}" for users in STEPS) + " |", "|---|" + "---:|" * len(STEPS)]
    lines += [f"| {name} | " + " | ".join(written(each) for each in needs) + " |" for name, written in ROWS]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
    print(f"\nOne core of the web: {users_of_a_core():,} monthly users")
