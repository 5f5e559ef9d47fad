"""Paper-theatre portraits: one SVG from a seed and a few controls, offline, the same bytes every time.

Every picture is the same small stage: a painted sky, two sheets of scenery, a figure in profile lit from the side it
faces, and a cut-paper opening in front. `#face` is the view for avatars.
"""

from typing import Any

from characters.portraits.arguments import CHOICES, Portrait, PortraitError, check_choice, read_portrait
from characters.portraits.moods import MOODS
from characters.portraits.stage import Stage

__all__ = ["CHOICES", "DRAWING", "MOODS", "Portrait", "PortraitError", "read_portrait", "render", "render_scene"]

# Raise it when the drawing itself changes: it is part of every address and tag, and pictures are cached for ever.
DRAWING = 1


def render(*, mood: str = "calm", **arguments: Any) -> str:
    """The portrait as SVG text. Raises PortraitError for an argument it does not know."""
    check_choice("mood", mood)
    return Stage(read_portrait(arguments), mood).draw()


def render_scene(**arguments: Any) -> str:
    """The same stage before anybody comes on. Raises PortraitError."""
    return Stage(read_portrait(arguments), "calm").draw(figure=False)
