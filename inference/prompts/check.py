"""Whether a template makes sense: all that could go wrong in front of a user goes wrong here, with its line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inference.prompts.assemble import Assembled, Occasion, assembled
from inference.prompts.problems import Problem, Unfit
from inference.prompts.problems import reason as _
from inference.prompts.source import SHARE, Block, Condition, Input, Macro, Override, Part, Source, Text
from inference.prompts.words import LoneBrace, pieces_of, placed

# Heads in brackets and placeholders are the same in every language.
_NO_WORDS = re.compile(r"\[[^\]\n]*\]|\{[a-z0-9_]+\}")


def check(sources: Mapping[str, Source], name: str, shipped: Assembled | None = None) -> list[Problem]:
    """Everything that is wrong with this one, by line. `shipped` is what the product's code hands in and counts on."""
    source = sources[name]
    try:
        wholes = {occasion: assembled(sources, name, occasion) for occasion in occasions(sources, name)}
    except Unfit as unfit:
        return list(unfit.problems)
    found = set(_Checking(source, next(iter(wholes.values()))).problems())
    for occasion, whole in wholes.items():
        found.update(_whole(whole, source))
        found.update(_untranslated(wholes, occasion, source))
    if shipped is not None:
        for whole in wholes.values():
            found.update(_unlike(whole, shipped, source))
    return sorted(found)


def checked(sources: Mapping[str, Source], name: str, shipped: Assembled | None = None) -> None:
    """Raises Unfit where there is anything."""
    if problems := check(sources, name, shipped):
        raise Unfit(problems)


def occasions(sources: Mapping[str, Source], name: str) -> list[Occasion]:
    """One of every kind that its profiles, and those of what it includes, tell apart."""
    profiles = [profile for each in _reached(sources, name) for profile in sources[each].profiles]
    families = sorted({"", *(profile.family for profile in profiles)})
    environments = sorted({"", *(profile.environment for profile in profiles)})
    return [
        Occasion(language, family, environment)
        for language in sources[name].languages
        for family in families
        for environment in environments
    ]


def _reached(sources: Mapping[str, Source], name: str) -> set[str]:
    found, todo = set(), [name]
    while todo:
        each = todo.pop()
        if each in sources and each not in found:
            found.add(each)
            todo += [included for included, _line in sources[each].include]
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """Some words of a file: in which block, and which names they may hold beside the inputs."""

    block: str
    text: Text
    params: tuple[str, ...] = ()


class _Checking:
    """One file's own words against what is known where it is put together."""

    def __init__(self, source: Source, whole: Assembled) -> None:
        self.source = source
        self.inputs: Mapping[str, Input] = whole.inputs
        self.macros: Mapping[str, Macro] = whole.macros

    def problems(self) -> Iterator[Problem]:
        for said in self._said():
            yield from self._words(said)
        for block, condition in self._conditions():
            if reason := self._condition(condition):
                yield self._problem(condition.line, block, reason)
        for block, part in self._parts():
            if reason := self._macro(part):
                yield self._problem(part.text.line, block, reason)

    def _problem(self, line: int, block: str, reason: str) -> Problem:
        return Problem(self.source.where, line, block, reason)

    def _words(self, said: _Said) -> Iterator[Problem]:
        try:
            pieces_of(said.text.words)
        except LoneBrace as brace:
            yield self._problem(said.text.line + brace.line, said.block, _("a brace that belongs to no {placeholder}"))
        for name, line in placed(said.text.words):
            if name in said.params:
                continue
            at = said.text.line + line
            if name not in self.inputs:
                yield self._problem(at, said.block, _("{%(name)s} is not among the inputs", name=name))
            elif self.inputs[name].type == "flag":
                yield self._problem(at, said.block, _("{%(name)s} is a flag: it decides, it cannot be said", name=name))

    def _condition(self, condition: Condition) -> str:
        asked = self.inputs.get(condition.input)
        if asked is None:
            return _("%(name)s is not among the inputs", name=condition.input)
        if isinstance(condition.wants, bool):
            return _("%(name)s is a choice: say which", name=condition.input) if asked.type == "choice" else ""
        if asked.type != "choice":
            return _("%(name)s is a %(type)s: true or false", name=condition.input, type=asked.type)
        odd = [each for each in condition.wants if each not in asked.of]
        return _("%(name)s is never %(values)s", name=condition.input, values=", ".join(odd)) if odd else ""

    def _macro(self, part: Part) -> str:
        if not part.macro:
            return _("with goes with a macro") if part.given else ""
        macro = self.macros.get(part.macro)
        if macro is None:
            return _("there is no macro %(macro)s", macro=part.macro)
        if missing := sorted(set(macro.params) ^ set(part.given)):
            return _(
                "macro %(macro)s takes these: %(params)s; see %(missing)s",
                macro=part.macro,
                params=", ".join(macro.params) or "–",
                missing=", ".join(missing),
            )
        return ""

    def _said(self) -> Iterator[_Said]:
        for block, part in self._parts():
            yield _Said(block, part.text)
            yield from (_Said(block, text) for text in part.given.values())
        for name, block_ in self.source.blocks.items():
            if block_.head:
                yield _Said(name, block_.head)
        for override in _overrides(self.source):
            for name, (_line, fields) in override.blocks.items():
                if fields.get("head"):
                    yield _Said(name, fields["head"])
        for phrases, macros in self._beside():
            yield from (_Said("", text) for text in phrases.values())
            yield from (_Said("", macro.text, macro.params) for macro in macros.values())

    def _beside(self) -> Iterator[tuple[Mapping[str, Text], Mapping[str, Macro]]]:
        yield self.source.phrases, self.source.macros
        yield from ((override.phrases, override.macros) for override in _overrides(self.source))

    def _parts(self) -> Iterator[tuple[str, Part]]:
        for name, block in self.source.blocks.items():
            yield from ((name, part) for part in block.parts)
        for override in _overrides(self.source):
            for name, (_line, fields) in override.blocks.items():
                yield from ((name, part) for part in fields.get("parts", ()))

    def _conditions(self) -> Iterator[tuple[str, Condition]]:
        for name, part in self._parts():
            yield from ((name, each) for each in part.when)
        for name, block in self.source.blocks.items():
            yield from ((name, each) for each in block.when)
        for override in _overrides(self.source):
            for name, (_line, fields) in override.blocks.items():
                yield from ((name, each) for each in fields.get("when", ()))


def _overrides(source: Source) -> list[Override]:
    return [source.override, *(profile.override for profile in source.profiles)]


# --- the whole ---


def _whole(whole: Assembled, source: Source) -> Iterator[Problem]:
    shares = whole.prefix_share
    for name, block in whole.blocks.items():
        where, line = whole.origins[name]
        if block.placement == "prefix":
            yield from (
                Problem(where, line, name, _("stands in the prefix, and %(each)s changes from turn to turn", each=each))
                for each in sorted(_used(block, whole))
                if each in whole.inputs and not whole.inputs[each].stable
            )
            if block.role != "system":
                yield Problem(where, line, name, _("what stands in the prefix is said by the system"))
        if block.placement in ("tail", "depth") and block.priority < 100:
            yield Problem(where, line, name, _("only what stands in the prefix can give way: it has no priority"))
        if block.role == "assistant" and (block.placement == "tail" or block.depth == 0):
            yield Problem(where, line, name, _("the last words, if the character's, would be taken for a reply begun"))
        if block.placement == "history" and not block.slot:
            yield Problem(where, line, name, _("the history is filled by the product: slot: true"))
        if isinstance(block.depth, str):
            asked = whole.inputs.get(block.depth)
            if asked is None or asked.type != "number":
                yield Problem(where, line, name, _("depth: %(depth)s is no number among the inputs", depth=block.depth))
        shares += _share(block)
    if shares > 1 + 1e-9:
        yield Problem(
            source.where,
            1,
            "",
            _("the budgets are %(sum)s of the room together: more than there is", sum=f"{shares:.3f}"),
        )


def _share(block: Block) -> float:
    if block.share is not None:
        return block.share if block.placement != "prefix" else 0
    return SHARE if block.placement in ("tail", "depth") and not block.slot and block.tokens is None else 0


def _used(block: Block, whole: Assembled) -> set[str]:
    texts = [block.head] if block.head else []
    for part in block.parts:
        texts += [part.text, *part.given.values()]
        if macro := whole.macros.get(part.macro):
            texts.append(macro.text)
    names = {name for text in texts for name, _line in placed(text.words)}
    conditions = [*block.when, *(each for part in block.parts for each in part.when)]
    return names | {each.input for each in conditions}


def _untranslated(wholes: Mapping[Occasion, Assembled], occasion: Occasion, source: Source) -> Iterator[Problem]:
    """What reads the same in another language as in the template's own."""
    own = wholes[occasion._replace(language=source.languages[0])]
    if occasion.language == source.languages[0]:
        return
    there = wholes[occasion]
    for name, block in there.blocks.items():
        said = _texts(block, there.macros)
        if said == _texts(own.blocks[name], own.macros) and _has_words(said):
            where, line = there.origins[name]
            yield Problem(
                where,
                line,
                name,
                _("says the same in %(language)s: give it a profile's words", language=occasion.language),
            )
    for name, text in there.phrases.items():
        if text.words == own.phrases[name].words and _has_words([text.words]):
            yield Problem(
                source.where,
                text.line,
                "",
                _("phrase %(name)s says the same in %(language)s", name=name, language=occasion.language),
            )


def _texts(block: Block, macros: Mapping[str, Macro]) -> list[str]:
    """What a block says, its macros carried out."""
    said = []
    for part in block.parts:
        words = macros[part.macro].text.words if part.macro in macros else part.text.words
        for name, given in part.given.items():
            words = words.replace(f"{{{name}}}", given.words)
        said.append(words)
    return said


def _has_words(texts: Iterable[str]) -> bool:
    return any(letter.isalpha() for text in texts for letter in _NO_WORDS.sub("", text))


def _unlike(whole: Assembled, shipped: Assembled, source: Source) -> Iterator[Problem]:
    """What the code does not know, and what it would miss."""
    for name, asked in whole.inputs.items():
        known = shipped.inputs.get(name)
        at = asked.line if name in source.inputs else 1
        if known is None:
            yield Problem(source.where, at, "", _("the product hands in no %(name)s", name=name))
        elif (known.type, known.of) != (asked.type, asked.of):
            kind = f"{known.type} ({', '.join(known.of)})" if known.of else known.type
            yield Problem(source.where, at, "", _("%(name)s is a %(type)s", name=name, type=kind))
        elif asked.stable and not known.stable:
            yield Problem(source.where, at, "", _("%(name)s changes from turn to turn: it is not stable", name=name))
    for name in shipped.inputs.keys() - whole.inputs.keys():
        yield Problem(source.where, 1, "", _("the input %(name)s is missing", name=name))
    for name, block in shipped.blocks.items():
        now = whole.blocks.get(name)
        if (block.fixed or block.slot) and now is None:
            yield Problem(source.where, 1, name, _("the product counts on this block"))
        elif now and block.fixed and (now.placement, now.priority) != (block.placement, block.priority):
            yield Problem(
                *whole.origins[name], name, _("the product counts on this block, in its place and at all times")
            )
        elif now and block.slot and (not now.slot or now.placement != block.placement):
            yield Problem(*whole.origins[name], name, _("the product fills this block, and in its place"))
    for name, block in whole.blocks.items():
        if block.slot and not (name in shipped.blocks and shipped.blocks[name].slot):
            yield Problem(*whole.origins[name], name, _("the product has nothing to fill this slot with"))
    for what, there, wanted in (
        ("phrase", whole.phrases.keys(), shipped.phrases.keys()),
        ("number", whole.numbers.keys(), shipped.numbers.keys()),
    ):
        for name in sorted(wanted - there):
            yield Problem(source.where, 1, "", _("the %(what)s %(name)s is missing", what=what, name=name))
    for language in shipped.languages:
        if language not in whole.languages:
            yield Problem(source.where, 1, "", _("it has to have words in %(language)s", language=language))
