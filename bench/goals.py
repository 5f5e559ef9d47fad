"""The goals of docs/performance.md, as lines of the report."""

from bench.report import Figures, Line

# Open WebUI 0.12.4 on the machine that docs/performance.md names, 2026-11-21. It is not installed for a run:
# 7.3 GB. Its times hold for that machine only.
OPEN_WEBUI = "Open WebUI, reference"
OPEN_WEBUI_FIRST_MS = 56.4
OPEN_WEBUI_REPLY_MS = 105.0
OPEN_WEBUI_HELD = 65
OPEN_WEBUI_BURST = 9_240
OPEN_WEBUI_SOCKET_KIB = 73.0
OPEN_WEBUI_MEMORY_MIB = 1_185
OPEN_WEBUI_INSTALLED_MB = 7_300


def stream_goals(figures: Figures) -> list[Line]:
    f = figures
    added = {
        (name, share): f(name, f"first {share}") - f("direct", f"first {share}")
        for name in ("product", "core", "tutorial", "floor")
        for share in ("p50", "p95")
    }
    first = added["product", "p50"]
    token = f("product", "token cpu")
    reply = f("product", "reply cpu")
    return [
        Line("1", "added time to first token, p50", first, "ms", "tutorial", added["tutorial", "p50"], 1.0, 0.65),
        Line("1", "- core path", added["core", "p50"], "ms", "tutorial", added["tutorial", "p50"], 1.0, 0.65),
        Line("1", "", first, "ms", OPEN_WEBUI, OPEN_WEBUI_FIRST_MS, 0.06),
        Line("1", "", first, "ms", "floor", added["floor", "p50"]),
        Line(
            "2", "added time to first token, p95", added["product", "p95"], "ms",
            "tutorial", added["tutorial", "p95"], 1.2, 0.8,
        ),
        Line("3", "CPU a token, 40 paced streams", token, "µs", "tutorial", f("tutorial", "token cpu"), 0.30, 0.25),
        Line("3", "- core path", f("core", "token cpu"), "µs", "tutorial", f("tutorial", "token cpu"), 0.30, 0.25),
        Line("3", "", token, "µs", "floor", f("floor", "token cpu"), 1.5, 1.3),
        Line("4", "CPU of a 100-token reply", reply, "ms", "tutorial", f("tutorial", "reply cpu"), 0.35, 0.28),
        Line("4", "- core path", f("core", "reply cpu"), "ms", "tutorial", f("tutorial", "reply cpu"), 0.35, 0.28),
        Line("4", "", reply, "ms", OPEN_WEBUI, OPEN_WEBUI_REPLY_MS, 0.15),
        Line("", "- of it, the start", f("product", "start cpu"), "ms", "tutorial", f("tutorial", "start cpu")),
        Line(
            "6", "burst, tokens a second", f("product", "burst"), "1/s",
            "tutorial", f("tutorial", "burst"), 8, 14, more=True,
        ),
        Line("6", "- core path", f("core", "burst"), "1/s", "tutorial", f("tutorial", "burst"), 8, 14, more=True),
        # Without the waits for load, upstream and database, which share the other core.
        Line(
            "6", "- a second of its core", 1e6 / f("product", "burst cpu"), "1/s",
            "tutorial", 1e6 / f("tutorial", "burst cpu"), 8, 14, more=True,
        ),
        Line(
            "6", "- the same, core path", 1e6 / f("core", "burst cpu"), "1/s",
            "tutorial", 1e6 / f("tutorial", "burst cpu"), 8, 14, more=True,
        ),
        Line("6", "", f("product", "burst"), "1/s", OPEN_WEBUI, OPEN_WEBUI_BURST, 3.4, 6, more=True),
        Line("6", "", f("product", "burst"), "1/s", "floor", f("floor", "burst"), more=True),
        Line(
            "7", "first token beside 16 unpaced replies, p50", f("product", "fairness"), "ms",
            "tutorial", f("tutorial", "fairness"), 0.1, 0.05,
        ),
        Line("7", "- core path", f("core", "fairness"), "ms", "tutorial", f("tutorial", "fairness"), 0.1, 0.05),
        Line(
            "9", "memory of a server process at start", f("product", "memory") / 1024, "MiB",
            OPEN_WEBUI, OPEN_WEBUI_MEMORY_MIB, 0.14, 0.1,
        ),
        Line("9", "- core path", f("core", "memory") / 1024, "MiB", OPEN_WEBUI, OPEN_WEBUI_MEMORY_MIB, 0.14, 0.1),
        Line("", "", f("product", "memory") / 1024, "MiB", "tutorial", f("tutorial", "memory") / 1024),
        Line("", "token delay, p95", f("product", "delay p95"), "ms", "floor", f("floor", "delay p95")),
    ]  # fmt: skip


def held_goals(figures: Figures) -> list[Line]:
    held = figures("product", "held")
    return [
        Line(
            "5", "streams of 40 tokens/s held", held, "", "tutorial", figures("tutorial", "held"), 4.5, 6.0, more=True
        ),
        Line("5", "", held, "", OPEN_WEBUI, OPEN_WEBUI_HELD, 4.5, 6.0, more=True),
    ]


def idle_goals(figures: Figures) -> list[Line]:
    kib = figures("product", "idle")
    return [
        Line(
            "8", "memory of an idle signed-in socket", kib, "KiB",
            "bare Channels", figures("bare", "idle"), 1.3, 1.1,
        ),
        Line("8", "", kib, "KiB", OPEN_WEBUI, OPEN_WEBUI_SOCKET_KIB, 0.6),
    ]  # fmt: skip


def second_process_goals(figures: Figures) -> list[Line]:
    f = figures
    alone = f("product, no flush", "token cpu")
    return [
        Line(
            "13", "extra CPU a token: kept for resume", f("product, flush", "token cpu") - alone, "µs",
            "CPU a token", alone, 0.25, 0.1,
        ),
        Line(
            "13", "extra CPU a token: a second process watches", f("product, watched", "token cpu") - alone, "µs",
            "CPU a token", alone, 0.25, 0.1,
        ),
        Line(
            "", "CPU a token of that second process", f("second process", "token cpu"), "µs",
            "CPU a token", alone,
        ),
    ]  # fmt: skip


def error_goal(figures: Figures) -> Line:
    errors = float(sum(count for why, count in figures.errors.items() if not why.startswith(("tutorial", "floor"))))
    # A ratio to one, so that the goal reads as it is meant: none.
    return Line("14", "replies failed, tokens lost or doubled", errors, "", "none", 1.0, 0.0, 0.0)


def size_goal(megabytes: float) -> Line:
    return Line(
        "10", "installed size of the server side", megabytes, "MB", OPEN_WEBUI, OPEN_WEBUI_INSTALLED_MB, 0.1, 0.06
    )
