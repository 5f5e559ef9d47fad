"""How models count is learnt from what they report: the count before the call is then within 15 % of theirs."""

import random
from collections.abc import Iterator

import pytest

from inference import calibration
from inference.base import ChatRequest, Line, Usage
from inference.calibration import calibrated, exchange, factor, observe, script_of
from inference.models import Calibration
from inference.registry import chat_model, window_for
from inference.tokens import estimate_lines

ENGLISH = [
    "the",
    "lantern",
    "swings",
    "above",
    "a",
    "narrow",
    "door,",
    "remembers",
    "nobody",
    "quietly",
    "who",
    "first.",
]
CHINESE = "灯笼在窄门上轻轻摇晃静静的街上没有人记得是谁先点亮了它河水漫过石阶她说潮水今晚会来"
SYSTEM = Line(
    "system", "You are Mira, who keeps a tavern by the river. Speak as she would, and never for the player. " * 6
)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    yield
    calibration._seen.clear()
    calibration._known = {}


def talk(chance: random.Random, wide: bool) -> tuple[Line, ...]:
    def said() -> str:
        length = chance.randint(5, 90)
        return "".join(chance.choices(CHINESE, k=length)) if wide else " ".join(chance.choices(ENGLISH, k=length))

    return (SYSTEM, *(Line("user" if n % 2 else "assistant", said()) for n in range(chance.randint(1, 40))))


def counted_by(lines: tuple[Line, ...], ascii_per_token: float, per_wide: float) -> int:
    """A vocabulary of another size than ours, and its own frame around each line."""
    text = "".join(line.content for line in lines)
    plain = len(text.encode("ascii", "ignore"))
    return round(plain / ascii_per_token + (len(text) - plain) * per_wide) + 6 * len(lines)


@pytest.mark.django_db
@pytest.mark.parametrize(("ascii_per_token", "per_wide"), [(4.6, 0.62), (2.9, 1.6), (3.8, 1.0)])
@pytest.mark.parametrize("wide", [False, True])
def test_after_fifty_replies_the_count_is_within_15_percent(
    ascii_per_token: float, per_wide: float, wide: bool
) -> None:
    chance = random.Random(7)
    for _ in range(5):
        for _ in range(10):
            lines = talk(chance, wide)
            observe("m", lines, Usage(counted_by(lines, ascii_per_token, per_wide), 20))
        exchange()
    errors = []
    for _ in range(400):
        lines = talk(chance, wide)
        truth = counted_by(lines, ascii_per_token, per_wide)
        errors.append(abs(calibrated("m", lines) - truth) / truth)
    assert sorted(errors)[int(0.95 * len(errors))] <= 0.15


@pytest.mark.django_db
def test_a_model_that_changes_its_vocabulary_is_learnt_anew() -> None:
    lines = talk(random.Random(1), wide=False)
    counted = estimate_lines(lines)
    for ratio, replies in ((1.0, 500), (2.0, 300)):
        for _ in range(replies // 10):
            for _ in range(10):
                observe("m", lines, Usage(round(counted * ratio), 1))
            exchange()
    assert factor("m") == pytest.approx(2.0, abs=0.02)


@pytest.mark.django_db
def test_what_teaches_nothing_is_not_learnt() -> None:
    lines = talk(random.Random(1), wide=False)
    for _ in range(10):
        observe("m", lines, Usage(9_999, 1, estimated=True))
        observe("m", (Line("user", "Hi"),), Usage(500, 1))
    exchange()
    assert not Calibration.objects.exists()
    assert (factor("m"), calibrated("m", lines)) == (1.0, estimate_lines(lines))


@pytest.mark.django_db
def test_processes_add_what_they_saw_and_know_what_all_saw() -> None:
    lines = talk(random.Random(1), wide=False)
    for ratio in (1.0, 3.0):
        for _ in range(10):
            observe("m", lines, Usage(round(estimate_lines(lines) * ratio), 1))
        exchange()
    row = Calibration.objects.get()
    assert (row.script, row.weight) == ("plain", 20)
    assert row.ratio == pytest.approx(2.0, abs=0.05)


def test_scripts_are_told_apart_by_their_share() -> None:
    assert script_of((Line("user", "good evening"),)) == "plain"
    assert script_of((Line("user", "good evening 晚上好"),)) == "mixed"
    assert script_of((Line("user", "晚上好，今晚有什么汤？"),)) == "wide"


@pytest.fixture
def learnt_for_good(committed: None) -> Iterator[None]:
    """What is learnt is committed, and forgotten after the test."""
    yield
    Calibration.objects.all().delete()


async def test_a_server_that_counts_twice_halves_the_room_of_a_prompt(standin, learnt_for_good, settings) -> None:
    settings.MODEL_BASE_URL, settings.CHAT_MODEL = standin.url, "twice"
    lines = talk(random.Random(1), wide=False)
    before = window_for("")
    for _ in range(4):
        request = ChatRequest("twice", lines)
        async with chat_model("twice").stream(request) as reply:
            await reply.hear(lambda _: None)
        observe(reply.served_by, lines, reply.usage)
    await calibration.database_sync_to_async(exchange)()
    assert calibrated("twice", lines) == pytest.approx(reply.usage.prompt, rel=0.15)
    assert window_for("") < 0.7 * before
