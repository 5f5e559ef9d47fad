"""Templates: read with their lines, checked before anybody meets them, rendered with data that stays data."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.utils.translation import gettext, override
from hypothesis import given
from hypothesis import strategies as st

from inference.prompts import Occasion, Shelf, Unfit, family_of, read, shipped
from inference.prompts.versions import is_version, next_patch, order_of

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "prompt-template.schema.json").read_text())
BASE = """\
name: test.base
version: 1.0.0
languages: [en, zh-hans]
inputs:
  char: {type: text, stable: true}
  said: {type: text}
  kind: {type: choice, of: [chat, draft]}
  alone: {type: flag, stable: true}
  deep: {type: number}
macros:
  section: {params: [head, text], text: "[{head}]\\n{text}"}
blocks:
  rules:
    placement: prefix
    text: You are {char}. {{user}} is somebody.
  last:
    placement: tail
    head: "[Direction]"
    lines:
      - {macro: section, with: {head: Said, text: "{said}"}}
      - when: {kind: draft}
        text: Draft it.
      - {when: {alone: false}, text: "{char} is not alone."}
phrases: {opening: It begins.}
profiles:
  - for: {language: zh-hans}
    override:
      phrases: {opening: 开场。}
      blocks:
        rules: {text: "你是{char}。"}
        last: {lines: ["{said}", {when: {kind: draft}, text: 起草。}]}
  - for: {family: qwen}
    override: {blocks: {last: {head: "[Qwen]"}}}
"""
PLAIN = Occasion()
VALUES = {"char": "Mira", "said": "hello", "kind": "chat", "alone": True, "deep": 3}


def shelf(*texts: str) -> Shelf:
    return Shelf(read(text, f"{at}.yaml") for at, text in enumerate(texts))


def problems(*texts: str, name: str = "test.base") -> list[str]:
    try:
        return [str(problem) for problem in shelf(*texts).problems_of(name)]
    except Unfit as unfit:
        return [str(problem) for problem in unfit.problems]


def changed(old: str, new: str) -> str:
    assert old in BASE
    return BASE.replace(old, new)


def template(occasion: Occasion = PLAIN, *texts: str, name: str = "test.base"):
    return shelf(*(texts or (BASE,))).template(name, occasion)


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text))


def test_blocks_are_rendered_with_their_conditions_and_macros():
    made = template()
    assert made.blocks["rules"].render(VALUES) == "You are Mira. {{user}} is somebody."
    assert made.blocks["last"].render(VALUES) == "[Direction]\n[Said]\nhello"
    drafted = made.blocks["last"].render({**VALUES, "kind": "draft", "alone": False})
    assert drafted == "[Direction]\n[Said]\nhello\nDraft it.\nMira is not alone."


def test_profiles_for_language_and_family_change_what_they_name():
    assert template(Occasion("zh-hans")).blocks["rules"].render(VALUES) == "你是Mira。"
    assert template(Occasion("zh-hans", "qwen")).blocks["last"].render(VALUES) == "[Qwen]\nhello"
    assert template(Occasion("fr", "llama")).blocks["last"].render(VALUES).startswith("[Direction]")
    assert (family_of("anthropic/Claude-sonnet-4"), family_of("gpt-4o"), family_of("")) == ("claude", "gpt", "")


def test_what_is_included_can_be_overridden_block_by_block():
    child = """\
name: test.child
version: 2.1.0
languages: [en, zh-hans]
include: [test.base]
override: {blocks: {rules: {text: "{char} again."}}}
profiles: [{for: {language: zh-hans}, override: {blocks: {rules: {text: "又是{char}。"}}}}]
"""
    assert problems(BASE, child, name="test.child") == []
    made = template(Occasion(), BASE, child, name="test.child")
    assert made.blocks["rules"].render(VALUES) == "Mira again."
    assert made.template() == {"name": "test.child", "version": "2.1.0", "includes": {"test.base": "1.0.0"}}
    assert template(Occasion("zh-hans"), BASE, child, name="test.child").blocks["last"].render(VALUES) == (
        "[Direction]\nhello"
    )


@given(st.text(st.sampled_from("{}charsaid%$\n[]<>|x0!:"), max_size=60), st.text(max_size=30))
def test_what_people_write_is_never_a_template(said, char):
    values = {**VALUES, "said": said, "char": char}
    made = template()
    assert made.blocks["last"].render(values) == f"[Direction]\n[Said]\n{said}"
    assert made.blocks["rules"].render(values) == "You are " + char + ". {{user}} is somebody."


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({**VALUES, "said": None}, "said"),
        ({**VALUES, "deep": "3"}, "deep"),
        ({**VALUES, "deep": True}, "deep"),
        ({**VALUES, "alone": 1}, "alone"),
        ({**VALUES, "kind": "shout"}, "kind"),
        ({**VALUES, "more": ""}, "more"),
        ({"char": "Mira"}, "said"),
    ],
)
def test_values_of_the_wrong_type_are_refused_by_name(values, named):
    with pytest.raises(TypeError, match=named):
        template().checked(values)
    assert template().checked(VALUES) is VALUES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (changed("You are {char}.", "You are {chr}."), "0.yaml:15: rules: {chr} is not among the inputs"),
        (changed("You are {char}.", "You are {alone}."), "0.yaml:15: rules: {alone} is a flag"),
        (changed("You are {char}.", "You are {char."), "0.yaml:15: rules: a brace that belongs to no {placeholder}"),
        (changed("You are {char}.", "You are {said}."), "0.yaml:13: rules: stands in the prefix, and said changes"),
        (changed("of: [chat, draft]", "of: [chat, sing]"), "0.yaml:21: last: kind is never draft"),
        (changed("kind: draft}\n        text: Draft", "kind: true}\n        text: Draft"), "kind is a choice"),
        (changed("alone: false", "alone: maybe"), "0.yaml:23: last: alone is a flag: true or false"),
        (changed("macro: section,", "macro: chapter,"), "0.yaml:20: last: there is no macro chapter"),
        (changed("with: {head: Said, text", "with: {title: Said, text"), "macro section takes these: head, text"),
        (changed('        rules: {text: "你', '        rulez: {text: "你'), "rulez: there is no such block"),
        (changed("phrases: {opening: 开", "phrases: {opning: 开"), "there is no phrase opning to override"),
        (changed("languages: [en, zh-hans]", "languages: [en, zh-hans, fr]"), "says the same in fr"),
        (changed("  last:\n    placement: tail", "  last:\n    budget: {share: 0.6}\n    placement: tail"),
         "the budgets are 1.100 of the room"),
        (changed("    placement: prefix\n", "    placement: prefix\n    role: user\n"), "is said by the system"),
        (changed("  last:\n    placement: tail", "  last:\n    placement: {depth: said}"), "depth: said is no number"),
        (changed("    placement: tail\n", "    placement: tail\n    role: assistant\n"), "taken for a reply begun"),
        (changed("languages: [en, zh-hans]", "languages: [en, zh-hans]\ninclude: [test.none]"),
         "0.yaml:4: there is no template test.none"),
        (changed("languages: [en, zh-hans]", "languages: [en, zh-hans]\ninclude: [test.base]"),
         "includes itself: test.base → test.base"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_with_block_line_and_reason(text, told):
    found = problems(text)
    assert any(told in each for each in found), found
    assert problems(BASE) == []


SHAPES = [
    "name: base\nversion: 1.0.0\n",
    "name: a.b\nversion: one\n",
    "name: a.b\nversion: 1.0.0\ncolour: red\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {text: hi}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {Rules: {placement: tail, text: hi}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: above, text: hi}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, text: hi, lines: [hi]}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, text: 5}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, priority: 101}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, budget: {share: 1.5}}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, budget: {tokens: 0}}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: {depth: -1}}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, slot: yes please}}\n",
    "name: a.b\nversion: 1.0.0\nblocks: {rules: {placement: tail, lines: [{when: {a: true}}]}}\n",
    "name: a.b\nversion: 1.0.0\ninputs: {kind: {type: choice}}\n",
    "name: a.b\nversion: 1.0.0\ninputs: {kind: {type: text, of: [a]}}\n",
    "name: a.b\nversion: 1.0.0\ninputs: {kind: {type: list}}\n",
    "name: a.b\nversion: 1.0.0\nmacros: {m: {params: [a]}}\n",
    "name: a.b\nversion: 1.0.0\nnumbers: {a: b}\n",
    "name: a.b\nversion: 1.0.0\nprofiles: [{for: {}}]\n",
    "name: a.b\nversion: 1.0.0\nprofiles: [{for: {environment: moon}}]\n",
    "name: a.b\nversion: 1.0.0\nprofiles: [{override: {}}]\n",
    "- a\n",
]


@pytest.mark.parametrize("text", SHAPES)
def test_the_published_schema_refuses_what_the_reader_refuses(text):
    with pytest.raises(Unfit):
        read(text, "it")
    assert not valid(text)


def test_the_published_schema_takes_what_the_reader_takes():
    assert valid(BASE)
    for source in shipped().sources.values():
        assert valid(source.text), source.where


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: &a x\nversion: *a\n", "no anchors"),
        ("name: !!python/object:os.system x\n", "no tags"),
        ("name: a.b\nname: a.b\n", "it:2: name stands here twice"),
        ("name: [a\n", "not YAML"),
        ("", "empty"),
        ("x" * 200_001, "longer than"),
        ("[" * 30 + "]" * 30, "deeper than"),
        ("a: \x00", "not YAML"),
        ("a: 2020-99-99", "not to be read"),
    ],
)
def test_yaml_is_taken_plain(text, told):
    with pytest.raises(Unfit, match=told):
        read(text, "it")


@given(st.text(st.sampled_from("name: a.b\nversion10-[]{}&*!|>\"'#,\t"), max_size=80))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        assert read(text, "it").name
    except Unfit as unfit:
        told = unfit.problems
    else:
        told = ()
    assert all(problem.line > 0 and problem.reason for problem in told)


def test_everything_wrong_is_told_at_once():
    with pytest.raises(Unfit) as caught:
        read("name: b\nversion: x\nblocks:\n  a: {text: hi}\n", "it")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 4]


def test_every_reason_can_be_told_in_another_language():
    with pytest.raises(Unfit) as caught:
        read("name: b\nversion: 1.0.0\nmacros:\n  m: {parms: []}\nblocks:\n  a: {placement: here}\n", "it")
    with override("zh-hans"):
        assert {problem.told(gettext) for problem in caught.value.problems} == {
            "name 要像 chat.reply 那样：两个小写的词",
            "宏 m 没有 text",
            "宏 m里没有 parms 这一项",
            "placement 只能是其中之一：prefix, history, tail",
        }
    with override("en"):
        assert all(problem.told(gettext) == problem.reason for problem in caught.value.problems)


def test_versions_are_in_their_order():
    ordered = ["0.9.0", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-beta", "1.0.0", "1.0.1", "1.10.0"]
    assert sorted({*ordered}, key=order_of) == ordered
    assert next_patch("1.2.9") == "1.2.10"
    assert not any(map(is_version, ["1", "1.0", "01.0.0", "1.0.0-", "v1.0.0", "1.0.0\n"]))


def test_a_version_for_the_product_keeps_to_what_the_product_hands_in():
    against = shelf(BASE)

    def unlike(text: str) -> list[str]:
        return [str(each) for each in shelf(text).problems_of("test.base", against)]

    assert unlike(BASE) == []
    added = changed("  deep: {type: number}", "  deep: {type: number}\n  mood: {type: text}")
    assert "the product hands in no mood" in unlike(added)[0]
    assert "the input deep is missing" in unlike(changed("  deep: {type: number}\n", ""))[0]
    assert "kind is a choice (chat, draft)" in unlike(changed("of: [chat, draft]", "of: [chat, draft, sing]"))[0]
    assert (
        "said changes from turn to turn" in unlike(changed("said: {type: text}", "said: {type: text, stable: true}"))[0]
    )
    fixed = shelf(changed("  rules:\n", "  rules:\n    fixed: true\n"))
    bare = (
        "name: test.base\nversion: 1.0.1\nlanguages: [en, zh-hans]\n"
        + BASE[BASE.index("inputs:") : BASE.index("macros:")]
    )
    found = [str(each) for each in shelf(bare).problems_of("test.base", fixed)]
    assert any("rules: the product counts on this block" in each for each in found)
    assert any("the phrase opening is missing" in each for each in found)
