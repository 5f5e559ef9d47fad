"""What stands in SSML, for a stand-in that understands as much of it as is sent."""

from typing import NamedTuple
from xml.etree import ElementTree

BEGINS = "<speak"


class Marked(NamedTuple):
    """Its words without marks; `rate` of the first prosody that names one, 1.0 is the usual."""

    text: str
    rate: float


def read(document: str) -> Marked:
    """Raises ValueError for what is no SSML, and for what declares more than that."""
    if "<!" in document:
        raise ValueError("a declaration has no place in it")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314  nothing is declared, so nothing expands
    except ElementTree.ParseError as error:
        raise ValueError(f"input is no SSML: {error}") from None
    if _local(root) != "speak":
        raise ValueError("input is no SSML")
    rates = [each.get("rate", "") for each in root.iter() if _local(each) == "prosody"]
    rate = next((each for each in rates if each), "100%")
    return Marked("".join(root.itertext()), float(rate.removesuffix("%")) / 100)


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
