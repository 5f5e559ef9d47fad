"""Building a prompt of 40 messages with 500 entries of lore and 20 memories, turn after turn of a long talk."""

import time
from statistics import median, quantiles
from uuid import UUID

from bench.lore import ENTRIES, MESSAGES, material
from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by

TURNS, REMEMBERED, ALWAYS, GOAL_MS = 400, 20, 8, 5.0


def measure(stage: Stage) -> list[Line]:
    """In a process of its own, on the servers' core."""
    return told_by(stage, "bench.prompts")


def lines() -> list[Line]:
    from characters.anchor import Core
    from characters.lore import compile_books, state_of
    from chat.prompts import Lore, Persona, PromptContext, Sheet, build_prompt
    from chat.prompts.context import Memories, Passage, Placed, Recalled, Remembered

    book, branch = material(MESSAGES + 2 * TURNS)
    books = compile_books([book])
    text = branch[0].text
    sheet = Sheet(
        version_id=UUID(int=1),
        language="en",
        name="Mira",
        description=text * 4,
        personality=text[:200],
        scenario=text,
        examples=text * 2,
        traits=text * 2,
        anchor=tuple(Core(f"trait{number}", 0.5, text[:120]) for number in range(4)),
    )
    recalled = tuple(
        Passage(UUID(int=number + 1), UUID(int=9), "A text", branch[number].text, 0.5) for number in range(3)
    )
    known = {
        str(UUID(int=number + 1)): Remembered(UUID(int=number + 1), "memory", said.text[:120], "3 May 2026", number)
        for number, said in enumerate(branch)
    }
    rows = tuple(known.values())
    placed: tuple[Placed, ...] = ()
    times, tokens, state = [], 0, state_of(None)
    for turn in range(TURNS):
        found = rows[ALWAYS + turn : turn + REMEMBERED]
        context = PromptContext(
            sheet=sheet,
            persona=Persona("You", text),
            branch=branch[2 * turn : 2 * turn + MESSAGES],
            window_tokens=32_768,
            talk="talk",
            lore=Lore(books, state),
            recalled=Recalled(recalled, "done", 1),
            memories=Memories(standing=rows[:ALWAYS], found=found, placed=placed, state="done"),
        )
        start = time.process_time()
        prompt = build_prompt(context)
        times.append((time.process_time() - start) * 1_000)
        state = state_of(prompt.manifest.get("lore_state"))
        placed = tuple(
            Placed(UUID(message), tuple(known[each] for each in ids)) for message, ids in prompt.manifest["placed"]
        )
        tokens = max(tokens, sum(prompt.manifest["tokens"].values()))
    p95 = quantiles(times, n=20)[-1]
    name = f"prompt: {MESSAGES} messages, {ENTRIES} entries, {REMEMBERED} memories"
    return [
        Line("15", f"{name}, p95", p95, "ms", "the bound", GOAL_MS, 1.0, note=f"up to {tokens:,} tokens"),
        Line("", "- p50", median(times), "ms"),
    ]


if __name__ == "__main__":
    tell(lines())
