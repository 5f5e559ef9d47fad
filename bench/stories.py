"""What an action of a story takes by its rules, and a typed line to be read as one; random plays a second."""

import random
import time
from statistics import quantiles

from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by

GOAL_MS = 20.0  # for an action with everything around it; the rules are to be no part of that
PLAYS = 60
TYPED = ("I take the old lamp", "Should I trust you?", "我拿起那盏灯", "你到底想说什么？")


def measure(stage: Stage) -> list[Line]:
    """In a process of its own, on the servers' core."""
    return told_by(stage, "bench.stories")


def lines() -> list[Line]:
    from stories.meaning import meant
    from stories.rules import act, begin, offered
    from stories.shipped import shipped
    from stories.study import simulate

    acted, read, rates = [], [], []
    for book in shipped().values():
        chance = random.Random(7)
        for play in range(PLAYS):
            outcome = begin(book, str(play))
            while actions := offered(book, outcome.state):
                action = chance.choice(actions)
                begun = time.process_time_ns()
                meant(book, outcome.state, TYPED[play % len(TYPED)])
                between = time.process_time_ns()
                outcome = act(book, outcome.state, action, str(play))
                read.append((between - begun) / 1e6)
                acted.append((time.process_time_ns() - between) / 1e6)
        begun = time.process_time_ns()
        plays = simulate(book, 1_000)
        rates.append(plays.count / ((time.process_time_ns() - begun) / 1e9))
    return [
        Line("", "stories: an action, p95", quantiles(acted, n=20)[-1], "ms", "the bound", GOAL_MS, 1.0),
        Line("", "- a typed line read, p95", quantiles(read, n=20)[-1], "ms", "the bound", GOAL_MS, 1.0),
        Line("", "- random plays a second, the slowest story", min(rates), ""),
    ]


if __name__ == "__main__":
    tell(lines())
