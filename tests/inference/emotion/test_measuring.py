"""Training and measuring, on a handful of lines: the figures of the release are in docs/emotion.md."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from inference.emotion.datasets import own_chinese, read_part
from inference.emotion.evaluation import evaluate
from inference.emotion.labels import LABELS, PLACE

LINES = [
    ("thank you for the help", "gratitude"),
    ("i am afraid of the dark", "fear"),
    ("the shop is on the left", "neutral"),
    ("haha so funny", "amusement"),
]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "goemotions"
    folder.mkdir()
    (folder / "labels.txt").write_text("\n".join(LABELS))
    rows = [f"{text} number {n}\t{PLACE[label]}\tid{n}" for n, (text, label) in enumerate(LINES * 10)]
    for part in ("train", "dev"):
        (folder / f"{part}.tsv").write_text("\n".join(rows))
    return tmp_path


def test_evaluation_reports_both_languages_against_the_goals(data):
    out = StringIO()
    call_command("evaluate_emotion", data=data, json=True, stdout=out)
    report = json.loads(out.getvalue())
    assert [row["measure"] for row in report["goals"]][:3] == ["macro_f1", "ekman_f1", "p95_ms"]
    assert report["sets"]["goemotions/dev"]["messages"] == 40
    assert report["sets"]["goemotions/dev"]["labels"]["gratitude"] == 1.0
    assert {"zh/open", "zh/held"} <= report["sets"].keys()


def test_chinese_messages_cover_every_label_in_both_halves_and_hold_what_was_measured(data):
    parts = {part: own_chinese(part) for part in ("open", "held")}
    assert sum(map(len, parts.values())) >= 600
    assert not {each.text for each in parts["open"]} & {each.text for each in parts["held"]}
    for examples in parts.values():
        assert {label for each in examples for label in each.labels} == set(range(len(LABELS)))
    assert evaluate(data)["measures"]["zh_macro_f1"] > 0.8


def test_another_order_of_labels_is_refused(data):
    (data / "goemotions" / "labels.txt").write_text("\n".join(reversed(LABELS)))
    with pytest.raises(ValueError, match="other labels"):
        read_part(data, "dev")


def test_training_says_what_is_missing(tmp_path):
    with pytest.raises(CommandError, match="holds no goemotions"):
        call_command("train_emotion", data=tmp_path)
