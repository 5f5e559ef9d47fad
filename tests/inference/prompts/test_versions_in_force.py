"""Versions of templates: written, put in force, taken back, and followed without a restart."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inference import live
from inference.models import PromptMove, PromptVersion
from inference.prompts import Unfit, shipped
from inference.selectors import NoSuchVersion, shelf_as_it_was, source_of
from inference.services.prompts import (
    CannotMove,
    promote_version,
    rewrite_version,
    roll_back,
    write_down_shipped,
    write_version,
)
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_written")]
NAME = "chat.reply"


def reply(version: str, opening: str = "The curtain rises.") -> str:
    source = shipped().sources[NAME]
    text = source.text.replace(f"version: {source.version}", f"version: {version}")
    assert "opening: (The scene begins.)" in text
    return text.replace("opening: (The scene begins.)", f"opening: {opening}")


def written(version: str, opening: str = "The curtain rises.") -> PromptVersion:
    return write_version(name=NAME, text=reply(version, opening))


def opening() -> str:
    live.known.refresh()
    return live.template(NAME, language="en").phrases["opening"].render({})


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("prompts", *arguments, stdout=out)
    return out.getvalue()


def test_a_version_is_in_force_once_it_is_promoted_and_until_it_is_taken_back():
    first, second = written("9.0.0", "First."), written("9.1.0", "Second.")
    assert opening() == "(The scene begins.)"
    promote_version(version=first)
    assert opening() == "First."
    promote_version(version=second)
    assert opening() == "Second."
    roll_back(name=NAME)
    assert opening() == "First."
    roll_back(name=NAME)
    assert opening() == "(The scene begins.)"
    with pytest.raises(CannotMove):
        roll_back(name=NAME)
    states = dict(PromptVersion.objects.filter(name=NAME, shipped=False).values_list("version", "state"))
    assert states == {"9.0.0": "retired", "9.1.0": "retired"}


def test_who_did_it_and_when_is_written_down():
    by = UserFactory(is_staff=True)
    promote_version(version=written("9.0.0"), by=by)
    roll_back(name=NAME, by=by)
    back, there = PromptMove.objects.filter(name=NAME)
    assert (there.action, there.before, there.after, there.by) == ("promote", "", "9.0.0", by)
    assert (back.action, back.before, back.after, back.by) == ("rollback", "9.0.0", "", by)
    assert back.at >= there.at
    by.delete()
    assert PromptMove.objects.get(pk=there.pk).by is None


def test_what_was_promoted_after_a_rollback_is_taken_back_to_what_was_there_then():
    first, second = written("9.0.0", "First."), written("9.1.0", "Second.")
    promote_version(version=first)
    roll_back(name=NAME)
    promote_version(version=second)
    assert opening() == "Second."
    roll_back(name=NAME)
    assert opening() == "(The scene begins.)"


def test_a_room_follows_the_template_it_includes():
    promote_version(version=written("9.0.0", "First."))
    live.known.refresh()
    made = live.template("chat.room", language="en")
    assert made.phrases["opening"].render({}) == "First."
    assert made.template()["includes"] == {NAME: "9.0.0"}


def test_what_is_written_for_another_version_stands_and_falls_with_it():
    base = reply("9.0.0").replace("phrases:\n", "phrases:\n  curtain: The curtain.\n", 1)
    base = base.replace("      phrases:\n        opening", "      phrases:\n        curtain: 幕。\n        opening", 1)
    room = shipped().sources["chat.room"]
    text = room.text.replace(f"version: {room.version}", "version: 9.0.0")
    text = text.replace("override:\n", "override:\n  phrases: {curtain: The curtain of a room.}\n", 1)
    text = text.replace(
        "    override:\n      blocks", "    override:\n      phrases: {curtain: 众人之幕。}\n      blocks", 1
    )
    with pytest.raises(Unfit, match="there is no phrase curtain"):
        write_version(name="chat.room", text=text)
    promote_version(version=write_version(name=NAME, text=base))
    promote_version(version=write_version(name="chat.room", text=text))
    live.known.refresh()
    assert live.template("chat.room", language="en").phrases["curtain"].render({}) == "The curtain of a room."
    with pytest.raises(CannotMove, match=r"chat\.room 9\.0\.0"):
        roll_back(name=NAME)
    roll_back(name="chat.room")
    roll_back(name=NAME)
    assert opening() == "(The scene begins.)"


def test_a_look_costs_one_small_query_and_nothing_when_nothing_changed(django_assert_num_queries):
    promote_version(version=written("9.0.0"))
    live.known.refresh()
    with django_assert_num_queries(1):
        live.known.refresh()
    with django_assert_num_queries(0):
        live.template(NAME, language="en")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("in a role-play with {user}", "in a role-play with {usr}", "{usr} is not among the inputs"),
        ("fixed: true", "fixed: perhaps", "has to be true or false"),
        ("name: chat.reply", "name: chat.other", "it is called chat.other"),
        ("share: 0.15", "share: 0.9", "of the room together"),
        ("  hint: {type: text", "  hints: {type: text", "the product hands in no hints"),
        ("closing_for: 6", "closing_for: -6", "is a number from zero on"),
        ("closing_for: 6", "closing_for: .nan", "is a number from zero on"),
        (
            "    placement: prefix\n    fixed: true",
            "    placement: prefix\n    priority: 50\n    fixed: true",
            "at all times",
        ),
        ("    placement: prefix\n    fixed: true", "    placement: tail\n    fixed: true", "in its place"),
    ],
)
def test_what_does_not_fit_is_not_written_down(old, new, told):
    text = reply("9.0.0")
    assert old in text
    with pytest.raises(Unfit) as caught:
        write_version(name=NAME, text=text.replace(old, new, 1))
    assert told in str(caught.value)
    assert all(problem.line for problem in caught.value.problems)
    assert not PromptVersion.objects.filter(version="9.0.0").exists()


def test_a_version_is_there_once_and_keeps_its_words():
    draft = written("9.0.0", "First.")
    for taken in ("9.0.0", shipped().sources[NAME].version):
        with pytest.raises(Unfit, match="already"):
            written(taken)
    rewritten = rewrite_version(version=draft, text=reply("9.0.1", "Other."), note="shorter")
    assert (rewritten.version, rewritten.note) == ("9.0.1", "shorter")
    promote_version(version=rewritten)
    with pytest.raises(CannotMove):
        promote_version(version=rewritten)
    with pytest.raises(CannotMove):
        rewrite_version(version=rewritten, text=reply("9.0.2"), note="")


def test_one_that_fits_the_product_no_more_gives_way_to_the_shipped_file():
    row = written("9.0.0")
    PromptVersion.objects.filter(pk=row.pk).update(state="live", text=row.text.replace("{user}", "{usr}"))
    assert opening() == "(The scene begins.)"
    with pytest.raises(CommandError, match=r"chat\.reply 9\.0\.0"):
        command("check")


def test_one_that_fits_no_more_keeps_nobody_from_taking_back_another():
    promote_version(version=written("9.0.0", "First."))
    room = shipped().sources["chat.room"]
    broken = room.text.replace(f"version: {room.version}", "version: 9.0.0").replace("{char}", "{chr}")
    PromptVersion.objects.create(name="chat.room", version="9.0.0", text=broken, state="live")
    assert roll_back(name=NAME).after == ""
    assert opening() == "(The scene begins.)"


def test_what_was_written_here_is_told_as_it_was_when_a_release_ships_the_same_version():
    source = shipped().sources[NAME]
    PromptVersion.objects.filter(name=NAME, version=source.version).delete()
    PromptVersion.objects.create(name=NAME, version=source.version, text=reply(source.version, "Ours."))
    assert "Ours." in source_of(NAME, source.version).text


@pytest.mark.parametrize(
    "old", ["  hint: {type: text, description: what the player asks of this reply}\n", "  closing_for: 6\n"]
)
def test_a_version_from_before_the_product_knew_more_cannot_be_told(old: str):
    """The receipt then says that what is in force now was used, and does not fail."""
    text = reply("0.1.0").replace(old, "").replace("      - when: {hint: true}\n", "")
    text = "".join(line for line in text.splitlines(keepends=True) if "{hint}" not in line)
    PromptVersion.objects.create(name=NAME, version="0.1.0", text=text, shipped=True, state="retired")
    with pytest.raises(Unfit):
        shelf_as_it_was({NAME: "0.1.0"})


def test_earlier_versions_can_be_told_as_they_were():
    source = shipped().sources[NAME]
    PromptVersion.objects.create(
        name=NAME, version="0.1.0", text=source.text.replace(source.version, "0.1.0"), shipped=True, state="retired"
    )
    assert source_of(NAME, "0.1.0").version == "0.1.0"
    assert source_of(NAME, source.version) is source
    assert shelf_as_it_was({NAME: "0.1.0"}).sources[NAME].version == "0.1.0"
    with pytest.raises(NoSuchVersion):
        shelf_as_it_was({NAME: "0.0.1"})


def test_a_release_writes_down_what_it_ships():
    names = set(shipped().sources)
    assert set(PromptVersion.objects.filter(shipped=True).values_list("name", flat=True)) == names, "after migrating"
    PromptVersion.objects.filter(shipped=True).delete()
    assert write_down_shipped() == len(names)
    assert write_down_shipped() == 0
    PromptVersion.objects.filter(name=NAME).update(text="other words")
    with pytest.raises(CommandError, match=r"needs a new version: chat/prompts/reply\.yaml"):
        command("check")


def test_the_command_checks_writes_promotes_compares_and_takes_back(tmp_path: Path):
    by = UserFactory()
    file = tmp_path / "reply.yaml"
    file.write_text(reply("9.0.0", "First."))
    assert "1 in order" in command("check", str(file))
    assert "in order" in command("check")
    assert "a draft" in command("write", str(file), "--note", "shorter", "--by", by.email)
    assert "+  opening: First." in command("diff", NAME, "shipped", "9.0.0")
    assert "9.0.0" in command("promote", NAME, "9.0.0", "--by", by.email)
    assert "live 9.0.0" in command("list")
    command("rollback", NAME)
    assert "live 9.0.0" not in command("list")
    file.write_text(reply("9.0.1").replace("{user}", "{usr}"))
    with pytest.raises(CommandError, match=rf"{file}:\d+: rules: {{usr}} is not among the inputs"):
        command("check", str(file))
    for wrong in (["promote", NAME, "8.0.0"], ["diff", NAME, "8.0.0", "live"], ["rollback", NAME], ["check", "none"],
                  ["rollback", NAME, "--by", "nobody@example.com"]):  # fmt: skip
        with pytest.raises(CommandError):
            command(*wrong)
