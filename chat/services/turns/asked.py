"""What a program asks of the model for one reply, in place of what the character's author chose."""

from dataclasses import dataclass, replace

from chat.prompts import PromptContext
from inference.base import ChatRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """What is None, or empty, stays as the author has it."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None

    def of(self, context: PromptContext) -> PromptContext:
        """Before the prompt is built: how long the reply may be decides how much of the talk goes in."""
        sheet = context.sheet
        changed = replace(
            sheet,
            temperature=sheet.temperature if self.temperature is None else self.temperature,
            top_p=sheet.top_p if self.top_p is None else self.top_p,
            max_tokens=self.max_tokens or sheet.max_tokens,
            stop=(*self.stop, *sheet.stop),
        )
        return replace(context, sheet=changed)

    def with_seed(self, request: ChatRequest) -> ChatRequest:
        return request if self.seed is None else replace(request, seed=self.seed)
