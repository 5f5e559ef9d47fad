"""What people wrote, as it may stand in a prompt: names in, macros carried out, fenced."""

from uuid import UUID

from characters.macros import expand, has_macros
from chat.prompts.context import PromptContext
from chat.prompts.fence import fenced, named


class Script:
    """The names of one prompt, and how anybody's text is put into it."""

    def __init__(self, context: PromptContext) -> None:
        self.context = context
        self.name = named(context.sheet.name)
        self.char = named(context.sheet.nickname) if context.sheet.nickname else self.name
        self.user = named(context.persona.name)

    def theirs(
        self,
        text: str,
        *,
        original: str | None = None,
        seed: UUID | str = "",
        said_at_end: bool = False,
        user: str | None = None,
    ) -> str:
        """Fenced, its macros carried out. Chance is drawn once a talk; `said_at_end`, anew at every message."""
        if not has_macros(text):
            return fenced(text)
        if said_at_end and self.context.branch:
            seed = f"{self.context.talk} {self.context.branch[-1].id}"
        return fenced(
            expand(
                text,
                char=self.char,
                user=user or self.user,
                original=original,
                seed=str(seed or self.context.talk),
                talk=self.context.talk,
            )
        )
