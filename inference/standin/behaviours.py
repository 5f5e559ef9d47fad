"""Behaviours by model name. Every name that a test may use is listed in `CATALOGUE`, with what it does.

Options may be appended to any name: -ttft<ms> -tps<n> -n<tokens>.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, cycle, islice, repeat

from inference.standin.playback import Framing, Pace
from inference.standin.prompt import Prompt
from inference.standin.steps import End, Finish, Odd, Step, Steps, Thought, Wait

WORDS = (
    " the", " a", " rain", " light", " over", " old", " city", " and", " she", " said", ",", " quiet",
    " door", " open", "ed", " with", " hand", " of", " gold", " as", " if", " time", " had", " stop", "ped",
    ".", " Then", " we", " walk", " on", " to", " river",
)  # fmt: skip
SCENE = "“You counted them.” *She points at the stairs.* Seventeen, no more. Come in then. "
MEGABYTE = 1_048_576
QUICK = 200.0

# The trackers are addresses that never answer; a browser that asks for one has failed the test.
IMAGES = (
    "Look at this. ![map](http://tracker.invalid/leak.png?said=hello) "
    '<img src="http://tracker.invalid/pixel.gif" srcset="http://tracker.invalid/2x.gif 2x"> '
    "[a link](http://tracker.invalid/page) http://tracker.invalid/auto "
    "![ref][1]\n\n[1]: http://tracker.invalid/reference.png\n\n"
    '<script>document.title = "taken"</script> [run](javascript:alert(1)) *she points at the wall*'
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP error instead of a reply; `times` so often for one and the same request, None = always."""

    status: int
    retry_after: str | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    steps: Callable[[Prompt], Steps]
    pace: Pace
    framing: Framing = field(default_factory=Framing)
    failure: Failure | None = None
    # A 200 that is no event stream.
    instead: str | None = None


def words(n: int) -> Iterator[str]:
    return islice(cycle(WORDS), n)


def then(n: int, *last: Step) -> Callable[[Prompt], Steps]:
    def steps(prompt: Prompt) -> Steps:
        yield from words(n)
        yield from last

    return steps


def comments(n: int) -> Callable[[Prompt], Steps]:
    def steps(prompt: Prompt) -> Steps:
        yield from words(n)
        while True:
            yield Odd.KEEP_ALIVE
            yield Wait(0.02)

    return steps


def empty_deltas(prompt: Prompt) -> Steps:
    while True:
        yield ""
        yield Wait(0.02)


def reasoning(thoughts: int | None, n: int) -> Callable[[Prompt], Steps]:
    def steps(prompt: Prompt) -> Steps:
        yield from repeat(Thought(" hm"), thoughts) if thoughts is not None else repeat(Thought(" hm"))
        yield from words(n)

    return steps


def numbered(n: int) -> Callable[[Prompt], Steps]:
    """`[1] [2] … ` with Chinese and an emoji now and then: positions are easy to compare, bytes are not."""

    def steps(prompt: Prompt) -> Steps:
        for i in range(1, n + 1):
            if f"[{i}]" in prompt.stop:
                yield Finish(sequence=f"[{i}]")
            yield f"[{i}]" + (" 剧🎭 " if i % 7 == 0 else " ")

    return steps


def echoed(prompt: Prompt) -> Steps:
    for line in prompt.lines:
        text = f"{line.role}: {line.content}\n"
        yield from (text[i : i + 4] for i in range(0, len(text), 4))


def pieces_of(text: str) -> Callable[[Prompt], Steps]:
    return lambda prompt: (text[i : i + 3] for i in range(0, len(text), 3))


def says(first: str, anew: str | None, size: int) -> Callable[[Prompt], Steps]:
    """`anew`: what is said instead where the prompt tells that a reply was taken back."""

    def steps(prompt: Prompt) -> Steps:
        again = anew is not None and "taken back" in prompt.lines[-1].content
        text = bytes.fromhex(anew if again and anew is not None else first).decode()
        yield from (text[i : i + size] for i in range(0, len(text), size))

    return steps


def stamped(n: int, thoughts: int) -> Callable[[Prompt], Steps]:
    """Each token says when it was sent: " T" and the monotonic clock in microseconds, 13 digits."""

    def steps(prompt: Prompt) -> Steps:
        for i in range(n):
            text = f" T{time.monotonic_ns() // 1000:013d}"
            yield Thought(text) if i < thoughts else text

    return steps


def after_tokens(m: re.Match[str]) -> int:
    return int(m["after"]) if m["after"] else 5


AFTER = r"(?:-after-(?P<after>\d+))?"
Make = Callable[[re.Match[str], int], Callable[[Prompt], Steps]]

# name pattern, what it does, its steps by (match, tokens asked for)
CATALOGUE: tuple[tuple[str, str, Make], ...] = (
    (r"(?:ok|slow)-(?P<rate>\d+(?:\.\d+)?)tps", "speaks at that rate", lambda m, n: then(n)),
    (
        r"script-(?P<count>\d+)",
        "so many numbered pieces; minds stop strings such as [5]",
        lambda m, n: numbered(int(m["count"])),
    ),
    (
        r"says-(?P<first>[0-9a-f]+)(?:-anew-(?P<anew>[0-9a-f]+))?(?:-by-(?P<size>\d+))?",
        "says this text (hexadecimal UTF-8), in pieces of three letters or so many; another one when asked anew",
        lambda m, n: says(m["first"], m["anew"], int(m["size"] or 3)),
    ),
    (
        r"scene-(?P<times>\d+)",
        "speech and a stage direction, so many times, in pieces of three letters",
        lambda m, n: pieces_of((SCENE * int(m["times"])).strip()),
    ),
    (r"stall" + AFTER, "tokens, then silence", lambda m, n: then(after_tokens(m), End.HANG)),
    (r"no-first-token", "headers, then silence", lambda m, n: then(0, End.HANG)),
    (r"eof-no-finish" + AFTER, "ends politely, unfinished", lambda m, n: then(after_tokens(m), End.EOF)),
    (r"cut" + AFTER, "tokens, then the socket is aborted", lambda m, n: then(after_tokens(m), End.CUT)),
    (
        r"badjson" + AFTER,
        "tokens, then a malformed event",
        lambda m, n: then(after_tokens(m), Odd.GARBLED, End.EOF),
    ),
    (
        r"error-event" + AFTER,
        "tokens, then an error event",
        lambda m, n: then(after_tokens(m), Odd.FAULT, End.EOF),
    ),
    (
        r"comments-forever" + AFTER,
        "tokens (none unless told), then keep-alive comments without end",
        lambda m, n: comments(int(m["after"] or 0)),
    ),
    (r"empty-deltas-forever", "chunks without text, without end", lambda m, n: empty_deltas),
    (
        r"huge-chunk(?:-(?P<size>\d+))?",
        "one event of that many bytes (1 MiB), after five tokens",
        lambda m, n: then(5, "x" * int(m["size"] or MEGABYTE)),
    ),
    (r"endless", "speaks without end, as fast as it is read", lambda m, n: lambda prompt: cycle(WORDS)),
    (r"echo-prompt", "says every message of the prompt", lambda m, n: echoed),
    (r"inject-image", "images, links, scripts: a page must load none of it", lambda m, n: pieces_of(IMAGES)),
    (r"no-prefill", "refuses to carry on a line of its own", lambda m, n: then(n)),
    (r"crlf|drip|tight", "regular text in unusual framing", lambda m, n: then(n)),
    (r"empty", "a regular reply without a word", lambda m, n: then(0)),
    (r"reason-then-speak", "ten tokens of reasoning, then text", lambda m, n: reasoning(10, n)),
    (r"reason-forever", "reasoning without end", lambda m, n: reasoning(None, 0)),
    (r"done-no-finish", "[DONE] without a finish reason", lambda m, n: then(n, Finish(reason=None))),
    (
        r"finish-no-done",
        "a finish reason, then silence",
        lambda m, n: then(n, Finish(done=False, close=False)),
    ),
    (r"no-usage", "never reports usage", lambda m, n: then(n, Finish(usage=False))),
    (r"twice", "reports twice the tokens", lambda m, n: then(n, Finish(times=2))),
    (r"lies", "reports a million times the tokens", lambda m, n: then(n, Finish(times=1_000_000))),
    (r"cached", "had half of the prompt in its cache", lambda m, n: then(n, Finish(cached=0.5))),
    (
        r"(?:filtered|declined)" + AFTER,
        "tokens, then a refusal by the vendor's safety rules; none: the question is refused",
        lambda m, n: then(after_tokens(m), Finish("content_filter")),
    ),
    (r"html|redirect", "a web page; a redirect", lambda m, n: then(0)),
    (
        r"(?P<status>[45]\d\d)(?:-retry-(?P<retry>\d+(?:\.\d+)?))?(?:-times-(?P<times>\d+))?",
        "that status; -retry-<s> asks for a pause and answers the next time; -times-<n> fails n times",
        lambda m, n: then(n),
    ),
    (r"sim", "-ttft<ms>-tps<n>-n<tokens>[-stamp][-think<n>][-cut<n>][-hang<n>]", lambda m, n: then(n)),
)
OPTION = re.compile(r"-(ttft|tps|n|cut|hang|think)(\d+(?:\.\d+)?)(?=-|$)|-(stamp)(?=-|$)")


def behaviour_for(model: str, *, default: Pace, understudy: Callable[[Prompt], Steps]) -> Behaviour:
    """What this model name does; a name that is nobody's is the understudy's."""
    options = {key or flag: float(value or 1) for key, value, flag in OPTION.findall(model)}
    name = OPTION.sub("", model)
    for pattern, _, make in CATALOGUE:
        if match := re.fullmatch(pattern, name):
            return _named(name, match, make, options)
    pace = Pace(options.get("ttft", default.first * 1000) / 1000, options.get("tps", default.rate))
    return Behaviour(understudy, pace)


def _named(name: str, match: re.Match[str], make: Make, options: dict[str, float]) -> Behaviour:
    groups = match.groupdict()
    sim = name == "sim"
    rate = float(groups["rate"]) if "rate" in groups else 0.0 if sim or name == "endless" else QUICK
    pace = Pace(options.get("ttft", 0) / 1000, options.get("tps", rate))
    tokens = int(options.get("n", 120 if sim else 60))
    behaviour = Behaviour(make(match, tokens), pace)
    if sim:
        return replace(behaviour, steps=_simulated(tokens, options))
    if name in ("html", "redirect"):
        return replace(behaviour, instead=name)
    if name in ("crlf", "drip", "tight"):
        return replace(behaviour, framing=Framing(**{name: True}))
    if "status" in groups:
        times = int(groups["times"]) if groups["times"] else 1 if groups["retry"] else None
        return replace(behaviour, failure=Failure(int(groups["status"]), groups["retry"], times))
    return behaviour


def _simulated(tokens: int, options: dict[str, float]) -> Callable[[Prompt], Steps]:
    thoughts, stop = int(options.get("think", 0)), None
    if "cut" in options:
        tokens, stop = int(options["cut"]), End.CUT
    elif "hang" in options:
        tokens, stop = int(options["hang"]), End.HANG

    def steps(prompt: Prompt) -> Steps:
        if "stamp" in options:
            yield from stamped(tokens, thoughts)(prompt)
        else:
            for i, word in zip(count(), words(tokens), strict=False):
                yield Thought(word) if i < thoughts else word
        if stop is not None:
            yield stop

    return steps
