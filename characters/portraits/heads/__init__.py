"""The wardrobe: every head a figure can wear. Each draws itself whole, from the back sheet to the front one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from characters.portraits.heads.beard import beard
from characters.portraits.heads.bob import bob
from characters.portraits.heads.crest import crest
from characters.portraits.heads.deerstalker import deerstalker
from characters.portraits.heads.glasses import glasses
from characters.portraits.heads.headphones import headphones
from characters.portraits.heads.helm import helm
from characters.portraits.heads.hood import hood
from characters.portraits.heads.kerchief import kerchief

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

HEADS: "dict[str, Callable[[Stage], str]]" = {
    "helm": helm,
    "hood": hood,
    "kerchief": kerchief,
    "beard": beard,
    "deerstalker": deerstalker,
    "crest": crest,
    "bob": bob,
    "glasses": glasses,
    "headphones": headphones,
}
