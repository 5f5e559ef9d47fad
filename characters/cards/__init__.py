"""Character cards in and out: pure functions over bytes, no model and no request.

`read_card` tells what a file is and refuses with a reason; `version_columns` and `entry_columns` say what it means in
our tables, `with_changes` writes changed columns back into the stored JSON, `write_*` make files of it. What we do not
understand stays: the file, its JSON and every key in it.
"""

from characters.cards.errors import CardError
from characters.cards.findings import Finding
from characters.cards.reading import Card, read_card
from characters.cards.writing import write_charx, write_json, write_png, write_v2

__all__ = ["Card", "CardError", "Finding", "read_card", "write_charx", "write_json", "write_png", "write_v2"]
