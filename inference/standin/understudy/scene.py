"""What the prompt says about the scene: who speaks, to whom, where, in which voice, and what was said so far.

Section heads are lines like `[Character: Mira]`; a prompt without them is read as one description. Nothing here
fails on an odd prompt: what cannot be found is empty.
"""

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from inference.standin.prompt import Prompt

HEAD = re.compile(
    r"^[ \t]*\[(Character|Traits|Scenario|Lore|Note|Knowledge|Examples|Player|Direction|Memories|Before|Voice|Bond)"
    r"(?:[ \t]*[:：][ \t]*([^\]\n]*))?\][ \t]*$",
    re.M,
)
# The product's instruction to write the player's next line begins with this mark.
DRAFT = re.compile(r"\[Draft [^\]\n]*next line\]", re.I)
HINT = re.compile(r"(?:not spoken in the scene|剧中人听不见)[:：]\s*(.+)")
SCALE = re.compile(r"([A-Za-z\u4e00-\u9fff]+)(?: to |到)([A-Za-z\u4e00-\u9fff]+)[:：] ?(\d{1,3})")
NAMED = re.compile(
    r"(?:you are|you play|act as|roleplay as|your name is|你是|你叫|你扮演|扮演)[ ]?([^\s,.;:，。；：、]{1,40})", re.I
)
ENDS = {  # low end of each scale, in both languages
    "reserved": "manner", "sparing": "talk", "tactful": "honesty", "quick": "patience", "earnest": "humour",
    "wary": "trust", "hidden": "feeling", "settled": "curiosity",
    "内敛": "manner", "寡言": "talk", "婉转": "honesty", "急": "patience", "正经": "humour",
}  # fmt: skip
NOBODY = {"", "you", "user", "你", "用户", "玩家", "?"}
# What the product says for a player who has not spoken yet.
OPENING = re.compile(r"\([^()\n]{1,60}\)|（[^（）\n]{1,30}）")
CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
LATIN = re.compile(r"[A-Za-z]+")
# Short words that fit before almost anything, in the mouth of whoever is known to use them.
INTERJECTION = re.compile(
    r"(?:ah|aha|oh|well|hm+|mm+|indeed|come|now|good|so|quite|elementary|aye|listen|look|interesting|curious|of course|"
    r"i see|very well|forgive me|let me see|just so)(?: (?:now|then|well|friend|my friend|my dear))?[.!,…]*"
    r"|(?:嗯|哦|唉|啊|哈|咦|好|来|你看|听着|也罢|好吧|有意思|原来如此|不错|是啊|这样啊|妙极了)(?:，?朋友)?[。！，…]*",
    re.I,
)
ACTION = re.compile(r"(?<![*\w])\*(?!\*)([^*\n]{2,200})(?<!\*)\*(?!\*)")
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.S)
# What happened between the two before: no direction for whoever meets for the first time.
EARLIER = re.compile(
    r"\b(ago|yesterday|last (?:night|week|time)|earlier|once|since you|again|before|weeks|your name)\b"
    r"|以前|上次|上回|昨天|刚才|提过|说过|来过|一回|又|名字|礼拜"
)
SPEECH = re.compile(r"[“\"「]([^”\"」\n]{1,300})[”\"」]")


@dataclass(frozen=True, slots=True)
class Said:
    by_player: bool
    text: str


@dataclass(frozen=True, slots=True)
class Style:
    """How the examples write: are there stage directions, and what stands around speech."""

    actions: bool
    quotes: tuple[str, str]
    # False when there was nothing to go by.
    known: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    about: str
    scenario: str
    examples: str
    player: str
    history: tuple[Said, ...]
    language: str
    style: Style
    # Stage directions and short interjections of the card's own, in the language of the reply.
    own_actions: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    traits: dict[str, int] = field(default_factory=dict)
    system: str = ""
    task: str = ""
    draft: bool = False
    hint: str = ""
    begun: str = ""
    has_card: bool = False

    @property
    def last(self) -> str:
        return next((said.text for said in reversed(self.history) if said.by_player), "")

    @property
    def spoken(self) -> str:
        """Everything the character has said, to find out what would be a repetition."""
        return "\n".join(said.text for said in self.history if not said.by_player)

    def trait(self, key: str) -> int:
        return self.traits.get(key, 50)


def read_scene(prompt: Prompt) -> Scene:
    system = "\n\n".join(line.content for line in prompt.lines if line.role in ("system", "developer"))
    parts = sections(system)
    history = [
        Said(line.role == "user", line.content)
        for line in prompt.lines
        if line.role in ("user", "assistant") and not OPENING.fullmatch(line.content.strip())
    ]
    begun = ""
    if history and not history[-1].by_player:
        begun = history.pop().text
    last = next((said.text for said in reversed(history) if said.by_player), "")
    examples = parts.get("examples", "")
    name = parts.get("character.name") or named_in(system) or ""
    voice = f"{examples}\n" + "\n".join(said.text for said in history if not said.by_player)
    language = language_of(begun) or language_of(_spoken_part(last)) or language_of(system) or "en"
    hint = HINT.search(system)
    player = parts.get("player.name", "")
    return Scene(
        name=name,
        about=parts.get("character", "") or (system if "character.name" not in parts else ""),
        scenario=parts.get("scenario", ""),
        examples=examples,
        player="" if player.strip().casefold() in NOBODY else player.strip(),
        history=tuple(history),
        language=language,
        style=style_of(voice, language),
        own_actions=tuple(_actions(examples, name, language)),
        own_words=tuple(_interjections(examples, name, language)),
        traits=traits_of(parts.get("traits", "")),
        system=system,
        draft=bool(DRAFT.search(system)),
        hint=hint[1].strip() if hint else "",
        begun=begun,
        has_card=bool(name),
    )


def sections(system: str) -> dict[str, str]:
    """Text by lower-case head; `character.name` and `player.name` hold what stands in the head itself."""
    heads = list(HEAD.finditer(system))
    found: dict[str, str] = {}
    for head, following in zip_longest(heads, heads[1:]):
        key = head[1].lower()
        if key in found:
            continue
        found[key] = system[head.end() : following.start() if following else len(system)].strip()
        if head[2]:
            found[f"{key}.name"] = head[2].strip()
    return found


def named_in(system: str) -> str:
    match = NAMED.search(system)
    name = match[1].strip() if match else ""
    return "" if name.casefold() in ("a", "an", "the", "helpful", "一个", "一位", "一名") else name[:40]


def traits_of(text: str) -> dict[str, int]:
    return {
        ENDS[low.casefold()]: min(100, int(value)) for low, _, value in SCALE.findall(text) if low.casefold() in ENDS
    }


def language_of(text: str) -> str:
    """ "zh", "en", or "" when there is nothing to go by. One Chinese character weighs as much as a word."""
    chinese, latin = len(CJK.findall(text)), len(LATIN.findall(text))
    if not chinese and not latin:
        return ""
    return "zh" if chinese >= latin else "en"


def _spoken_part(text: str) -> str:
    """Names and quotations apart, the last paragraph says which language the player speaks now."""
    prose = CODE.sub(" ", text).strip() or text.strip()
    part = prose.rpartition("\n\n")[2]
    chinese = CJK.findall(part)
    # “我的 Python 循环报 IndexError：for i in range(3)” is Chinese with code in it.
    first = re.search(r"[^\W\d_]", part)
    if len(chinese) >= 3 and first and CJK.match(first[0]):
        return "".join(chinese)
    return part


def style_of(voice: str, language: str) -> Style:
    pairs = {"“": "”", "「": "」", '"': '"'}
    voice = CODE.sub(" ", voice)
    counts = {mark: voice.count(mark) for mark in pairs}
    if counts["“"]:
        # Straight marks beside curly ones belong to something quoted, an error message or a line of code.
        counts['"'] = 0
    best = max(counts, key=lambda mark: counts[mark])
    actions = bool(ACTION.search(voice))
    if not voice.strip():
        return Style(actions=True, quotes=("“", "”"), known=False)
    if not counts[best]:
        return Style(actions, ("", ""))
    if best == "「" and language == "en":
        best = "“"
    return Style(actions, (best, pairs[best]))


def _lines_of(examples: str, name: str) -> list[str]:
    """The character's own lines of the example dialogue, `Name: …` taken off."""
    label = re.compile(rf"^\s*(?:{re.escape(name)}|\{{\{{char\}}\}})\s*[:：]\s*", re.I) if name else None
    other = re.compile(r"^\s*[^\s:：*“\"「][^:：*“\"「\n]{0,30}[:：]")
    lines, mine = [], True
    for line in examples.splitlines():
        if label and label.match(line):
            mine, line = True, label.sub("", line)
        elif other.match(line):
            mine = False
        if mine and line.strip():
            lines.append(line.strip())
    return lines


def _own(pattern: re.Pattern[str], examples: str, name: str, language: str) -> list[str]:
    found = [text.strip() for line in _lines_of(examples, name) for text in pattern.findall(line)]
    return [text for text in dict.fromkeys(found) if language_of(text) == language and len(text) < 120]


def _actions(examples: str, name: str, language: str) -> list[str]:
    """Stage directions that stand alone: somebody does something, nothing hangs over from before."""
    found = [text for text in _own(ACTION, examples, name, language) if not EARLIER.search(text)]
    if language == "zh":
        doer = re.compile(rf"[他她它]|{re.escape(name)}" if name else "[他她它]")
        hanging = re.compile(r"[：:“”]|然后|接着")
        return [text for text in found if len(text) >= 4 and doer.match(text) and not hanging.search(text)]
    subject = re.compile(rf"(?:she|he|they|the|{re.escape(name.split()[-1] if name else 'she')})\b|[a-z]+s\b")
    return [text for text in found if subject.match(text[:1].lower() + text[1:]) and ":" not in text and " " in text]


def _interjections(examples: str, name: str, language: str) -> list[str]:
    """Sentences of a few words that carry a voice: “Well now.” “有意思。”"""
    short = []
    for speech in _own(SPEECH, examples, name, language):
        for sentence in re.findall(r"[^.!?。！？…]+[.!?。！？…]+", speech):
            if INTERJECTION.fullmatch(sentence.strip()):
                short.append(sentence.strip())
    return list(dict.fromkeys(short))
