"""What was trained elsewhere computes the same here, without its library."""

import json
from pathlib import Path

import numpy as np
import pytest

from moderation.filters import linear
from moderation.filters.linear import Block, Linear, without_numbers

FIXTURES = Path(__file__).parents[2] / "fixtures" / "linear"  # made by the training pipeline from twelve lines


@pytest.mark.parametrize(
    "row", json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8")), ids=lambda row: row["text"][:20]
)
def test_a_logit_is_the_one_of_the_trained_pipeline(row):
    model = linear.load(FIXTURES / "rough.bin")
    assert model.logits(row["text"])["rough"] == pytest.approx(row["logit"], abs=1e-5)


def test_a_file_of_another_format_is_refused(tmp_path):
    other = tmp_path / "model.bin"
    other.write_bytes(b"not a model")
    with pytest.raises(ValueError, match=r"model\.bin"):
        linear.load(other)


def test_a_file_that_lacks_features_is_refused(tmp_path):
    block = Block("words", 1, 1, ["bread", "break"], np.ones(2, np.float32), np.ones((2, 1), np.float32))
    (tmp_path / "model.bin").write_bytes(linear.dump(Linear(["rough"], [block], [0.0]), [["bread"]]))
    with pytest.raises(ValueError, match=r"model\.bin has 1 features where it says 2"):
        linear.load(tmp_path / "model.bin")


@pytest.mark.parametrize("kind", ["pieces", "words"])
def test_a_block_without_features_weighs_nothing(kind):
    block = Block(kind, 1, 2, [], np.empty(0, np.float32), np.empty((0, 2), np.float32))
    assert block.scores("break the bread") == [0.0, 0.0]


def test_a_model_survives_its_file(tmp_path):
    features = ["bread", "break", "the", "break the"]
    weights = np.array([[-2.0, 0.5], [3.0, 1.0], [0.25, 0.0], [1.5, -1.0]], np.float32)
    block = Block("words", 1, 2, features, np.array([1.0, 2.0, 0.5, 3.0], np.float32), weights)
    model = Linear(["rough", "loud"], [block], [-1.0, 0.5])
    (tmp_path / "again.bin").write_bytes(linear.dump(model, [features]))
    again = linear.load(tmp_path / "again.bin")
    assert again.logits("break the bread") == model.logits("break the bread")
    assert again.logits("the")["rough"] == -1.0 + 0.25


def test_a_long_text_is_as_bad_as_its_worst_window():
    model = linear.load(FIXTURES / "rough.bin")
    harmless = "bread and honey on the table, tea is ready. " * 60
    bad = "i will break your kettle and you. break it, break them all. " * 20
    alone, inside = model.probabilities(bad)["rough"], model.probabilities(harmless + bad + harmless)["rough"]
    assert inside > 0.5 < alone
    assert model.probabilities(harmless)["rough"] < 0.5


def test_numbers_weigh_nothing_and_are_not_kept() -> None:
    assert without_numbers("T1712345678901 you 4711 fool a1b2c3 no12345678x") == " you 4711 fool a1b2c3 "
    plain = "You are a fool, 1488 times."
    assert without_numbers(plain) is plain


def test_letters_that_lie_in_memory_like_others_are_not_taken_for_them():
    assert "潮".encode("utf-16-le") == b"no"
    block = Block("words", 1, 1, ["no"], np.ones(1, np.float32), np.ones((1, 1), np.float32))
    assert block.scores("no") == [1.0]
    assert block.scores("潮") == [0.0]
