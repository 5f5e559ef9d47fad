"""Typography of a finished reply: apostrophes as the card writes them, code left as it is."""

import re

CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)


def curled(text: str) -> str:
    """Apostrophes of prose become ’."""
    parts = CODE.split(text)
    parts[::2] = [re.sub(r"(?<=\w)'(?=\w|\s|$|[.,;!?])", "’", part) for part in parts[::2]]
    return "".join(parts)
