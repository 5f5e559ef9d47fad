"""What the product tells a model, letter by letter: nobody changes it by the way."""

import json

import pytest

from tests.chat.recorded import PATH, built

RECORDED = json.loads(PATH.read_text())
BUILT = built()


def test_all_that_is_built_is_written_down():
    assert BUILT.keys() == RECORDED.keys()


@pytest.mark.parametrize("name", RECORDED)
def test_a_prompt_is_what_was_written_down(name):
    assert json.loads(json.dumps(BUILT[name])) == RECORDED[name]
