class Wrong(ValueError):
    """What is wrong with an expression, and at which of its letters, from one."""

    def __init__(self, at: int, reason: str) -> None:
        self.at, self.reason = at, reason
        super().__init__(f"{reason} (letter {at})")
