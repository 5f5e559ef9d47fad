"""What somebody wrote into a field of a form, before it is counted and stored."""

import re

# Postgres takes neither NUL nor surrogates; the other controls but tab and line breaks have no place in a text.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def as_written(text: str) -> str:
    """Without space around it and without what cannot be stored. A browser sends line ends as two signs and counts them
    as one."""
    return UNSTORABLE.sub("", text.replace("\r\n", "\n")).strip()
