"""What breaks programs of others is found; what adds to what they have is not."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.promises import kept, published
from config.promises.schemas import Comparing


def thing(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 60},
            "kind": {"enum": ["tale", "note"]},
            "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        },
        "required": ["name", "kind"],
    }
    for path, value in changes.items():
        *way, last = path.split("__")
        inner = made
        for step in way:
            inner = inner[step]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return made


def document(part: dict[str, Any] | None = None) -> dict[str, Any]:
    whole = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Part"}, "text": {"type": "string"}}}
    return {"$defs": {"Part": part or whole}}


OTHER_PART = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Part"}, "text": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("new", "sent", "taken"),
    [
        (thing(), [], []),
        (thing(properties__more={"type": "string"}), [], []),
        (thing(properties__name=None), ["x.name is gone"], ["x.name is gone"]),
        (thing(required=["name"]), ["x.kind may be missing now"], []),
        (thing(required=["name", "kind", "age"]), [], ["x.age has to be given now"]),
        (thing(properties__name={"type": ["string", "null"], "maxLength": 60}), ["x.name may be null now"], []),
        (thing(properties__age={"type": "integer"}), [], ["x.age may not be null any more"]),
        (thing(properties__age={"anyOf": [{"type": "number"}, {"type": "null"}]}), ["x.age may be number now"], []),
        (thing(properties__name={"type": "string", "maxLength": 50}), [], ["x.name: maxLength is 50 now, was 60"]),
        (thing(properties__kind={"enum": ["tale", "note", "song"]}), [], []),
        (thing(properties__kind={"enum": ["tale"]}), [], ["x.kind may not be note any more"]),
        (thing(properties__kind={"type": "string"}), ["x.kind may be anything now"], []),
    ],
)  # fmt: skip
def test_a_change_of_a_shape(new: dict[str, Any], sent: list[str], taken: list[str]) -> None:
    old, whole = thing(), document()
    assert list(Comparing(whole, whole, sends=True).breaks(old, new, "x")) == sent
    assert list(Comparing(whole, whole, sends=False).breaks(old, new, "x")) == taken


def test_the_last_release_is_what_its_tag_has(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = (
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "tag.gpgsign=false",
        )
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], capture_output=True, check=True)

    def write(number: int) -> None:
        (tmp_path / kept.RELEASED / "protocol.json").write_text(json.dumps({"version": number}))

    (tmp_path / kept.RELEASED).mkdir(parents=True)
    write(1)
    assert kept.released("protocol", tmp_path) == {"version": 1}
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "One")
    write(2)
    assert kept.released("protocol", tmp_path) == {"version": 2}
    git("tag", "v1.0.0")
    write(3)
    git("commit", "--quiet", "--all", "--message", "Three")
    for name in ("another-kind-of-tag", "v2.0.0-rc1"):
        git("tag", name)
    assert kept.released("protocol", tmp_path) == {"version": 1}


def test_what_lies_behind_a_reference_is_looked_at_once() -> None:
    found = list(Comparing(document(), document(OTHER_PART), sends=True).breaks(thing(), thing(), "x"))
    assert found == ["x.parts[].text may be integer now"]


def changed(name: str, change: Any) -> list[str]:
    old = kept.released(name)
    new = copy.deepcopy(old)
    change(new)
    return list(kept.PROMISES[name][1](old, new))


def test_a_change_of_the_rest_interface() -> None:
    def without_a_way(new: dict[str, Any]) -> None:
        del new["paths"]["/api/v1/me/"]["get"]

    def without_a_field(new: dict[str, Any]) -> None:
        new["components"]["schemas"]["Me"]["properties"].popitem()

    def with_a_parameter(new: dict[str, Any]) -> None:
        new["paths"]["/api/v1/me/"]["get"]["parameters"].append({"in": "query", "name": "of", "required": True})

    def with_more(new: dict[str, Any]) -> None:
        new["paths"]["/api/v1/more/"] = new["paths"]["/api/v1/me/"]
        new["components"]["schemas"]["Me"]["properties"]["more"] = {"type": "string"}

    assert changed("rest", without_a_way) == ["GET /api/v1/me/ is gone"]
    assert len(changed("rest", without_a_field)) == 1
    assert changed("rest", with_a_parameter) == ["GET /api/v1/me/: parameter of has to be given now"]
    assert changed("rest", with_more) == []


def test_a_change_of_the_protocol() -> None:
    def without_a_frame(new: dict[str, Any]) -> None:
        new["server"]["oneOf"].pop(0)

    def with_less_room(new: dict[str, Any]) -> None:
        new["limits"]["content"] -= 1

    def with_another_code(new: dict[str, Any]) -> None:
        new["close_codes"]["too_slow"] = 4999

    def with_a_frame(new: dict[str, Any]) -> None:
        new["$defs"]["Wave"] = {"type": "object", "properties": {"type": {"enum": ["wave"]}}, "required": ["type"]}
        new["server"]["oneOf"].append({"$ref": "#/$defs/Wave"})

    def with_another_version(new: dict[str, Any]) -> None:
        without_a_frame(new)
        new["version"] += 1

    assert len(changed("protocol", without_a_frame)) == 1
    assert changed("protocol", with_less_room)[0].startswith("limit of content was")
    assert changed("protocol", with_another_code) == ["close code too_slow was 4408"]
    assert changed("protocol", with_a_frame) == []
    assert changed("protocol", with_another_version) == []


def test_a_change_of_the_take_out() -> None:
    def without_a_column(new: dict[str, Any]) -> None:
        account = new["$defs"]["account"]
        account["properties"].pop("email")
        account["required"].remove("email")

    def without_a_section(new: dict[str, Any]) -> None:
        del new["$defs"]["account"]

    assert changed("takeout", without_a_column) == ["account.email is gone"]
    assert "section account is gone" in changed("takeout", without_a_section)


def test_nothing_that_was_promised_is_broken() -> None:
    """`make check` says the same. docs/promises.md: how a promise is taken back."""
    assert kept.broken() == []


def test_each_document_has_something_to_break() -> None:
    assert len(kept.released("rest")["paths"]) > 90
    assert len(kept.released("protocol")["server"]["oneOf"]) > 10
    assert len(kept.released("takeout")["$defs"]) > 40
    assert set(kept.PROMISES) == {"rest", "protocol", "takeout"}
    assert published.METHODS
