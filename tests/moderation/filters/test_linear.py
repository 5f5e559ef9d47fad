"""What was trained elsewhere computes the same here, without its library."""

import json
from pathlib import Path

import pytest

from moderation.filters import linear
from moderation.filters.linear import without_numbers

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


def test_a_model_survives_its_file(tmp_path):
    model = linear.load(FIXTURES / "rough.bin")
    again = tmp_path / "again.bin"
    again.write_bytes(linear.dump(model))
    assert linear.load(again).logits("break the bread") == model.logits("break the bread")


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


def test_models_share_the_features_that_both_have():
    shared: dict[str, str] = {}
    one, other = (linear.load(FIXTURES / "rough.bin", shared=shared) for _ in range(2))
    for mine, theirs in zip(one.blocks[0].vocabulary, other.blocks[0].vocabulary, strict=True):
        assert mine is theirs
    assert one.logits("break the bread") == linear.load(FIXTURES / "rough.bin").logits("break the bread")
