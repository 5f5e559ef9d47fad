"""What is shipped: its words and its version go together."""

import json
from hashlib import blake2b
from pathlib import Path

import pytest

from inference.prompts import shipped

PATH = Path(__file__).parents[2] / "fixtures" / "prompt_versions.json"
KNOWN: dict[str, str] = json.loads(PATH.read_text())


@pytest.mark.parametrize("name", shipped().sources)
def test_a_version_never_changes_its_words(name):
    source = shipped().sources[name]
    digest = blake2b(source.text.encode(), digest_size=16).hexdigest()
    assert KNOWN.get(f"{name} {source.version}") == digest, (
        f"{source.where} says something else: give it a new version, and write {digest} beside it in {PATH.name}"
    )


def test_every_template_that_is_shipped_is_in_order():
    assert shipped().problems(against=shipped()) == []
