"""How much of each prompt the provider has already: a talk of 200 turns in which lore, knowledge and memories come up.

Counted, not timed: the same at every run. `tests/chat/test_prefix.py` holds the bounds.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from bench.lore import SYLLABLES
from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by
from characters.anchor import Core
from characters.lore import Book, Entry, compile_books, state_of
from chat.prompts import Lore, Persona, Prompt, PromptContext, Said, Sheet, build_prompt
from chat.prompts.context import Memories, Passage, Placed, Recalled, Remembered
from chat.prompts.history import alike
from chat.prompts.steps import LEAST_MESSAGES, MOST_MESSAGES, kept_of
from inference.base import Usage
from inference.prices import MILLION, Price
from inference.tokens import estimate

TURNS, GOAL, ROOMY = 200, 0.9, 32_768
ENTRIES, PASSAGES = 500, 60
# Of the player's lines: those that call up an entry, and those that a passage of what the character knows bears on.
CALLING, ASKING = 0.5, 0.25
# Memories: that always count; of each subject, which lasts so many turns; that come up at each of them.
STANDING, OF_A_SUBJECT, SUBJECT_TURNS, COME_UP = 12, 24, 6, 12
# A million tokens in, cached, out: the ratio of 10 to 1 to 50 is usual.
PRICE = Price("USD", prompt=Decimal(3), cached=Decimal("0.3"), completion=Decimal(15))


@dataclass(frozen=True, slots=True)
class Turn:
    """A prompt beside the one before it: `kept` tokens are its beginning too. `cut`: something of it went."""

    tokens: int
    kept: int
    messages: int
    cut: bool

    @property
    def share(self) -> float:
        return self.kept / self.tokens


class Talk:
    """A player and a character, line after line. `sliding`: the newest messages go in, as many as at the least."""

    def __init__(self, *, window: int = ROOMY, sliding: bool = False, seed: int = 5) -> None:
        self.dice = random.Random(seed)
        self.window, self.sliding = window, sliding
        self.branch: list[Said] = []
        self.state = state_of(None)
        book = UUID(int=1)
        entries = tuple(
            Entry(UUID(int=number + 10), book, keys=(topic(number),), text=self.words(45), constant=number % 100 == 0)
            for number in range(ENTRIES)
        )
        self.books = compile_books([Book(book, entries=entries)])
        self.passages = [
            Passage(UUID(int=number + 1_000), UUID(int=9), "The house", self.words(95), 0.5)
            for number in range(PASSAGES)
        ]
        self.standing = tuple(self.memory(number, 14) for number in range(STANDING))
        self.subjects = [
            [self.memory(1_000 * (number + 1) + each, self.dice.randint(6, 30)) for each in range(OF_A_SUBJECT)]
            for number in range(TURNS // SUBJECT_TURNS + 1)
        ]
        self.placed: tuple[Placed, ...] = ()
        self.sheet = Sheet(
            version_id=UUID(int=1),
            language="en",
            name="Mira",
            description=self.words(450),
            personality=self.words(40),
            scenario=self.words(60),
            examples=self.words(200),
            traits=self.words(120),
            post_history_instructions=self.words(25),
            anchor=tuple(Core(f"trait{number}", 0.5, self.words(16)) for number in range(4)),
        )

    def prompts(self, turns: int = TURNS) -> Iterator[Prompt]:
        self.say("character", self.words(90))
        for turn in range(turns):
            called = f" {topic(self.dice.randrange(ENTRIES))}" if self.happens(CALLING) else ""
            self.say("player", self.words(22) + called)
            prompt = build_prompt(self.context(turn))
            self.state = state_of(prompt.manifest.get("lore_state"))
            self.placed = self.placed_in(prompt)
            yield prompt
            self.say("character", self.words(100))

    def context(self, turn: int) -> PromptContext:
        newest = [said.id for said in self.branch[: -MOST_MESSAGES - 1 : -1]]
        many = LEAST_MESSAGES if self.sliding else kept_of(newest)
        found = (self.dice.choice(self.passages),) if self.happens(ASKING) else ()
        return PromptContext(
            sheet=self.sheet,
            persona=Persona("Alex", "A courier with a sealed letter."),
            branch=tuple(self.branch[-many:]),
            window_tokens=self.window,
            talk="a talk",
            lore=Lore(self.books, self.state),
            recalled=Recalled(found, "done", 1),
            memories=Memories(standing=self.standing, found=self.came_up(turn), placed=self.placed, state="done"),
            whole=many >= len(self.branch),
        )

    def memory(self, number: int, words: int) -> Remembered:
        return Remembered(UUID(int=1 << 100 | number), "memory", self.words(words), "3 May 2026", number)

    def came_up(self, turn: int) -> tuple[Remembered, ...]:
        return tuple(self.dice.sample(self.subjects[turn // SUBJECT_TURNS], COME_UP))

    def placed_in(self, prompt: Prompt) -> tuple[Placed, ...]:
        """As the next turn reads it from the manifest."""
        known = {str(each.id): each for each in (*self.standing, *(row for rows in self.subjects for row in rows))}
        return tuple(
            Placed(UUID(message), tuple(known[row] for row in rows)) for message, rows in prompt.manifest["placed"]
        )

    def say(self, role: Any, text: str) -> None:
        identifier = UUID(int=(len(self.branch) + 1 << 80) + self.dice.getrandbits(62))
        self.branch.append(Said(identifier, role, role, text))

    def words(self, count: int) -> str:
        return " ".join("".join(self.dice.choices(SYLLABLES, k=self.dice.randint(1, 3))) for _ in range(count))

    def happens(self, chance: float) -> bool:
        return self.dice.random() < chance


def topic(number: int) -> str:
    return f"place{number}q"


def turns_of(prompts: Iterable[Prompt]) -> list[Turn]:
    """Each prompt but the first, which nobody has anything of."""
    turns: list[Turn] = []
    then: Prompt | None = None
    for now in prompts:
        if then is not None:
            common = as_read(now)[: alike(as_read(then), as_read(now))]
            messages = now.manifest["messages"]
            turns.append(Turn(estimate(as_read(now)), estimate(common), messages, is_cut(now, then)))
        then = now
    return turns


def as_read(prompt: Prompt) -> str:
    return "".join(f"\0{line.role}\0{line.content}" for line in prompt.lines)


def is_cut(now: Prompt, then: Prompt) -> bool:
    """The older half of the talk went, or the examples, or lore and memories that had stood long."""
    cut, before = now.manifest["cut"], then.manifest["cut"]
    let_go = any(lore["why"] == "made_room" for lore in cut.get("lore", ()))
    let_go = let_go or any(each not in now.manifest["placed"] for each in then.manifest["placed"])
    grown = now.manifest["messages"] == then.manifest["messages"] + 2
    return not grown or let_go or cut["examples"] != before["examples"]


def cost(turns: Sequence[Turn], *, cached: bool = True) -> float:
    usage = Usage(sum(turn.tokens for turn in turns), 0, cached=sum(turn.kept for turn in turns) if cached else 0)
    return PRICE.of(usage).micros / MILLION


def measure(stage: Stage) -> list[Line]:
    return told_by(stage, "bench.prefix")


def lines() -> list[Line]:
    turns = turns_of(Talk().prompts())
    tight = turns_of(Talk(window=8_192).prompts())
    sliding = turns_of(Talk(sliding=True).prompts())
    shares = [turn.share for turn in turns if not turn.cut and turn.messages >= LEAST_MESSAGES]
    mean = sum(turn.tokens for turn in turns) // len(turns)
    name = f"prefix: share of a prompt that the last one began with, {TURNS} turns"
    return [
        Line(
            "16", f"{name}, least", min(shares), "", "the bound", 1.0, GOAL, more=True, note=f"{mean:,} tokens a prompt"
        ),
        Line("", "- median", median(shares), "", "one by one", median(turn.share for turn in sliding), more=True),
        Line("", "- of the prompts, those after a cut", sum(turn.cut for turn in turns) / len(turns), ""),
        Line("", "- the same in 8,192 tokens", sum(turn.cut for turn in tight) / len(tight), ""),
        Line("", "- of all tokens, cached", kept(turns), "", "one by one", kept(sliding), more=True),
        Line("", "- the same in 8,192 tokens", kept(tight), ""),
        Line("", "- what went in cost", cost(turns), PRICE.currency, "without cache", cost(turns, cached=False)),
        Line("", "- the same beside one by one", cost(turns), PRICE.currency, "one by one", cost(sliding)),
    ]


def kept(turns: Sequence[Turn]) -> float:
    return sum(turn.kept for turn in turns) / sum(turn.tokens for turn in turns)


if __name__ == "__main__":
    tell(lines())
