"""What a text feels like: labels, roll-ups, windows, what is kept of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from characters.portraits.moods import MOODS
from inference.emotion import bag
from inference.emotion.bag import HIDDEN, STRIDE, WINDOW, dump, load
from inference.emotion.chinese import scores_of as _chinese
from inference.emotion.delivery import FASTEST, SLOWEST, delivery_of
from inference.emotion.english import features_at, words_of
from inference.emotion.feeling import unknown, unpacked
from inference.emotion.labels import EKMAN, LABELS, VAD
from inference.emotion.moods import CALM, SHOWN, mood_of
from inference.emotion.reading import read_feeling, warm, weights
from inference.emotion.state import HALF_LIFE, smoothed

MANY = ("glad", "sad", "afraid", "proud", "tired", "curious", "angry", "lost", "calm", "surprised")
FELT = [
    ("Thank you so much, you saved me!", "gratitude", "joy", "joy"),
    ("I am scared, please do not leave me here.", "fear", "fear", "fear"),
    ("I love you.", "love", "joy", "tender"),
    ("Haha, that is hilarious, stop it!", "amusement", "joy", "amused"),
    ("I am curious, why do you ask me that?", "curiosity", "surprise", "thoughtful"),
    ("谢谢你，没有你我早就放弃了。", "gratitude", "joy", "joy"),
    ("我好怕，门外有脚步声。", "fear", "fear", "fear"),
    ("我好难过，想哭。", "sadness", "sadness", "sorrow"),
    ("你给我滚出去！", "anger", "anger", "anger"),
]


@pytest.mark.parametrize(("text", "label", "group", "mood"), FELT)
def test_a_line_has_its_label_its_group_and_its_face(text, label, group, mood):
    feeling = read_feeling(text)
    assert feeling.labels[0] == label
    assert max(feeling.ekman, key=feeling.ekman.__getitem__) == group
    assert mood_of(feeling) == mood


def test_every_label_is_rolled_up_and_every_mood_can_be_drawn():
    assert len(LABELS) == 28
    assert sorted(label for labels in EKMAN.values() for label in labels) == sorted(LABELS)
    assert set(VAD) == set(LABELS)
    assert {CALM, *SHOWN} <= set(MOODS)
    assert all(-1 <= each <= 1 for three in VAD.values() for each in three)


def test_pleasant_lines_have_valence_and_stirred_ones_arousal():
    glad, sad, afraid = map(read_feeling, ("I am so happy today!", "I am sad and lonely.", "Help! I am terrified!"))
    assert glad.valence > 0.4 > -0.2 > sad.valence
    assert afraid.vad[1] > sad.vad[1]
    assert afraid.vad[2] < glad.vad[2]


def test_negated_cues_count_for_nothing_and_what_is_not_known_is_not_neutral():
    assert "joy" not in read_feeling("我不开心。").labels
    assert "fear" not in read_feeling("我不害怕。").labels
    assert "fear" not in read_feeling("哪怕只有一天。").labels
    for text in ("今天星期三。", "", "…", "12 ÷ 4", "*走到窗边，推开窗*"):
        feeling = read_feeling(text)
        assert not feeling.known, text
        assert (feeling.labels, feeling.vad, mood_of(feeling)) == ((), (0.0, 0.0, 0.0), CALM)


def test_long_text_is_read_in_windows_and_one_outcry_in_it_is_heard():
    filler = "The road goes on past the mill and the pond to the village. "
    outcry = "Thank you so much, thank you! I cannot thank you enough for all of this, I am so grateful, thank you! "
    words = words_of(filler * 20)
    hidden, logits, _ = weights().windows(words)
    steps = -(-len(words) // STRIDE)
    assert hidden.shape == (steps - WINDOW // STRIDE + 1, HIDDEN)
    assert logits.shape == (len(hidden), len(LABELS))
    assert "gratitude" not in read_feeling(filler * 20).labels
    assert "gratitude" in read_feeling(filler * 10 + outcry + filler * 10).labels


def test_one_window_says_the_same_as_the_whole_of_a_short_text():
    words = words_of("I never thought that I would see you again, and here you are.")
    assert len(weights().windows(words)[0]) == 1
    alone = weights().windows((words * 4)[:WINDOW])[1]
    first_of_many = weights().windows(words * 12)[1][:1]
    assert np.allclose(alone, first_of_many, atol=1e-4)


def test_what_is_kept_of_a_feeling_says_the_same_in_162_bytes():
    for text in ("Thank you, I was so worried!", "我好难过", ""):
        feeling = read_feeling(text)
        packed = feeling.packed()
        again = unpacked(packed)
        assert len(packed) == 162
        assert (again.labels, again.known) == (feeling.labels, feeling.known)
        assert np.allclose(again.scores, feeling.scores, atol=0.005)
        assert np.allclose(again.hidden, feeling.hidden, atol=0.01)
    assert unpacked(b"") is None
    assert unpacked(b"\x09" + packed[1:]) is None


def test_weights_are_kept_whole(tmp_path):
    path = tmp_path / "again.bin"
    path.write_bytes(dump(weights()))
    words = words_of("I am glad that you came, though I was afraid.")
    assert np.array_equal(load(path).windows(words)[1], weights().windows(words)[1])
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match="holds no emotion model"):
        load(path)


def test_a_state_forgets_by_half_and_leaves_out_what_is_not_known():
    glad, sad = read_feeling("I am so happy today!"), read_feeling("I am sad and lonely.")
    assert smoothed([]) is None
    assert smoothed([unknown()]) is None
    assert np.allclose(smoothed([glad, unknown()]).scores, glad.scores)
    lines = [glad] + [sad] * int(HALF_LIFE)
    weights_of = [2 ** (-age / HALF_LIFE) for age in range(len(lines))]
    assert weights_of[-1] == pytest.approx(0.5)
    expected = (weights_of[-1] * glad.scores + sum(weights_of[:-1]) * sad.scores) / sum(weights_of)
    assert np.allclose(smoothed(lines).scores, expected, atol=1e-6)
    assert smoothed(lines).valence < 0 < smoothed([glad] * 3 + [sad]).valence


def test_a_voice_follows_the_feeling_within_bounds():
    still = delivery_of(None)
    stirred, heavy = delivery_of(read_feeling("Help! I am terrified!")), delivery_of(read_feeling("我好难过。"))
    assert (still.speed, still.pitch, still.volume, still.mood) == (1.0, 1.0, 1.0, CALM)
    assert SLOWEST <= heavy.speed < 1 < stirred.speed <= FASTEST
    assert heavy.style != stirred.style != still.style


def test_a_line_full_of_cues_takes_no_longer_than_its_length():
    warm()
    before = time.thread_time()
    assert _chinese("哈" * 3_999 + "。") is not None
    assert time.thread_time() - before < 0.1


def test_a_line_takes_less_than_two_milliseconds():
    warm()
    lines = [text for text, *_ in FELT] * 20
    took = []
    for line in lines:
        before = time.thread_time()
        read_feeling(line)
        took.append(time.thread_time() - before)
    assert sorted(took)[int(len(took) * 0.95)] < 0.002


def test_long_numbers_say_nothing_and_are_not_kept():
    plain = read_feeling("I am so happy today!")
    kept = len(weights()._known.places)
    assert words_of("call 12 or 1234 now, T1790000000123 98765") == ["call", "12", "or", "1234", "now", ",", "t"]
    numbered = read_feeling("I am so happy today! " + " ".join(f"{1790000000000 + at}" for at in range(50)))
    assert np.allclose(numbered.scores, plain.scores)
    assert len(weights()._known.places) == kept


@pytest.mark.parametrize("room", [0, 10, 300])
def test_what_words_weigh_is_the_same_kept_as_fresh_and_where_there_is_no_room(monkeypatch, room):
    monkeypatch.setattr(bag, "MOST_KEPT", room)
    small = replace(weights(), _known=bag.Known())
    words = words_of("It rained for days, and I was so sad and so tired of it all. Then he laughed! " * 5)
    fresh, kept = small.windows(words), small.windows(words)
    assert len(small._known.places) == min(room, 30)
    assert len(fresh[0]) == -(-len(words) // STRIDE) - WINDOW // STRIDE + 1
    for each in zip(fresh, kept, by_formula(words), strict=True):
        assert all(np.allclose(each[0], other, atol=1e-4) for other in each[1:])


def test_a_run_is_known_where_all_that_it_is_made_of_is():
    rows = weights().rows
    runs = [row for row in rows if " " in row and not row.startswith("~")]
    assert runs
    assert all({run.rpartition(" ")[0], run.partition(" ")[2], *run.split()} <= rows.keys() for run in runs)


def test_texts_that_are_read_at_once_are_read_as_alone():
    model = replace(weights(), _known=bag.Known())
    texts = [words_of(f"I am so {word} that you came, {word} as never before, and so are they.") for word in MANY]
    alone = [weights().windows(words)[1] for words in texts]
    with ThreadPoolExecutor(8) as threads:
        at_once = [each[1] for each in threads.map(model.windows, texts * 20)]
    assert all(np.allclose(each, alone[at % len(texts)], atol=1e-4) for at, each in enumerate(at_once))


def by_formula(words):
    """As the formula at the head of `bag.py` says it, window by window."""
    model = weights()
    found = []
    for begin in range(max(1, -(-len(words) // STRIDE) - WINDOW // STRIDE + 1)):
        window = range(begin * STRIDE, min(len(words), begin * STRIDE + WINDOW))
        rows = [model.rows[each] for at in window for each in features_at(words, at) if each in model.rows]
        x = model.idf[rows] / np.sqrt(np.sum(model.idf[rows] ** 2))
        heard = model.gain * (x @ (model.layers[rows] * model.scale))
        hidden = np.tanh(heard[:HIDDEN] + model.shift)
        found.append((hidden, hidden @ model.out + heard[HIDDEN:] + model.bias, np.sum(model.idf[rows] ** 2)))
    return [np.array(each) for each in zip(*found, strict=True)]
