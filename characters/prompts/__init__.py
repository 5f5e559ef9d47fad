"""The product's own words to models that help an author: the templates in this folder."""

from pathlib import Path

from inference.prompts import ship

DRAFT, PAINT = "characters.draft", "characters.paint"

ship(Path(__file__).parent)
