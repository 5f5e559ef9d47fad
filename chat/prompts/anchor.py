"""How strongly a character is reminded of itself as a talk goes on: docs/prompts.md, "Anchor and stages".

Rules, no model: what comes of the same talk is the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from characters.anchor import Core
from chat.prompts.bond import drift_in
from chat.prompts.context import PromptContext, Said
from chat.prompts.fence import fenced
from inference.tokens import estimate
from memory.style.drift import called_back

Name = Literal["opening", "deep", "closing"]
LAST_LETTERS = 160  # of a line: leave is taken at its end
NAMES: tuple[Name, ...] = ("opening", "deep", "closing")
# The pattern begins at every word, which is slow; most lines hold none of these.
_HINTS = (
    "bye", "night", "farewell", "so long", "see you", "until", "ust go", "have to", "should go", "should leave",
    "ought to", "ust leave", "ust be", "should be", "再", "告辞", "后会", "晚安", "见", "拜拜", "走了",
)  # fmt: skip
FAREWELL = re.compile(
    r"\b(?:good ?bye|bye|good ?night|farewell|so long|see you (?:soon|later|tomorrow)|until (?:tomorrow|next time)"
    r"|(?:i|we) (?:must|have to|should|ought to) (?:go|leave|be going))\b"
    r"|再见|再会|告辞|后会有期|晚安|明天见|回头见|拜拜|[我咱](?:们)?(?:该|得|要|先)走了"
)


class Weights(NamedTuple):
    persona: float
    task: float

    @property
    def share(self) -> float:
        """The persona's of both, which may weigh nothing."""
        return self.persona / ((self.persona + self.task) or 1)

    def towards(self, other: "Weights", way: float) -> "Weights":
        return Weights(*(a + (b - a) * way for a, b in zip(self, other, strict=True)))


class Stage(NamedTuple):
    name: Name
    weights: Weights


class Reminder(NamedTuple):
    """Without a `stage` where there is nothing to be reminded of. `traits` are those that `text` repeats."""

    stage: Stage | None = None
    text: str = ""
    depth: int = 0
    traits: tuple[str, ...] = ()
    # How far its voice has moved from its sample: the kinds, and the words that call it back.
    drift: tuple[str, ...] = ()
    drift_text: str = ""
    sample_id: UUID | None = None

    def manifest(self) -> dict[str, Any]:
        voice = {"voice": {"sample": str(self.sample_id), "drift": list(self.drift)}} if self.sample_id else {}
        return voice | self._stage()

    def _stage(self) -> dict[str, Any]:
        if self.stage is None:
            return {}
        persona, task = (round(weight, 3) for weight in self.stage.weights)
        told = {"name": self.stage.name, "persona": persona, "task": task}
        return {"stage": told | ({"depth": self.depth, "traits": list(self.traits)} if self.text else {})}


def reminder_for(context: PromptContext, numbers: Mapping[str, float]) -> Reminder:
    """`numbers` are the template's."""
    reminder = of_traits(context, numbers)
    if context.bond.sample_id is None or context.kind == "impersonate":
        return reminder
    found, name = drift_in(context), fenced(context.sheet.nickname or context.sheet.name)
    said = called_back(found, context.sheet.language, name)
    return reminder._replace(
        drift=tuple(each.kind for each in found),
        drift_text="\n".join(f"- {fenced(each)}" for each in said),
        sample_id=context.bond.sample_id,
    )


def of_traits(context: PromptContext, numbers: Mapping[str, float]) -> Reminder:
    core = context.sheet.anchor
    # The player's next line is not the character's.
    if not core or context.kind == "impersonate":
        return Reminder()
    stage = stage_of(context.branch, numbers)
    if len(context.branch) < numbers["anchor_from"]:
        return Reminder(stage)  # what was just read needs no repeating
    strength = strength_of(stage.weights, numbers)
    taken = sentences(core, stage.weights, between(numbers, "anchor_tokens", strength))
    return Reminder(
        stage=stage,
        text="\n".join(f"- {fenced(each.says)}" for each in taken),
        depth=between(numbers, "anchor_depth", strength),
        traits=tuple(each.key for each in taken),
    )


def stage_of(branch: Sequence[Said], numbers: Mapping[str, float]) -> Stage:
    """From the opening into the deep by the number of messages; to the closing where somebody takes their leave."""
    opening, deep, closing = (weights_of(name, numbers) for name in NAMES)
    into = smooth((len(branch) - numbers["opening_until"]) / max(1, numbers["deep_from"] - numbers["opening_until"]))
    leaving = 1 - smooth(since_farewell(branch, int(numbers["closing_for"])) / max(1, numbers["closing_for"]))
    weights = opening.towards(deep, into).towards(closing, leaving)
    name: Name = "closing" if leaving >= 0.5 else "deep" if into >= 0.5 else "opening"
    return Stage(name, weights)


def weights_of(name: Name, numbers: Mapping[str, float]) -> Weights:
    return Weights(numbers[f"{name}_persona"], numbers[f"{name}_task"])


def since_farewell(branch: Sequence[Said], most: int) -> int:
    """Messages since the player last took leave: none where it was the last one; `most` where it was not lately."""
    for age, said in enumerate(reversed(branch[-most:] if most else ())):
        if said.role == "player" and takes_leave(said.text):
            return age
    return most


def takes_leave(text: str) -> bool:
    low = text[-LAST_LETTERS:].lower()
    return any(hint in low for hint in _HINTS) and FAREWELL.search(low) is not None


def smooth(way: float) -> float:
    """From 0 to 1 without a jump, in the value or in how fast it changes."""
    way = min(1.0, max(0.0, way))
    return way * way * (3 - 2 * way)


def strength_of(weights: Weights, numbers: Mapping[str, float]) -> float:
    """0 where the persona weighs least of all stages, 1 where it weighs most."""
    shares = [weights_of(name, numbers).share for name in NAMES]
    low, high = min(shares), max(shares)
    return (weights.share - low) / (high - low) if high > low else 1.0


def between(numbers: Mapping[str, float], name: str, strength: float) -> int:
    weak, strong = numbers[f"{name}_weak"], numbers[f"{name}_strong"]
    return round(weak + (strong - weak) * strength)


def sentences(core: Sequence[Core], weights: Weights, tokens: int) -> list[Core]:
    """The persona's share of them, the most pronounced first, whole ones and no more than fit."""
    taken = []
    for each in core[: max(1, round(weights.share * len(core)))]:
        cost = estimate(each.says) + 1
        if cost > tokens:
            break
        tokens -= cost
        taken.append(each)
    return taken
