"""How large a card may be, in every direction. Each bound is checked before the work that it bounds."""

MB = 1024 * 1024

MAX_FILE = 8 * MB
MAX_TEXT = 1 * MB  # the card's JSON as UTF-8, embedded pictures (data URLs) not counted
MAX_DEPTH = 64
MAX_KEYS = 100_000
MAX_VALUES = 200_000
MAX_DIGITS = 400
MAX_LORE_ENTRIES = 5_000

# A chunk of text inside a PNG: base64 of the largest card, with line breaks.
MAX_CHUNK_TEXT = 2 * MB
MAX_CHUNKS = 20_000
MAX_PIXELS = 20_000_000

MAX_ARCHIVE_ENTRIES = 2_000
MAX_ARCHIVE_UNPACKED = 64 * MB
MAX_ARCHIVE_RATIO = 100  # for archives that unpack to more than a megabyte
MAX_ARCHIVE_NAME = 1_000
MAX_PICTURE = 8 * MB
