"""Measuring: sets are read whatever they are called, slips are mended, and what is stored for it is a talk like any."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.encryption import Place, cipher_of
from accounts.models import User
from chat.models import Conversation
from chat.services.yardstick import stored
from chat.yardsticks.measures import ndcg_at, recall_at
from chat.yardsticks.sets import evidence_in, yardsticks_in
from memory.models import Episode, Memory, Pair
from tests.chat.grown import Talk
from tests.memory.remembered import remember, text_of

ENGLISH: list[Any] = [
    {
        "sample_id": "conv-1",
        "conversation": {
            "speaker_a": "Ada",
            "speaker_b": "Bea",
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": [
                {"speaker": "Ada", "dia_id": "D1:1", "text": "Do you have a hobby?"},
                {"speaker": "Bea", "dia_id": "D1:2", "text": "I collect stamps, of birds mostly."},
            ],
            "session_2_date_time": "10:00 am on 3 June, 2023",
            "session_2": [
                {
                    "speaker": "Ada",
                    "dia_id": "D2:1",
                    "text": "My name is Ada and I live in Porto.",
                    "blip_caption": "a river",
                },
                {"speaker": "Bea", "dia_id": "D2:2", "text": "How lovely."},
            ],
        },
        "qa": [
            {"question": "What does Bea collect?", "evidence": ["D1:02"], "category": 4},
            {"question": "Where does Ada live?", "evidence": ["D2:1; D1:1"], "category": 1},
            {"question": "Nobody knows?", "evidence": [], "category": 5},
        ],
    }
]
CHINESE = {"王芳": {"name": "王芳", "history": {"2023-05-01": [{"query": "我喜欢画画。", "response": "画什么呢？"}]}}}
GOLD = {"qid": "王芳:0", "group": "王芳", "category": "single", "question": "我喜欢什么？", "evidence": ["D1:1"]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("locomo_other", "memorybank_cn_other", "something_else"):
        (tmp_path / name).mkdir()
    (tmp_path / "locomo_other" / "talks.json").write_text(json.dumps(ENGLISH))
    (tmp_path / "memorybank_cn_other" / "bank.json").write_text(json.dumps(CHINESE, ensure_ascii=False))
    (tmp_path / "memorybank_cn_other" / "gold_x.jsonl").write_text(json.dumps(GOLD, ensure_ascii=False) + "\n")
    (tmp_path / "something_else" / "words.txt").write_text("nothing")
    return tmp_path


def test_a_folder_of_sets_and_a_set_itself_are_read(data: Path) -> None:
    assert [each.name for each in yardsticks_in(data)] == ["locomo_other", "memorybank_cn_other"]
    [english] = yardsticks_in(data / "locomo_other")
    [talk] = english.talks
    assert [line.source for line in talk.lines] == ["D1:1", "D1:2", "D2:1", "D2:2"]
    assert talk.lines[2].text.endswith("[a river]")
    assert [question.evidence for question in talk.questions] == [{"D1:2"}, {"D1:1", "D2:1"}, set()]
    [chinese] = yardsticks_in(data / "memorybank_cn_other")
    assert [line.source for line in chinese.talks[0].lines] == ["D1:1", "D1:1"]


def test_slips_in_evidence_are_mended() -> None:
    there = {"D8:6", "D9:17", "D30:5"}
    assert evidence_in(["D8:6; D9:17", "D30:05", "D"], there) == there


def test_what_a_ranking_is_worth() -> None:
    assert recall_at(5, ["a", "b", "c"], {"a", "z"}) == 0.5
    assert ndcg_at(10, ["a", "b"], {"a"}) == 1.0
    assert ndcg_at(10, ["b", "a"], {"a"}) == pytest.approx(0.6309, abs=1e-4)


@pytest.mark.django_db
def test_what_is_stored_to_measure_is_what_a_talk_leaves(data: Path) -> None:
    """The same lines and facts, but for whose they are and when they were said."""
    said = [turn["text"] for session in ("session_1", "session_2") for turn in ENGLISH[0]["conversation"][session]]
    said[2] += " [a river]"
    talk = Talk()
    first, *rest = said
    talk.script(first, *rest)
    remember(talk)
    [yardstick] = yardsticks_in(data / "locomo_other")
    with stored(yardstick.talks[0]) as of:
        measured = Pair.objects.get(owner=of.scope.owner_id)
        played = Pair.objects.get(owner=talk.owner)
        assert _lines(measured)[1:] == _lines(played)[2:]  # the played one begins with a greeting
        assert _facts(measured) == _facts(played) != []
    assert not User.objects.filter(pk=of.scope.owner_id).exists()
    assert not Conversation.objects.filter(pk=of.conversation_id).exists()
    assert not Episode.objects.filter(pair=measured).exists()
    assert Episode.objects.filter(pair=played).exists()


def test_a_run_is_written_down_and_leaves_nothing_behind(data: Path, committed: None) -> None:
    people = User.objects.count()
    told = io.StringIO()
    call_command("evaluate_recall", data=data, runs=data / "runs", as_json=True, stdout=told)
    measured = json.loads(told.getvalue())
    assert measured["locomo_other"]["overall"]["questions"] == 2
    assert measured["locomo_other"]["single-hop"]["recall@5"] == 1.0
    assert measured["memorybank_cn_other"]["overall"]["recall@5"] == 1.0
    runs = [json.loads(line) for line in (data / "runs" / "locomo_other.jsonl").read_text().splitlines()]
    assert [run["qid"] for run in runs] == ["conv-1:0", "conv-1:1", "conv-1:2"]
    assert sorted(runs[0]["ranked"]) == ["D1:1", "D1:2", "D2:1", "D2:2"]
    assert runs[0]["ranked"][0] == "D1:2"
    assert User.objects.count() == people


def _lines(pair: Pair) -> list[tuple[Any, ...]]:
    cipher = cipher_of(pair.owner)
    rows = list(Episode.objects.filter(pair=pair).order_by("said_at", "id"))
    numbers = {row.message_id: row for row in rows}
    return [
        (
            cipher.open(row.text, Place("episode", row.pk)),
            row.role,
            row.is_question,
            row.answers_id in numbers and numbers[row.answers_id].said_at < row.said_at,
            row.read_at is None,
            row.seen_by,
            row.model,
        )
        for row in rows
    ]


def _facts(pair: Pair) -> list[tuple[Any, ...]]:
    return sorted(
        (
            text_of(row).replace("The player", "Ada"),
            row.kind,
            row.importance,
            row.confidence,
            row.provenance,
            row.state,
            row.sources.count(),
        )
        for row in Memory.objects.filter(pair=pair)
    )
