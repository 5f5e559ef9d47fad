"""What guarding a reply adds to each piece, beside looking through all that was said each time; the input chain."""

import time
from statistics import median, quantiles

from bench.report import Line
from bench.servers import Stage
from bench.small import CHINESE, SAID, beside, tell, told_by

GOAL_MS = 5.0
TERMS = 10_000
SYLLABLES = ("ka", "lo", "mir", "than", "ves", "or", "el", "du", "ran", "sha", "bri", "ost", "fen", "gul", "ith", "mar")


def measure(stage: Stage) -> list[Line]:
    """In a process of its own, on the servers' core."""
    return told_by(stage, "bench.filters")


def words(count: int) -> list[str]:
    size = len(SYLLABLES)
    parts = [(SYLLABLES[n % size], SYLLABLES[n // size % size], SYLLABLES[n // size**2 % size]) for n in range(count)]
    return ["".join(three) + str(n % 7) for n, three in enumerate(parts)]


def lines() -> list[Line]:
    from moderation.filters.lexicon import Lexicon, Term
    from moderation.filters.normalise import fold
    from moderation.stream import StreamGuard

    found = []
    for count in (50, TERMS):
        lexicon = Lexicon(Term(word, severity=3) for word in words(count))
        for name, said in (("English", SAID), ("Chinese", CHINESE)):
            size = 4 if name == "English" else 2
            pieces = [said[at : at + size] for at in range(0, len(said), size)]

            def guarded(lexicon: Lexicon = lexicon, pieces: list[str] = pieces) -> None:
                guard = StreamGuard([lexicon])
                for piece in pieces:
                    guard.feed(piece)
                guard.close()

            def searched(lexicon: Lexicon = lexicon, pieces: list[str] = pieces) -> None:
                told = ""
                for piece in pieces:
                    told += piece
                    list(lexicon.matches(fold(told)))

            line = beside(f"guard: {count:,} terms, {name}, a piece", guarded, "all of it looked through", searched)
            found.append(Line("", line.name, line.value / len(pieces), "µs", line.baseline, line.against / len(pieces)))
    return [*found, *watch(), *chain()]


def watch() -> list[Line]:
    """What looking along the way adds to each piece, all looks included."""
    from moderation.filters.base import Stage as Where
    from moderation.stream import StreamWatch
    from moderation.weights import default_chain

    whole, found = default_chain(), []
    for name, text, size in (("English", SAID, 4), ("Chinese", CHINESE, 2)):
        said = (text * 10)[:3_000]
        watching = StreamWatch(lambda last: not whole.run(last, Where.STREAM).passes)
        begun = time.process_time()
        for at in range(0, len(said), size):
            watching.feed(said[at : at + size])
        spent = (time.process_time() - begun) * 1_000_000
        found.append(Line("", f"content along the way, {name}, a piece", spent / (len(said) / size), "µs"))
    return found


def chain() -> list[Line]:
    from moderation.filters.base import Stage as Where
    from moderation.weights import default_chain

    whole = default_chain()
    times = []
    for turn in range(600):
        said = (CHINESE if turn % 2 else SAID)[turn % 150 :][:200]
        begun = time.process_time()
        whole.run(said, Where.INPUT)
        times.append((time.process_time() - begun) * 1_000)
    return [
        Line("", "input chain, 200 signs, p95", quantiles(times, n=20)[-1], "ms", "the bound", GOAL_MS, 1.0),
        Line("", "- p50", median(times), "ms"),
    ]


if __name__ == "__main__":
    tell(lines())
