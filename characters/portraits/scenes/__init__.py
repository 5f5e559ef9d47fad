"""The scenery: every place a figure can stand before."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from characters.portraits.scenes.indoors import agora, study, tavern
from characters.portraits.scenes.nature import dunes, garden
from characters.portraits.scenes.towers import castle, city, rooftops, spires

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

SCENES: "dict[str, Callable[[Stage], str]]" = {
    "castle": castle,
    "spires": spires,
    "tavern": tavern,
    "agora": agora,
    "rooftops": rooftops,
    "dunes": dunes,
    "garden": garden,
    "study": study,
    "city": city,
}
