"""As the first programs wrote cards."""

from tests.characters.cards.tools.encoding import compact


def flat() -> bytes:
    """V1 as the first programs wrote it."""
    fields = {
        "name": "Old",
        "description": "d",
        "personality": "p",
        "scenario": "s",
        "first_mes": "f",
        "mes_example": "m",
    }
    return b"\xef\xbb\xbf" + compact(fields)[:-1].encode() + b',"extra":1.50}'
