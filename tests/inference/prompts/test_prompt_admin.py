"""Prompts in the admin: written, checked, tried, compared, put in force; and what staff may not read."""

import re

import pytest
from django.contrib.auth.models import Permission

from accounts.erasure import erase
from accounts.models import User
from characters.models import Character
from chat.services.conversations import start_conversation
from inference.models import PromptMove, PromptVersion
from inference.prompts import shipped
from inference.prompts.versions import next_patch
from inference.samples import rendered, samples_of
from inference.services.prompts import promote_version
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import UserFactory
from tests.inference.prompts.test_versions_in_force import NAME, reply, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_written")]
LIST = "/admin/inference/promptversion/"
ADD = f"{LIST}add/?name={NAME}"
RIGHTS = ("view_promptversion", "add_promptversion", "change_promptversion", "promote_promptversion")


def staff(*rights: str) -> User:
    user = UserFactory()
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def operator(db: None) -> User:
    return staff(*RIGHTS)


def read(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def path_of(row: PromptVersion) -> str:
    return f"{LIST}{row.pk}/change/"


def talk_of(user: User, character: Character):
    return start_conversation(owner=user, character=character, version=character.published, greeting=0)


def test_the_list_says_what_is_in_force_and_where_to_begin(operator):
    page = signed_in(operator).get(LIST)
    assert page.status_code == 200
    for name in ("chat.reply", "chat.room", "characters.draft", "characters.paint"):
        assert f"New version of {name}" in read(page)
    assert signed_in(operator).get(f"{LIST}add/").headers["Location"] == LIST


def test_a_new_version_begins_with_what_is_in_force_and_is_kept_as_a_draft(operator):
    client = signed_in(operator)
    form = client.get(ADD)
    assert "You write the part of {char}" in form.content.decode()
    assert f"version: {next_patch(shipped().sources[NAME].version)}" in form.content.decode()
    sent = {"text": reply("9.0.0").replace("\n", "\r\n"), "note": "a\0"}
    kept = client.post(ADD, {"do": "save", **sent}, follow=True)
    assert "is kept as a draft" in read(kept)
    row = PromptVersion.objects.get(version="9.0.0")
    assert (row.state, row.created_by, row.text, row.note) == ("draft", operator, reply("9.0.0"), "a")
    again = client.post(path_of(row), {"do": "save", "text": reply("9.0.1"), "note": "b"}, follow=True)
    assert "chat.reply 9.0.1" in read(again)


def test_what_is_wrong_is_told_with_block_and_line_and_what_was_written_stays(operator):
    broken = reply("9.0.0").replace("in a role-play with {user}", "in a role-play with {usr}")
    line = broken[: broken.index("{usr}")].count("\n") + 1
    page = signed_in(operator).post(ADD, {"do": "save", "text": broken})
    assert f"line {line} · rules : {{usr}} is not among the inputs" in read(page)
    assert "role-play with {usr}" in page.content.decode()
    assert not PromptVersion.objects.filter(version="9.0.0").exists()


def test_it_is_tried_on_made_up_talks(operator):
    page = signed_in(operator).post(ADD, {"do": "try", "text": reply("9.0.0", "Curtain."), "sample": "en continue"})
    assert "What the model would read" in read(page)
    assert "Mira keeps the Lantern" in read(page)


@pytest.mark.parametrize("name", shipped().sources)
def test_every_template_has_something_to_be_tried_on(name):
    for sample in samples_of(name):
        lines = rendered(name, sample.key, shipped())
        assert lines
        assert all(line.content.strip() for line in lines)
    with pytest.raises(LookupError):
        rendered(name, "fr chat", shipped())


def test_a_card_of_somebody_who_was_erased_is_not_taken_for_the_house_s(operator):
    author = UserFactory()
    theirs = talk_of(operator, a_character(author))
    of_the_house = talk_of(operator, Character.objects.filter(owner=None).exclude(slug=None)[0])
    erase(author)
    offered = {sample.key for sample in samples_of(NAME, operator)}
    assert f"talk {of_the_house.id}" in offered
    assert f"talk {theirs.id}" not in offered
    with pytest.raises(LookupError):
        rendered(NAME, f"talk {theirs.id}", shipped(), operator)


def test_ones_own_talks_are_offered_and_nobody_elses(operator):
    other = UserFactory()
    mine = talk_of(operator, a_character(operator))
    theirs = talk_of(other, a_character(other))
    with_theirs = talk_of(operator, a_character(other))
    page = signed_in(operator).get(ADD).content.decode()
    assert f"talk {mine.pk}" in page
    assert f"talk {theirs.pk}" not in page
    assert f"talk {with_theirs.pk}" not in page


def test_versions_stand_side_by_side(operator):
    written("9.0.0", "First.")
    row = written("9.1.0", "Second.")
    page = signed_in(operator).get(path_of(row) + "?with=9.0.0").content.decode()
    assert "<del>First</del>" in page
    assert "<ins>Second</ins>" in page
    assert "lines that are the same" in page


def test_who_may_puts_it_in_force_and_takes_it_back_and_it_is_written_down(operator):
    row, client = written("9.0.0"), signed_in(operator)
    fields = {"do": "promote", "text": reply("9.0.0", "As on the page."), "note": ""}
    assert "is in force" in read(client.post(path_of(row), fields, follow=True))
    row.refresh_from_db()
    assert "As on the page." in row.text
    page = client.get(path_of(row))
    assert "readonly" in page.content.decode()
    assert "Take back" in read(page)
    assert "the shipped file is in force" in read(client.post(path_of(row), {"do": "rollback"}, follow=True))
    assert list(PromptMove.objects.values_list("action", "by")) == [("rollback", operator.pk), ("promote", operator.pk)]
    assert "not in force any more" in read(client.post(path_of(row), {"do": "rollback"}, follow=True))


def test_what_somebody_else_put_in_force_meanwhile_is_not_taken_back_in_its_place(operator):
    row, other = written("9.0.0"), written("9.1.0")
    client = signed_in(operator)
    client.post(path_of(row), {"do": "promote", "text": row.text, "note": row.note})
    promote_version(version=other)
    assert "not in force any more" in read(client.post(path_of(row), {"do": "rollback"}, follow=True))
    other.refresh_from_db()
    assert other.state == "live"


def test_rights_are_kept_apart(operator):
    row = written("9.0.0")
    writer, reader = signed_in(staff(*RIGHTS[:3])), signed_in(staff(RIGHTS[0]))
    assert writer.post(path_of(row), {"do": "promote"}).status_code == 403
    assert reader.get(path_of(row)).status_code == 200
    assert reader.post(path_of(row), {"do": "save", "text": reply("9.0.1")}).status_code == 403
    assert reader.get(ADD).status_code == 403
    assert signed_in(staff()).get(path_of(row)).status_code == 403
    assert signed_in(operator).get(f"{LIST}add/?name=chat.none").status_code == 404
    row.refresh_from_db()
    assert (row.version, row.state) == ("9.0.0", "draft")


def test_no_script_and_no_style_stands_in_the_pages(operator):
    client = signed_in(operator)
    for page in (client.get(LIST), client.get(ADD)):
        html = page.content.decode()
        ours = html[html.index('id="content') :]
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)", ours)
