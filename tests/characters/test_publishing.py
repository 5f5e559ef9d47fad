import pytest
from django.contrib.auth.models import Permission

from accounts.errors import Forbidden, Invalid, NotFound
from accounts.models import User
from characters.models import Character, Knowledge, Lorebook, LoreEntry, Publication
from characters.selectors import characters_for, edition_of
from characters.selectors.publications import standing_of
from characters.services import NeedsDecision, create_character, create_version, release, set_visibility
from characters.services.decision_mail import send_decision
from characters.services.publishing import ask_to_publish, check_before_publishing, decide, show_less
from characters.services.requests import AlreadyDecided, OnesOwn, withdraw
from tests.characters.factories import a_character, edition
from tests.factories import GuestFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Publication.State


@pytest.fixture
def moderator(db) -> User:
    user = UserFactory(name="Mo", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_publication"))
    return user


@pytest.fixture
def mira(alice) -> Character:
    return a_character(alice, visibility="private")


def ask(character: Character, visibility: str = "public", **more) -> Publication:
    version = more.pop("version", None) or character.versions.order_by("-number")[0]
    return ask_to_publish(
        character=character, version=version, asked_by=more.pop("by", character.owner), visibility=visibility
    )


def sees(user: User, character: Character) -> bool:
    return characters_for(user).filter(pk=character.pk).exists()


def test_private_needs_no_decision(mira, bob):
    request = ask(mira, "private")
    assert request.state == State.GRANTED
    assert not sees(bob, mira)


@pytest.mark.parametrize("visibility", ["unlisted", "public"])
def test_what_others_see_waits_for_a_moderator(mira, bob, moderator, visibility):
    request = ask(mira, visibility)
    assert request.state == State.WAITING
    assert not sees(bob, mira)
    decide(publication=request, by=moderator, granted=True)
    mira.refresh_from_db()
    assert (mira.visibility, sees(bob, mira)) == (visibility, True)
    assert mira.published_at is not None


def test_while_a_new_version_waits_others_see_the_old_one(mira, bob, moderator):
    decide(publication=ask(mira), by=moderator, granted=True)
    [version] = create_version(character=mira, editions={"en": edition(name="Mira the Second")})
    request = ask(mira, version=version)
    mira.refresh_from_db()
    assert edition_of(mira).name == "Mira"
    decide(publication=request, by=moderator, granted=True)
    mira.refresh_from_db()
    assert edition_of(mira).name == "Mira the Second"


def test_one_request_waits_and_asking_again_replaces_it(mira):
    first, second = ask(mira), ask(mira, "unlisted")
    first.refresh_from_db()
    assert (first.state, second.state) == (State.WITHDRAWN, State.WAITING)
    assert standing_of(mira).waiting == second


def test_a_request_is_taken_back_by_its_author_alone(mira, bob, alice):
    ask(mira)
    with pytest.raises(NotFound):
        withdraw(work=mira, by=bob)
    withdraw(work=mira, by=alice)
    with pytest.raises(AlreadyDecided):
        withdraw(work=mira, by=alice)


def test_showing_less_is_free_and_at_once(mira, bob, moderator, alice):
    decide(publication=ask(mira), by=moderator, granted=True)
    mira.refresh_from_db()
    assert ask(mira, "unlisted").state == State.GRANTED
    mira.refresh_from_db()
    assert mira.visibility == "unlisted"
    ask(mira, "public")
    show_less(character=mira, by=alice, visibility="private")
    assert standing_of(mira).waiting is None
    assert not sees(bob, mira)


def test_no_other_door_leads_to_others(mira, alice, moderator):
    with pytest.raises(NeedsDecision):
        set_visibility(character=mira, visibility="public")
    with pytest.raises(NeedsDecision):
        create_character(owner=alice, editions={"en": edition()}, visibility="unlisted")
    held_before = Character.objects.get(pk=mira.pk)
    decide(publication=ask(mira), by=moderator, granted=True)
    for known in (mira, held_before):
        with pytest.raises(NeedsDecision):
            release(character=known, editions={"en": edition(name="Sneaked in")})
    assert create_character(owner=None, slug="house", editions={"en": edition()}, visibility="public")


def test_four_eyes(mira, alice, moderator, bob):
    alice.user_permissions.add(Permission.objects.get(codename="change_publication"))
    request = ask(mira)
    with pytest.raises(OnesOwn):
        decide(publication=request, by=User.objects.get(pk=alice.pk), granted=True)
    with pytest.raises(Forbidden):
        decide(publication=request, by=bob, granted=True)
    decide(publication=request, by=moderator, granted=True)
    with pytest.raises(AlreadyDecided):
        decide(publication=request, by=moderator, granted=False, reason="Second thoughts")


def test_a_refusal_needs_a_reason_and_the_author_gets_it(
    mira, moderator, mailoutbox, django_capture_on_commit_callbacks, settings
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    request = ask(mira)
    with pytest.raises(Invalid) as refused:
        decide(publication=request, by=moderator, granted=False, reason=" ")
    assert refused.value.extra["field"] == "reason"
    decide(publication=request, by=moderator, granted=False, reason="Her portrait shows a real person.")
    standing = standing_of(mira)
    assert standing.refused
    assert standing.decided.reason == "Her portrait shows a real person."
    assert send_decision(request.pk)
    assert mailoutbox[-1].to == [mira.owner.email]
    assert "real person" in mailoutbox[-1].body
    assert "version 1 of Mira" in mailoutbox[-1].body


def test_strangers_and_guests_cannot_ask(mira, bob):
    with pytest.raises(NotFound):
        ask(mira, by=bob)
    guest = GuestFactory()
    theirs = a_character(guest, visibility="private")
    with pytest.raises(Forbidden):
        ask(theirs)
    assert ask(theirs, "private").state == State.GRANTED


def test_a_version_of_somebody_elses_cannot_be_slipped_in(mira, bob):
    other = a_character(bob, visibility="private")
    with pytest.raises(NotFound):
        ask(mira, version=other.versions.get())


def test_what_leaves_nothing_to_decide_has_to_be_mended_first(alice):
    empty = a_character(alice, visibility="private", tagline="", description="")
    with pytest.raises(Invalid) as refused:
        ask(empty)
    assert refused.value.extra["field"] == "tagline"
    assert [each["field"] for each in refused.value.extra["findings"]] == ["tagline", "description"]


def test_findings_go_to_the_moderator_and_do_not_hinder(alice):
    mira = a_character(alice, visibility="private", about="Write to mira@lantern.cn, she answers.")
    request = ask(mira)
    [finding] = request.findings
    assert finding["rule"] == "personal_data"
    assert finding["field"] == "about"
    assert "mira@lantern.cn" in finding["excerpt"]


@pytest.mark.parametrize(
    ("fields", "rule", "field"),
    [
        ({"about": "Call me: +86 138 1234 5678"}, "personal_data", "about"),
        ({"about": "电话13812345678，随时"}, "personal_data", "about"),
        ({"scenario": "Ring (555) 010-1234 tonight"}, "personal_data", "scenario"),
        ({"description": "A 15-year-old schoolgirl. Sexual scenes."}, "sexual_minors", "description"),
        ({"description": "她今年十五岁，是初中生，喜欢色情漫画。"}, "sexual_minors", "description"),
        ({"personality": "He calls everyone a faggot."}, "slurs", "personality"),
        ({"greetings": ["Hello.", "*stands naked in the door*"]}, "rating_mismatch", "greetings.2"),
        ({"description": "The torturer: torture, mutilation."}, "rating_mismatch", "description"),
    ],
)
def test_each_rule_names_the_field_and_the_words(alice, fields, rule, field, settings):
    settings.FILTERS = False  # what these rules find by themselves
    mira = a_character(alice, visibility="private", **fields)
    found = {(each.rule, each.field) for each in check_before_publishing(mira.published)}
    assert (rule, field) in found


@pytest.mark.parametrize(
    "text",
    [
        "Born in 1987, she pays 1,200 coins a month; room 555-12.",
        "She has two children and a minor wound.",
        "她有两个孩子，小时候住在山里，今年30岁。",
        "A retardant coat, a spicy stew, a chinking glass.",
        "Twelve years she kept the light. The essex road.",
        "See you at the battle: swords, wounds, a death.",
        "me@example.com is nobody’s",
    ],
)
def test_ordinary_prose_is_left_alone(alice, text):
    mira = a_character(alice, visibility="private", description=text)
    assert check_before_publishing(mira.published) == []


def test_the_house_passes_its_own_rules():
    found = {
        character.slug: check_before_publishing(character.published)
        for character in Character.objects.filter(owner=None).select_related("published")
    }
    assert {slug for slug, findings in found.items() if findings} == set()


def test_lore_knowledge_and_the_other_language_are_looked_at(alice):
    both = {"en": edition(), "zh-hans": edition(name="米拉", about="写信到 mira@lantern.cn")}
    mira = a_character(alice, visibility="private", editions=both)
    book = Lorebook.objects.create(owner=alice, scope="character", character=mira)
    LoreEntry.objects.create(book=book, keys=["house"], content="Ring +44 20 7946 0958")
    Knowledge.objects.create(character=mira, title="Plot", text="the porn studio")
    english = mira.versions.get(language="en")
    found = {(each.rule, each.field) for each in check_before_publishing(english)}
    assert found == {("personal_data", "zh-hans.about"), ("personal_data", "lore"), ("rating_mismatch", "lore")}


def test_a_stricter_rating_answers_a_mismatch(alice):
    mira = a_character(alice, visibility="private", about="Erotic tales.")
    assert check_before_publishing(mira.published)
    assert check_before_publishing(mira.published, rating="explicit") == []


def test_the_webhook_hears_of_what_was_published(mira, moderator, alice):
    from characters.models import Delivery
    from characters.services.webhooks import make_webhook

    make_webhook(owner=alice, url="https://example.com/hook", events=["character.published"])
    decide(publication=ask(mira), by=moderator, granted=True)
    [delivery] = Delivery.objects.all()
    assert delivery.payload["data"]["character_id"] == str(mira.pk)
