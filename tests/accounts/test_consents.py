"""What people agree to: asked in plain words, kept as proof, and of effect at once."""

import hashlib
import json

import pytest
from django.test import Client

from accounts.consents.answers import agrees, answer, choices_of, history_of, honour_signal
from accounts.consents.words import LANGUAGES, all_words, newest
from accounts.errors import Invalid
from accounts.models import Consent, DataUse, User
from characters.services import create_character
from chat.selectors.outcomes import read_outcomes
from chat.services.conversations import start_conversation
from chat.services.remembering import everybody_together
from chat.services.statistics import roll_up_days
from memory.models import Mode
from memory.services.pairs import pair_of
from memory.services.wishes import choose_mode
from tests.characters.factories import a_character
from tests.characters.talked import TODAY, replies_on, talk_on
from tests.characters.test_statistics import day_of
from tests.chat.test_outcomes import LATER, A, Played

# Of every version that was released. Other words are another version: answers name the one that was read.
RELEASED = {
    ("service", 1): "ecfa96e97684a3ec",
    ("memory", 1): "7ea986d6cc3b9b09",
    ("voice", 1): "03baa323a1c13f35",
    ("voice", 2): "db882cbc88e29c57",
    ("recordings", 1): "8201ca058ad6533b",
    ("emotion", 1): "f32133a869a6d816",
    ("improvement", 1): "eb4e254530b92767",
    ("analytics", 1): "248860f16ff74c60",
    ("email", 1): "47236a05a41b3216",
}


def say(user: User, purpose: DataUse, given: bool) -> Consent | None:
    return answer(user=user, purpose=purpose, given=given, version=newest(purpose).version)


def digest(purpose: DataUse, version: int) -> str:
    [words] = [each for each in all_words()[purpose] if each.version == version]
    told = json.dumps([words.default, words.texts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def test_words_that_were_released_are_never_changed() -> None:
    assert {
        (purpose.value, each.version): digest(purpose, each.version)
        for purpose, versions in all_words().items()
        for each in versions
    } == RELEASED


def test_every_purpose_has_words_in_both_languages_and_versions_in_order() -> None:
    for purpose in DataUse:
        versions = all_words()[purpose]
        assert [each.version for each in versions] == list(range(1, len(versions) + 1))
        for each in versions:
            assert all(each.in_language(name)["title"] and each.in_language(name)["text"] for name in LANGUAGES)


def test_what_nobody_asked_for_is_off_until_somebody_says_yes(alice: User) -> None:
    held = {choice.purpose.value: choice.given for choice in choices_of(alice)}
    assert held == {
        "service": True, "memory": True, "voice": False, "recordings": False, "emotion": True, "improvement": True,
        "analytics": True, "email": False,
    }  # fmt: skip
    say(alice, DataUse.EMAIL, True)
    assert agrees(alice, DataUse.EMAIL)


def test_each_answer_is_kept_with_its_time_version_and_language(alice: User, bob: User) -> None:
    words = newest(DataUse.MEMORY)
    for given, language in ((False, "en"), (False, "en"), (True, "zh-hans")):
        answer(user=alice, purpose=DataUse.MEMORY, given=given, version=words.version, language=language)
    found = history_of(alice)
    assert [(row.given, row.language, row.version, row.source, row.current) for row, _ in found] == [
        (True, "zh-hans", 1, "page", True),
        (False, "en", 1, "page", False),
    ]
    assert "角色会记得" in found[0][1].in_language("zh-hans")["text"]
    assert found[0][0].at > found[1][0].at
    assert history_of(bob) == []


def test_words_that_were_not_read_cannot_be_answered_and_the_service_is_no_choice(alice: User) -> None:
    for purpose, version in ((DataUse.MEMORY, 0), (DataUse.MEMORY, 2), (DataUse.SERVICE, 1)):
        with pytest.raises(Invalid):
            answer(user=alice, purpose=purpose, given=False, version=version)
    assert not Consent.objects.exists()


# --- of effect


@pytest.fixture
def talk(alice: User):
    mira = create_character(owner=alice, editions={"en": {"name": "Mira", "greetings": ["Evening."]}})
    return start_conversation(owner=alice, character=mira, version=mira.published)


def test_who_does_not_want_to_be_remembered_is_not_and_nothing_comes_up(alice: User, talk) -> None:
    [together] = everybody_together(talk.pk)
    pair = pair_of(owner_id=alice.pk, character_id=together.version.character_id)
    choose_mode(user=alice, character_id=pair.character_id, mode=Mode.ON_REQUEST)
    say(alice, DataUse.MEMORY, False)
    pair.refresh_from_db()
    assert pair.mode == Mode.OFF
    assert (together.policy.writes, together.policy.asked, together.policy.recalls) == (False, False, False)
    other = create_character(owner=alice, editions={"en": {"name": "Ida", "greetings": ["Hm."]}})
    assert pair_of(owner_id=alice.pk, character_id=other.pk).mode == Mode.OFF
    choose_mode(user=alice, character_id=other.pk, mode=Mode.AUTOMATIC)
    assert pair_of(owner_id=alice.pk, character_id=other.pk).mode == Mode.OFF
    say(alice, DataUse.MEMORY, True)
    pair.refresh_from_db()
    assert (pair.mode, pair.mode_before) == (Mode.ON_REQUEST, None)
    assert pair_of(owner_id=alice.pk, character_id=other.pk).mode == Mode.AUTOMATIC


def test_who_objects_is_not_counted_when_wordings_are_compared(alice: User, bob: User) -> None:
    for person in (alice, bob):
        Played(person).turn()
    say(bob, DataUse.IMPROVEMENT, False)
    assert {each.person for each in read_outcomes([A], LATER).brought} == {alice.pk}
    say(bob, DataUse.IMPROVEMENT, True)
    assert {each.person for each in read_outcomes([A], LATER).brought} == {alice.pk, bob.pk}


def test_who_objects_is_not_counted_for_creators(alice: User, bob: User) -> None:
    mira = a_character(alice)
    replies_on(TODAY, talk_on(TODAY, bob, mira), 3)
    say(bob, DataUse.ANALYTICS, False)
    roll_up_days(today=TODAY)
    assert (day_of(mira, TODAY).get("talks", 0), day_of(mira, TODAY).get("replies", 0)) == (0, 0)
    say(bob, DataUse.ANALYTICS, True)
    roll_up_days(today=TODAY)
    assert (day_of(mira, TODAY)["talks"], day_of(mira, TODAY)["replies"]) == (1, 3)


# --- the signal of browsers


def test_a_browser_that_asks_not_to_share_is_heard_once_and_a_yes_said_here_holds(alice: User, signed_in) -> None:
    browser: Client = signed_in(alice)
    browser.get("/settings/", headers={"sec-gpc": "1"})
    assert not agrees(alice, DataUse.IMPROVEMENT)
    assert not agrees(alice, DataUse.ANALYTICS)
    assert agrees(alice, DataUse.MEMORY)
    assert {row.source for row, _ in history_of(alice)} == {"gpc"}
    say(alice, DataUse.ANALYTICS, True)
    browser.get("/settings/", headers={"sec-gpc": "1"})
    signed_in(alice).get("/settings/", headers={"sec-gpc": "1"})
    assert agrees(alice, DataUse.ANALYTICS)
    assert not agrees(alice, DataUse.IMPROVEMENT)


def test_without_the_signal_nothing_is_changed(alice: User, signed_in) -> None:
    signed_in(alice).get("/settings/")
    signed_in(alice).get("/settings/", headers={"sec-gpc": "0"})
    assert history_of(alice) == []
    assert honour_signal(alice) == [DataUse.IMPROVEMENT, DataUse.ANALYTICS]
    assert honour_signal(alice) == []


def test_the_house_says_that_it_hears_the_signal(db: None) -> None:
    assert Client().get("/.well-known/gpc.json").json()["gpc"] is True
    assert Client().get("/privacy/do-not-sell/", headers={"sec-gpc": "1"}).context["signal"]


# --- pages


def test_on_the_page_a_choice_is_made_and_stands_there_with_its_day(alice: User, signed_in) -> None:
    browser = signed_in(alice)
    done = browser.post("/settings/privacy/answer/", {"purpose": "memory", "given": "0", "version": "1"})
    assert done["Location"] == "/settings/privacy/#memory"
    page = browser.get("/settings/privacy/")
    [shown] = [each for each in page.context["choices"] if each["choice"].purpose == DataUse.MEMORY]
    assert not shown["choice"].given
    assert len(page.context["history"]) == 1
    for wrong in ({"purpose": "selling"}, {"given": "2"}, {"version": "9"}):
        form = {"purpose": "memory", "given": "1", "version": "1"} | wrong
        assert browser.post("/settings/privacy/answer/", form).status_code == 400


def test_everybody_may_know_who_can_read_their_talks(db: None, settings) -> None:
    settings.STANDIN_ANSWERS, settings.MODEL_BASE_URL = False, "https://models.example/v1"
    page = Client().get("/privacy/who-reads/")
    assert page.context["hosts"] == ["models.example"]
    assert "models.example" in page.content.decode()
