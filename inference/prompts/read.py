"""From a file's text to a Source. What it says has to be of the right shape; whether it makes sense is for `check`."""

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, cast, get_args

from inference.prompts.marked import Marked, marked
from inference.prompts.problems import Problem, Unfit
from inference.prompts.problems import reason as _
from inference.prompts.source import (
    Block,
    Condition,
    Input,
    Macro,
    Override,
    Part,
    Placement,
    Profile,
    Role,
    Source,
    Text,
    Type,
)
from inference.prompts.versions import is_version
from inference.prompts.words import NAME, TEMPLATE_NAME

ENVIRONMENTS = ("development", "test", "production")
TOP = (
    "name", "version", "language", "languages", "description", "author", "budget", "inputs", "outputs", "include",
    "macros", "blocks", "phrases", "override", "profiles", "numbers",
)  # fmt: skip
BLOCK = ("placement", "role", "priority", "budget", "when", "head", "text", "lines", "slot", "fixed")
NOTHING = Text("", 0)


def read(text: str, where: str) -> Source:
    """Raises Unfit with everything that is wrong."""
    reading = _Reading(where)
    source = reading.source(marked(text, where), text)
    if reading.problems:
        raise Unfit(reading.problems)
    return source


class _Reading:
    """Notes what is wrong and goes on, so that all of it is told at once."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.block = ""
        self.problems: list[Problem] = []

    def fault(self, node: Marked | int, reason: str) -> None:
        line = node if isinstance(node, int) else node.line
        self.problems.append(Problem(self.where, line, self.block, reason))

    def source(self, top: Marked, text: str) -> Source:
        said = self.mapping(top, _("a template"), TOP)
        language = self.words(said, "language", "en")
        languages = self.names(said.get("languages"), "languages") or (language,)
        if language not in languages:
            self.fault(said.get("languages", top), _("languages have to name %(language)s, its own", language=language))
        numbers = {name: self.number(each) for name, each in self.named(said.get("numbers"), "numbers")}
        budget = self.mapping(said["budget"], "budget", ("prefix",)) if "budget" in said else {}
        return Source(
            where=self.where,
            text=text,
            name=self.called(top, said),
            version=self.version(top, said),
            languages=(language, *(each for each in languages if each != language)),
            description=self.words(said, "description", ""),
            author=self.words(said, "author", ""),
            prefix_share=self.share(budget["prefix"]) if "prefix" in budget else 0.5,
            inputs={name: self.input(name, each) for name, each in self.named(said.get("inputs"), "inputs")},
            outputs={name: self.input(name, each) for name, each in self.named(said.get("outputs"), "outputs")},
            include=tuple((each.value, each.line) for each in self.items(said.get("include"), "include")),
            macros={name: self.macro(name, each) for name, each in self.named(said.get("macros"), "macros")},
            blocks={name: self.whole_block(name, each) for name, each in self.named(said.get("blocks"), "blocks")},
            phrases=self.phrases(said.get("phrases")),
            override=self.override(said.get("override")),
            profiles=tuple(self.profile(each) for each in self.items(said.get("profiles"), "profiles")),
            numbers=numbers,
        )

    def called(self, top: Marked, said: Mapping[str, Marked]) -> str:
        name = self.words(said, "name", "")
        if not TEMPLATE_NAME.fullmatch(name):
            self.fault(said.get("name", top), _("name has to be as chat.reply: two words of small letters"))
        return name

    def version(self, top: Marked, said: Mapping[str, Marked]) -> str:
        version = self.words(said, "version", "")
        if not is_version(version):
            self.fault(said.get("version", top), _("version has to be as 1.0.0"))
        return version

    # --- what it is made of ---

    def input(self, name: str, node: Marked) -> Input:
        said = self.mapping(node, _("input %(name)s", name=name), ("type", "of", "stable", "description"))
        type_ = self.one_of(said.get("type"), get_args(Type), f"type of {name}", "text")
        of = self.names(said.get("of"), f"of {name}")
        if (type_ == "choice") != bool(of):
            self.fault(node, _("%(name)s: a choice, and nothing else, says what it may be (of)", name=name))
        stable = self.flag(said.get("stable"), default=False)
        return Input(name, cast(Type, type_), node.line, of, stable, self.words(said, "description", ""))

    def macro(self, name: str, node: Marked) -> Macro:
        said = self.mapping(node, _("macro %(name)s", name=name), ("params", "text"))
        text = self.text(said["text"]) if "text" in said else NOTHING
        if "text" not in said:
            self.fault(node, _("macro %(name)s has no text", name=name))
        return Macro(name, self.names(said.get("params"), "params"), text, node.line)

    def whole_block(self, name: str, node: Marked) -> Block:
        fields = self.fields_of(name, node)
        if "placement" not in fields:
            self.block = name
            self.fault(node, _("has no placement"))
            self.block = ""
        return Block(name, node.line, **fields)

    def fields_of(self, name: str, node: Marked) -> dict[str, Any]:
        """Those that are written, by the names they have in Block."""
        self.block = name
        said = self.mapping(node, _("a block"), BLOCK)
        fields: dict[str, Any] = {}
        if "placement" in said:
            fields["placement"], fields["depth"] = self.placement(said["placement"])
        if "role" in said:
            fields["role"] = cast(Role, self.one_of(said["role"], get_args(Role), "role", "system"))
        if "priority" in said:
            fields["priority"] = self.whole(said["priority"], 0, 100, "priority")
        if "budget" in said:
            fields["share"], fields["tokens"] = self.budget(said["budget"])
        if "when" in said:
            fields["when"] = self.conditions(said["when"])
        if "head" in said:
            fields["head"] = self.text(said["head"])
        if "text" in said and "lines" in said:
            self.fault(said["lines"], _("has text and lines: one of them"))
        if "text" in said:
            fields["parts"] = (Part(self.text(said["text"])),)
        if "lines" in said:
            fields["parts"] = tuple(self.part(each) for each in self.items(said["lines"], "lines"))
        for name in ("slot", "fixed"):
            if name in said:
                fields[name] = self.flag(said[name], default=False)
        self.block = ""
        return fields

    def placement(self, node: Marked) -> tuple[Placement, int | str]:
        if isinstance(node.value, dict):
            depth = self.mapping(node, "placement", ("depth",)).get("depth")
            if depth is not None and isinstance(depth.value, str):
                return "depth", depth.value
            return "depth", self.whole(depth, 0, 100, "depth") if depth else 0
        return cast(Placement, self.one_of(node, ("prefix", "history", "tail"), "placement", "tail")), 0

    def budget(self, node: Marked) -> tuple[float | None, int | None]:
        said = self.mapping(node, "budget", ("share", "tokens"))
        share = self.share(said["share"]) if "share" in said else None
        return share, self.whole(said["tokens"], 1, 1_000_000, "tokens") if "tokens" in said else None

    def part(self, node: Marked) -> Part:
        if isinstance(node.value, str):
            return Part(self.text(node))
        said = self.mapping(node, _("a line"), ("when", "text", "macro", "with"))
        when = self.conditions(said["when"]) if "when" in said else ()
        if ("text" in said) == ("macro" in said):
            self.fault(node, _("a line has a text or a macro"))
        given = {name: self.text(each) for name, each in self.named(said.get("with"), "with")}
        text = self.text(said["text"]) if "text" in said else Text("", node.line)
        return Part(text, when, self.words(said, "macro", ""), given)

    def conditions(self, node: Marked) -> tuple[Condition, ...]:
        return tuple(Condition(name, self.wanted(each), each.line) for name, each in self.named(node, "when"))

    def wanted(self, node: Marked) -> bool | tuple[str, ...]:
        if isinstance(node.value, bool):
            return node.value
        if isinstance(node.value, str):
            return (node.value,)
        return self.names(node, "when")

    def phrases(self, node: Marked | None) -> dict[str, Text]:
        return {name: self.text(each) for name, each in self.named(node, "phrases")}

    def override(self, node: Marked | None) -> Override:
        if node is None:
            return Override()
        said = self.mapping(node, "override", ("blocks", "phrases", "macros"))
        blocks = {
            name: (each.line, self.fields_of(name, each)) for name, each in self.named(said.get("blocks"), "blocks")
        }
        macros = {name: self.macro(name, each) for name, each in self.named(said.get("macros"), "macros")}
        return Override(blocks, self.phrases(said.get("phrases")), macros)

    def profile(self, node: Marked) -> Profile:
        said = self.mapping(node, _("a profile"), ("for", "override"))
        of = self.mapping(said["for"], "for", ("language", "family", "environment")) if "for" in said else {}
        if not of:
            self.fault(node, _("a profile says what it is for: language, family or environment"))
        environment = self.words(of, "environment", "")
        if environment and environment not in ENVIRONMENTS:
            self.fault(of["environment"], _("environment is one of %(choices)s", choices=", ".join(ENVIRONMENTS)))
        return Profile(
            language=self.words(of, "language", ""),
            family=self.words(of, "family", ""),
            environment=environment,
            override=self.override(said.get("override")),
            line=node.line,
        )

    # --- plain values ---

    def mapping(self, node: Marked, what: str, keys: Iterable[str]) -> dict[str, Marked]:
        if not isinstance(node.value, dict):
            self.fault(node, _("%(what)s has to be a mapping", what=what))
            return {}
        for key in node.value.keys() - set(keys):
            self.fault(node.value[key], _("%(what)s has no %(key)s", what=what, key=key))
        return cast(dict[str, Marked], node.value)

    def named(self, node: Marked | None, what: str) -> list[tuple[str, Marked]]:
        """What has names of its own choice."""
        if node is None:
            return []
        if not isinstance(node.value, dict):
            self.fault(node, _("%(what)s has to be a mapping", what=what))
            return []
        for name, each in node.value.items():
            if not NAME.fullmatch(name):
                self.fault(
                    each, _("%(name)s: a name is made of small letters, figures and _, a letter first", name=name)
                )
        return list(node.value.items())

    def items(self, node: Marked | None, what: str) -> list[Marked]:
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.fault(node, _("%(what)s has to be a list", what=what))
            return []
        return node.value

    def names(self, node: Marked | None, what: str) -> tuple[str, ...]:
        found = self.items(node, what)
        for each in found:
            if not isinstance(each.value, str):
                self.fault(each, _("%(what)s has to be words", what=what))
        return tuple(each.value for each in found if isinstance(each.value, str))

    def words(self, said: Mapping[str, Marked], key: str, otherwise: str) -> str:
        node = said.get(key)
        if node is None:
            return otherwise
        if not isinstance(node.value, str):
            self.fault(node, _("%(key)s has to be text", key=key))
            return otherwise
        return node.value.strip()

    def text(self, node: Marked) -> Text:
        if not isinstance(node.value, str):
            self.fault(node, _("has to be text"))
            return Text("", node.line)
        return Text(node.value, node.first)

    def one_of(self, node: Marked | None, choices: Iterable[str], what: str, otherwise: str) -> str:
        choices = tuple(choices)
        if node is None:
            return otherwise
        if node.value not in choices:
            self.fault(node, _("%(what)s is one of %(choices)s", what=what, choices=", ".join(choices)))
            return otherwise
        return str(node.value)

    def flag(self, node: Marked | None, *, default: bool) -> bool:
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.fault(node, _("has to be true or false"))
            return default
        return node.value

    def whole(self, node: Marked, low: int, high: int, what: str) -> int:
        if isinstance(node.value, bool) or not isinstance(node.value, int) or not low <= node.value <= high:
            self.fault(node, _("%(what)s is a whole number from %(low)s to %(high)s", what=what, low=low, high=high))
            return low
        return node.value

    def number(self, node: Marked) -> float:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            self.fault(node, _("has to be a number"))
            return 0
        if not 0 <= node.value < inf:
            self.fault(node, _("is a number from zero on"))
            return 0
        return node.value

    def share(self, node: Marked) -> float:
        value = self.number(node)
        if not 0 < value <= 1:
            self.fault(node, _("a share is over 0, and 1 at most"))
            return 1
        return value
