"""`manage.py check_cards DIR --json`: a report for any folder of cards."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from characters.cards import roundtrip
from tests.characters.cards import tools


def report_on(folder: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("check_cards", str(folder), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "more").mkdir()
    for name, make in tools.CARDS.items():
        (tmp_path / "more" / name).write_bytes(make())
    return tmp_path


def test_every_file_gets_its_line(folder: Path) -> None:
    (folder / "broken.png").write_bytes(tools.sillytavern_png()[:-20])
    (folder / "large.json").write_bytes(b"{" + b" " * 9_000_000)
    (folder / "notes.txt").write_text("no card")
    (folder / ".hidden").write_text("no card either")
    report = json.loads(report_on(folder, "--json"))
    assert report["files"] == len(tools.CARDS) + 3
    assert (report["read"], report["refused"], report["lossless"]) == (len(tools.CARDS), 3, len(tools.CARDS))
    assert report["fields"] == report["fields_kept"] > 300
    by_name = {each["file"]: each for each in report["cards"]}
    st = by_name["more/sillytavern.png"]
    assert (st["read"], st["ok"], st["bytes_equal"], st["order_kept"]) == (True, True, True, True)
    assert (st["container"], st["spec"]) == ("png", "v3")
    assert (by_name["broken.png"]["reason"], by_name["broken.png"]["field"]) == ("damaged", "file")
    assert (by_name["large.json"]["reason"], by_name["large.json"]["limit"]) == ("too_large", 8 * 1024 * 1024)


def test_it_is_readable_without_json(folder: Path) -> None:
    lines = report_on(folder).splitlines()
    assert lines[0].startswith("ok more/agnai-ooba.json: json ooba, 5 of 5 fields kept")
    assert lines[-1] == f"{len(tools.CARDS)} files: {len(tools.CARDS)} without loss, 0 refused"


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(tools.chub_json())
    assert json.loads(report_on(tmp_path, "--json"))["lossless"] == 1


def test_a_loss_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roundtrip, "write_json", lambda document: b'{"name":"Somebody else","description":""}')
    with pytest.raises(SystemExit):
        report_on(folder)


def test_columns_that_differ_from_themselves_cost_the_file_as_it_came(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roundtrip, "book_is_as_it_came", lambda book, source: False)
    with pytest.raises(SystemExit):
        report_on(folder)
    checked = roundtrip.check_card(tools.chub_png(), "chub.png")
    assert (checked.read, checked.ok, checked.untouched, checked.bytes_equal) == (True, False, False, False)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_looked_at(
    folder: Path, options: tuple[str, ...]
) -> None:
    # The kernel opens it for anybody and lets nobody read from its beginning.
    (folder / "a-locked.png").symlink_to("/proc/self/mem")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_cards", str(folder), *options, stdout=out)
    assert ended.value.code == 2
    if options:
        report = json.loads(out.getvalue())
        assert (report["lossless"], report["refused"]) == (len(tools.CARDS), 1)
        locked = report["cards"][0]
        assert (locked["file"], locked["read"], locked["reason"]) == ("a-locked.png", False, "unreadable")
        assert locked["message"]
    else:
        assert out.getvalue().startswith("-  a-locked.png: unreadable, file: ")


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        report_on(tmp_path / "nowhere")
