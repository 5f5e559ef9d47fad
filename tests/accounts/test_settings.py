import pytest
from django.db import connection
from django.test import Client

from accounts.models import Persona, User
from accounts.personas import MAX_PERSONAS
from accounts.selectors import open_personas
from tests.factories import PersonaFactory

WRONG = {"name": "x" * 61, "bio": "", "language": "auto", "theme": "auto"}


NOBODYS = "01890000-0000-7000-8000-000000000000"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings/", "/settings/personas/add/", f"/settings/personas/{NOBODYS}/"])
def test_a_visitor_is_asked_to_sign_in(client, path):
    assert client.get(path).headers["location"].startswith("/account/login/?next=")


def test_settings_are_kept_and_the_browser_learns_them(signed_in, alice):
    client = signed_in(alice)
    form = {"name": "Alice L.", "bio": "I like rivers.", "language": "zh-hans", "theme": "dark"}
    answer = client.post("/settings/", form)
    assert answer.headers["location"] == "/settings/"
    assert answer.cookies["django_language"].value == "zh-hans"
    assert answer.cookies["theme"].value == "dark"
    alice = User.objects.get(pk=alice.pk)
    assert (alice.profile.name, alice.profile.bio, alice.profile.theme, alice.language) == tuple(
        form[key] for key in ("name", "bio", "theme", "language")
    )


@pytest.mark.parametrize(
    ("language", "header", "said"),
    [("zh-hans", "en", "已保存"), ("en", "zh-CN", "Saved."), ("auto", "zh-CN", "已保存"), ("auto", "en", "Saved.")],
)
def test_saved_is_said_in_the_language_just_chosen(signed_in, alice, language, header, said):
    client = signed_in(alice)
    form = {"name": "", "bio": "", "language": language, "theme": "auto"}
    page = client.post("/settings/", form, headers={"accept-language": header}, follow=True)
    assert said in page.content.decode()


def test_what_is_too_long_is_said_and_nothing_is_saved(signed_in, alice):
    answer = signed_in(alice).post("/settings/", WRONG)
    assert answer.status_code == 400
    assert answer.context["form"].errors["name"]
    assert User.objects.get(pk=alice.pk).profile.name == "Alice"


def test_the_next_browser_takes_over_language_and_lights(signed_in, alice):
    signed_in(alice).post("/settings/", {"name": "", "bio": "", "language": "zh-hans", "theme": "dark"})
    answer = Client().post("/account/login/", {"login": alice.email, "password": "one good password"})
    assert answer.cookies["django_language"].value == "zh-hans"
    assert answer.cookies["theme"].value == "dark"


def test_the_next_browser_shows_what_was_chosen_to_be_shown(signed_in, alice):
    here, there = signed_in(alice), signed_in(alice)
    here.post("/rating/", {"rating": "general"})
    assert here.session["rating"] == "general"
    assert "rating" not in there.session, "a browser that is open already goes on as it is"
    assert signed_in(alice).session["rating"] == "general"


@pytest.mark.parametrize("wanted", [True, False])
def test_mails_that_may_be_done_without_are_a_choice(signed_in, alice, wanted):
    assert alice.profile.mail_decisions
    assert alice.profile.mail_alarms
    form = {"name": "", "bio": "", "language": "en", "theme": "auto"} | ({"mail_alarms": "on"} if wanted else {})
    signed_in(alice).post("/settings/", form)
    alice = User.objects.get(pk=alice.pk)
    assert (alice.profile.mail_decisions, alice.profile.mail_alarms) == (False, wanted)


def test_switching_the_language_goes_back_to_the_page_and_is_remembered(signed_in, alice):
    answer = signed_in(alice).post("/language/", {"language": "zh-hans", "next": "/settings/"})
    assert answer.headers["location"] == "/settings/"
    assert answer.cookies["django_language"].value == "zh-hans"
    assert User.objects.get(pk=alice.pk).language == "zh-hans"


@pytest.mark.django_db
def test_visitors_switch_language_and_lights_too(client):
    assert client.post("/language/", {"language": "zh-hans"}).cookies["django_language"].value == "zh-hans"
    assert client.post("/theme/", {"theme": "dark"}).cookies["theme"].value == "dark"
    assert client.post("/theme/", {"theme": ""}).cookies["theme"]["max-age"] == 0


def test_going_back_to_what_browser_and_device_say(signed_in, alice):
    client = signed_in(alice)
    client.post("/settings/", {"name": "", "bio": "", "language": "zh-hans", "theme": "dark"})
    answer = client.post("/settings/", {"name": "", "bio": "", "language": "auto", "theme": "auto"})
    assert answer.cookies["django_language"]["max-age"] == answer.cookies["theme"]["max-age"] == 0
    alice = User.objects.get(pk=alice.pk)
    assert (alice.language, alice.profile.theme) == ("", "")


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_switching_never_leads_elsewhere(client, target):
    for path, form in (("/language/", {"language": "en"}), ("/theme/", {"theme": "light"})):
        assert client.post(path, {**form, "next": target}).headers["location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_or_light_is_refused(client):
    assert client.post("/language/", {"language": "xx"}).status_code == 400
    assert client.post("/theme/", {"theme": "neon"}).status_code == 400
    assert client.get("/language/").status_code == 405


# Personas


def test_a_persona_is_added_shown_edited_and_deleted(signed_in, alice):
    client = signed_in(alice)
    client.post("/settings/personas/add/", {"name": "Ferryman", "description": "Knows the river."})
    persona = Persona.objects.get(user=alice, name="Ferryman")
    assert "Knows the river." in client.get("/settings/").content.decode()
    path = f"/settings/personas/{persona.pk}/"
    assert "Knows the river." in client.get(path).content.decode()
    client.post(path, {"name": "Boatman", "description": ""})
    persona.refresh_from_db()
    assert (persona.name, bytes(persona.description)) == ("Boatman", b"")
    asked = client.get(f"{path}delete/ask/")
    assert (asked.status_code, "Boatman" in asked.content.decode()) == (200, True)
    assert Persona.objects.filter(pk=persona.pk).exists(), "asking alone deletes nothing"
    client.post(f"{path}delete/")
    assert not Persona.objects.filter(pk=persona.pk).exists()


def test_the_database_holds_no_readable_description(signed_in, alice):
    signed_in(alice).post("/settings/personas/add/", {"name": "Ferryman", "description": "canary-7f3a"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT description FROM accounts_persona")
        assert all(b"canary-7f3a" not in bytes(description) for (description,) in cursor.fetchall())


def test_one_persona_plays_first(signed_in, alice):
    other = PersonaFactory(user=alice)
    client = signed_in(alice)
    client.post(f"/settings/personas/{other.pk}/default/")
    assert [persona.is_default for persona in open_personas(alice)] == [True, False]
    assert open_personas(alice)[0].id == other.pk
    client.post(f"/settings/personas/{other.pk}/delete/")
    assert [persona.is_default for persona in open_personas(alice)] == [True]


def test_the_only_persona_stays(signed_in, alice):
    only = Persona.objects.get(user=alice)
    assert signed_in(alice).post(f"/settings/personas/{only.pk}/delete/").status_code == 409
    assert Persona.objects.filter(pk=only.pk).exists()


def test_bob_neither_sees_nor_changes_alices_persona(signed_in, alice, bob):
    persona = PersonaFactory(user=alice, name="Ferryman")
    client = signed_in(bob)
    path = f"/settings/personas/{persona.pk}/"
    missing = f"/settings/personas/{NOBODYS}/"
    for verb, ending in (("get", ""), ("post", ""), ("get", "delete/ask/"), ("post", "delete/"), ("post", "default/")):
        strange, gone = (
            getattr(client, verb)(base + ending, {"name": "x", "description": "x"}) for base in (path, missing)
        )
        assert (strange.status_code, gone.status_code) == (404, 404)
        assert [shown.name for shown in strange.templates] == [shown.name for shown in gone.templates]
        assert "Ferryman" not in strange.content.decode()
    persona.refresh_from_db()
    assert persona.name == "Ferryman"


def test_a_player_has_a_bounded_number_of_personas(signed_in, alice):
    Persona.objects.bulk_create(Persona(user=alice, name=f"Role {n}") for n in range(MAX_PERSONAS - 1))
    answer = signed_in(alice).post(
        "/settings/personas/add/", {"name": "One too many"}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["limit"] == MAX_PERSONAS


def test_posting_too_often_is_refused_with_the_time_to_wait(signed_in, alice, monkeypatch):
    # On a busy machine the posts would lie in two of the minutes that are counted.
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: 1_800_000_000)
    client = signed_in(alice)
    answers = [client.post("/settings/", WRONG) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {400}
    assert (answers[30].status_code, answers[30].headers["Retry-After"]) == (429, "60")


def test_the_settings_page_costs_few_queries(signed_in, alice, django_assert_max_num_queries):
    client = signed_in(alice)
    for _ in range(5):
        PersonaFactory(user=alice)
    client.get("/settings/")
    with django_assert_max_num_queries(6):
        client.get("/settings/")


@pytest.mark.parametrize(
    ("back", "leads"),
    [("/talks/", "/talks/"), ("", "/settings/#personas"), ("https://evil.example/", "/settings/#personas")],
)
def test_a_persona_that_a_talk_asked_for_leads_back_to_it(signed_in, alice, back, leads):
    answer = signed_in(alice).post(f"/settings/personas/add/?next={back}", {"name": "Ferryman"})
    assert answer.headers["location"] == leads
