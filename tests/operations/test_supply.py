"""What the product is made of: the bill, and under which licences."""

import json
import re
from collections import defaultdict
from importlib import metadata
from io import StringIO

import pytest
from django.core.management import call_command

from config.dotenv import PROJECT
from operations.licences import UNKNOWN, read_licences, written_licences
from operations.supply import SHIPPED, packages_of

# What may be shipped beside a product under the MIT licence. What is copyleft is used as it is, from its own package.
FREE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "TCL",
    "ZPL-2.1", "Zlib", "Unlicense", "Other/Proprietary License",
}  # fmt: skip
WEAK = {"LGPL-3.0-only", "LGPL-2.1-or-later", "MPL-2.0"}
# Of the extra `voice`, loaded by the stand-in's process alone.
STRONG = {"espeakng-loader": "GPL-3.0-or-later"}


def bill(lock: str) -> dict[str, object]:
    out = StringIO()
    call_command("sbom", lock=lock, stdout=out)
    found: dict[str, object] = json.loads(out.getvalue())
    return found


def test_the_bill_holds_every_line_of_its_lock() -> None:
    found = bill("run")
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(found["serialNumber"]))
    components = found["components"]
    assert isinstance(components, list)
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", (PROJECT / "locks/run.lock").read_text(), re.M)
    assert [(each["name"], each["version"]) for each in components] == pinned
    for each in components:
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
        assert all(len(one["hashes"][0]["content"]) == 64 for one in each["externalReferences"])
        assert each["externalReferences"]
    refs = [each["bom-ref"] for each in components]
    assert len(set(refs)) == len(refs)


@pytest.mark.parametrize("lock", SHIPPED)
def test_every_licence_is_known_and_fits(lock: str) -> None:
    packages = packages_of(lock)
    assert packages
    for each in packages:
        if each.name in STRONG:
            assert each.licence == STRONG[each.name]
            continue
        assert each.licence != UNKNOWN, each.name
        names = {name for part in re.split(r" OR | AND ", each.licence) for name in [part.strip("() ")]}
        assert names <= FREE | WEAK, f"{each.name}: {each.licence}"


def test_what_an_image_may_add_changes_nothing_of_what_it_has() -> None:
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for lock in SHIPPED:
        for each in packages_of(lock):
            versions[each.name, each.marker].add(each.version)
    assert {pin: found for pin, found in versions.items() if len(found) > 1} == {}


def test_a_licence_is_kept_for_the_version_that_said_it() -> None:
    before = {("nowhere-here", "1.0"): "MIT", ("django", "1.0"): "GPL-3.0-only"}
    pins = [("nowhere-here", "1.0"), ("nowhere-here", "2.0"), ("django", "1.0"), ("django", metadata.version("django"))]
    assert read_licences(written_licences(pins, before)) == {
        pins[0]: "MIT",
        pins[1]: UNKNOWN,
        pins[2]: "GPL-3.0-only",
        pins[3]: "BSD-3-Clause",
    }


def test_the_report_names_each_package_once() -> None:
    out = StringIO()
    call_command("licences", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(packages_of("run"))
    assert any(line.startswith("django 5.2") and "BSD-3-Clause" in line for line in lines)
