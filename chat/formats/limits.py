"""How much a file may hold. Each bound is checked before the work that it bounds."""

MB = 1024 * 1024

MAX_FILE = 128 * MB
MAX_UNPACKED = 512 * MB  # of an archive, and of each file in it
MAX_RATIO = 100  # for files that unpack to more than a megabyte
MAX_MEMBERS = 20_000  # in an archive
MAX_DIRECTORY = 8 * MB  # the archive's table of them
MAX_STRING = 4 * MB  # one string of JSON, one line of JSON lines
MAX_VALUES = 500_000  # of one value that is held at once: a message, or a whole talk where a format wants that
MAX_DEPTH = 100

MAX_TALKS = 10_000  # in a file
MAX_LINES = 100_000  # in a talk
MAX_TEXT = 100_000  # characters of a line; longer ones are cut
MAX_NAME = 100
MAX_TITLE = 120
