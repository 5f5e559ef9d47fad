"""The end of a prompt: what the template says behind the talk, and the reply that is to be carried on."""

from collections.abc import Mapping

from chat.prompts.fence import blunted
from chat.prompts.script import Script
from chat.prompts.sections import within
from chat.prompts.shorten import ending
from inference.base import Line
from inference.prompts import Compiled, Values
from inference.tokens import LINE_OVERHEAD, estimate

BEGUN_SHARE = 8  # of the room, what is carried on keeps at most this part


class TailSection:
    """`written` is all that was to be said, `said` as much of it as there is room for; `begun` the same of a reply."""

    def __init__(self, script: Script, template: Compiled, values: Values, total: int) -> None:
        self.template = template
        self.written = {block.name: block.render(values) for block in template.tail if not block.slot}
        self.said = {name: within(template.blocks[name], text, total) for name, text in self.written.items()}
        self.begun_written = blunted(script.context.begun)
        self.begun = ending(self.begun_written, total // BEGUN_SHARE)

    @property
    def cost(self) -> int:
        return self.cost_of_words + estimate(self.begun) + LINE_OVERHEAD

    @property
    def cost_of_words(self) -> int:
        return sum(estimate(text) + LINE_OVERHEAD for text in self.said.values())

    def lines(self, slots: Mapping[str, str]) -> list[Line]:
        """`slots` are the words that the product fills blocks with."""
        lines = []
        for block in self.template.tail:
            if text := slots[block.name] if block.slot else self.said[block.name]:
                lines.append(Line(block.role, text))
        if self.begun:
            lines.append(Line("assistant", self.begun))
        return lines
