"""The product's own words to models that read what was said: the templates in this folder."""

from pathlib import Path

from inference.prompts import ship

EXTRACT, NOTE = "memory.extract", "memory.note"

ship(Path(__file__).parent)
