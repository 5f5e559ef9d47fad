from inference.prompts.problems import Reason
from inference.prompts.problems import reason as _


class Wrong(ValueError):
    """What is wrong with an expression, and at which of its letters, from one."""

    def __init__(self, at: int, reason: Reason) -> None:
        self.at, self.reason = at, _("%(reason)s (letter %(at)s)", reason=reason, at=at)
        super().__init__(self.reason)
