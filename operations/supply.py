"""What the product is made of, read from its locks. No network, no database."""

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.licences import FILE, UNKNOWN, Pin, read_licences

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("run", "embeddings", "s3", "tracing", "voice")
"""Locks of what an image may hold."""
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Package:
    """`marker`: on which systems it is installed, empty for all. `licence` is UNKNOWN where it is not written down."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    licence: str

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def packages_of(lock: str) -> list[Package]:
    """All that `locks/<lock>.lock` brings along."""
    return packages_in((ROOT / "locks" / f"{lock}.lock").read_text(), (ROOT / FILE).read_text())


def packages_in(lock: str, licences: str) -> list[Package]:
    """All that a lock of this text brings along; `licences`: the text of the file that has them."""
    return list(_read(lock, read_licences(licences)))


def _read(text: str, licences: Mapping[Pin, str]) -> Iterator[Package]:
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if found := _PIN.match(entry.partition("\n")[0]):
            name = found["name"].lower().replace("_", "-").replace(".", "-")
            pin = name, found["version"]
            marker = (found["marker"] or "").strip()
            yield Package(*pin, marker, tuple(_HASH.findall(entry)), licences.get(pin, UNKNOWN))


def licence_lines(packages: Iterable[Package]) -> list[str]:
    """Each package with its licence, by licence."""
    found = sorted(packages, key=lambda each: (each.licence, each.name))
    width = max((len(f"{each.name} {each.version}") for each in found), default=0)
    return [
        f"{f'{each.name} {each.version}':{width}}  {each.licence}{f'  ({each.marker})' if each.marker else ''}"
        for each in found
    ]


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
