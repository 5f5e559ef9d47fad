"""What a sheet says is tested is tested."""

import re

import pytest

from config.dotenv import PROJECT

SHEETS = ["docs/owasp-llm.md", "docs/asvs.md", "docs/reliability.md", "docs/operations.md"]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_line_names_tests_that_exist(sheet: str) -> None:
    lines = [line for line in (PROJECT / sheet).read_text().splitlines() if re.match(r"\| [A-Z]+\d", line)]
    assert lines
    for line in lines:
        found = TEST.findall(line)
        benches = re.findall(r"`python -m bench --only (\w+)", line)
        assert found or benches, f"no test: {line[:60]}"
        assert {*benches} <= {*re.findall(r'"(\w+)"', (PROJECT / "bench/__main__.py").read_text())}
        for path, name in found:
            assert re.search(rf"^\s*(async )?def {name}\(", (PROJECT / path).read_text(), re.M), f"{path}::{name}"


def test_links_of_the_pages_at_the_root_lead_somewhere() -> None:
    for page in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (PROJECT / page).read_text()):
            assert (PROJECT / target).exists(), f"{page}: {target}"
