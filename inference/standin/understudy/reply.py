"""One reply: stage directions and speech in the card's manner, about what was just said."""

import random
import re
from dataclasses import dataclass, replace

from inference.standin.understudy import lessons, listen_en, listen_zh
from inference.standin.understudy.finish import curled
from inference.standin.understudy.heard import Heard
from inference.standin.understudy.kin import mourned
from inference.standin.understudy.props import pronouns_of, props_of, short_name
from inference.standin.understudy.scene import ACTION, Scene
from inference.standin.understudy.voices import Chooser, Voice, voice_for

# These answer for themselves: no take-up before, often no question after.
SELF_CONTAINED = {
    "hello", "bye", "thanks", "sorry", "who", "identity", "remember", "where", "howareyou", "name", "joke", "story",
    "love", "insult", "silence", "action", "loss",
}  # fmt: skip
NO_CLOSE = {"bye", "joke", "thanks", "sorry", "sad", "remember", "loss", "insult", "love"}
# After these the only question that fits is one about the player.
ASKS_BACK = {"who", "hello", "name", "howareyou", "identity"}
# Taken again rather than answered with something else.
ONLY_ITS_OWN = SELF_CONTAINED | {"sad", "glad", "trust", "drink", "room"}
SOFT = {"sad", "loss"}
NO_OPENING = SELF_CONTAINED | {"drink", "room", "sad", "trust", "agree", "disagree"}
# Kinds that a voice may lack, and what they are then.
LIKE = {
    "why": "question",
    "how": "question",
    "drink": "request",
    "room": "question",
    "opinion": "question",
    "silence": "action",
}
# Kinds whose object is no subject to talk about.
NO_TOPIC = NO_OPENING - {"agree", "disagree", "story", "action", "silence", "remember", "sad", "trust"}
SHORT, LONG = re.compile(r"short|brief|简短|短一点|少说"), re.compile(r"long|more detail|长一点|详细|多说")
INNER = {"“": "‘’", "「": "『』", '"': "''", "": "“”"}
MEMORY_LIMIT = 90


@dataclass(slots=True)
class Setting:
    """Everything a reply is put together from."""

    scene: Scene
    heard: Heard
    voice: Voice
    rng: random.Random
    chooser: Chooser

    def line(self, pool: str, **more: str) -> str:
        """A line not heard yet: of the voice's own, else of anybody's; an old one when there is no other."""
        own = self.voice.pool(pool)
        return (
            self.chooser.fresh(own, **more)
            or self.chooser.fresh(self.voice.shared(pool), **more)
            or self.chooser.take(own, **more)
        )

    def act(self) -> str:
        acts = self.voice.pool("acts")
        # A card's directions belong to the moment they were written for; they serve where nothing else is known.
        own = [] if self.voice.own.get("acts") else self.scene.own_actions
        return self.chooser.take([(act.replace("{", "").replace("}", ""), 3) for act in own] + acts)

    @property
    def beside_the_trade(self) -> bool:
        """A programmer who is asked about a dinner."""
        kinds = ("question", "why", "how", "request", "statement", "opinion")
        heard = self.heard
        return self.voice.has("aside") and heard.kind in kinds and not self.of_code

    @property
    def of_code(self) -> bool:
        """Whether programs are the subject: of this line, or, when it names no other, of the last few."""
        said = [said.text for said in self.scene.history if said.by_player]
        return any(map(lessons.of_code, said[-1:] if self.heard.topic else said[-4:]))

    @property
    def zh(self) -> bool:
        return self.scene.language == "zh"


def hear(scene: Scene, text: str) -> Heard:
    return listen_zh.listen(text) if scene.language == "zh" else listen_en.listen(text)


def setting_for(scene: Scene, seed: str) -> Setting:
    rng = random.Random(seed)  # noqa: S311  variety, no secret
    heard = hear(scene, scene.last)
    if scene.hint and (hinted := hear(scene, scene.hint)).topic:
        heard = replace(heard, topic=hinted.topic)
    if heard.kind in NO_TOPIC:
        heard = replace(heard, topic="")
    kin = mourned(scene.last, scene.language)
    slots = pronouns_of(scene) | {
        "topic": heard.topic,
        "Topic": heard.topic[:1].upper() + heard.topic[1:],
        "quote": heard.quote.rstrip("?？!！.。"),
        "earlier": earlier_topic(scene, heard, rng),
        "memory": memory_of(scene, heard),
        "name": player_name(scene),
        "char": scene.name,
        "short": short_name(scene.name),
        "kin": kin,
        "to": kin if re.search(r"\b(talk|speak|write|say|tell)|说|讲|聊", scene.last) else "",
        "Kin": kin[:1].upper() + kin[1:],
        "prop": rng.choice(props_of(scene)),
    }
    return Setting(scene, heard, voice_for(scene), rng, Chooser(rng, slots, scene.spoken))


def player_name(scene: Scene) -> str:
    name_in = listen_zh.name_in if scene.language == "zh" else listen_en.name_in
    for said in reversed(scene.history):
        if said.by_player and (name := name_in(said.text)):
            return name
    return scene.player


def earlier_topic(scene: Scene, heard: Heard, rng: random.Random) -> str:
    """Something the player spoke of before the last line, if not the same thing."""
    lines = [hear(scene, said.text) for said in scene.history if said.by_player][:-1]
    # Nobody is asked in passing how it ended with the dead.
    topics = [line.topic for line in lines if line.kind not in SOFT and line.kind not in NO_TOPIC]
    now = heard.topic or "\0"
    others = [topic for topic in topics if topic and topic not in now and now not in topic]
    return rng.choice(others[-4:]) if others else ""


def memory_of(scene: Scene, heard: Heard) -> str:
    """The earlier sentence of the player's that shares most with the question; else the one that tells most."""
    lines = [said.text for said in scene.history if said.by_player][:-1]
    sentences = [
        part.strip(' “”"')
        for line in lines
        for part in re.findall(r"[^.!?。！？\n]+[.!。！]?", re.sub(r"\*[^*\n]*\*", "", line))
    ]
    told = [
        part
        for part in sentences
        if 6 <= len(part) <= MEMORY_LIMIT or (scene.language == "zh" and 3 <= len(part) <= 50)
    ]
    if not told:
        return ""

    def shared(part: str) -> tuple[int, int]:
        return len(_terms(part) & _terms(heard.text)), len(part)

    return max(told, key=shared).rstrip(".。!！")


def _terms(text: str) -> set[str]:
    words = {word for word in re.findall(r"[a-z']+", text.lower()) if word not in listen_en.STOP}
    return words | {text[i : i + 2] for i in range(len(text) - 1) if "\u4e00" <= text[i] <= "\u9fff"}


def reply(setting: Setting) -> str:
    text = answered(setting)
    straight = setting.scene.style.quotes[0] == '"'
    return text if setting.zh or straight else curled(text)


def answered(setting: Setting) -> str:
    if lesson := lessons.known(setting.voice.kind, setting.scene.language, setting.heard, setting.chooser.heard):
        close = ""
        # A draft already ends with what it needs to know.
        unfinished = setting.voice.kind != "assistant" or "```" in lesson
        if unfinished and "\n" in lesson and not re.search(r"[?？]", lesson.rpartition("\n\n")[2]):
            close = setting.line("code_close" if "```" in lesson else "close")
        return f"{lesson}\n\n{close}" if close else lesson
    body = body_for(setting)
    style = setting.scene.style
    if setting.voice.plain and ("\n" in body or not style.known or not style.actions):
        return plainly(setting, body)
    return staged(setting, body)


def body_for(setting: Setting) -> str:
    kind, voice = setting.heard.kind, setting.voice
    if kind == "remember":
        if setting.chooser.slots["name"] and re.search(r"name|我叫|我是谁", setting.heard.text):
            return setting.line("remember_name")
        return setting.line("remember") or setting.line("remember_nothing")
    more = {}
    if voice.plain and not setting.heard.topic:
        more = {"topic": "这件事" if setting.zh else "this"}
    if setting.beside_the_trade:
        return setting.line("aside", **more)
    names = [kind] if voice.has(kind) or kind not in LIKE else [LIKE[kind], kind]
    if kind not in ONLY_ITS_OWN:
        # Something of a neighbouring kind is better than the same sentence twice.
        for pool in [*map(voice.pool, [*names, "question", "statement"]), *map(voice.shared, names)]:
            if text := setting.chooser.fresh(pool, **more):
                return text
    for name in [*names, "statement", "question"]:
        if text := setting.line(name, **more):
            return text
    return "……" if setting.zh else "Go on."


def plainly(setting: Setting, body: str) -> str:
    parts = [body]
    if setting.heard.kind not in NO_CLOSE and not body.rstrip().endswith(("?", "？")):
        parts.append(closing(setting))
    glue = "\n\n" if "\n" in body else "" if setting.zh else " "
    return glue.join(part for part in parts if part)


def staged(setting: Setting, body: str) -> str:
    """*act* “speech” *act* “speech”, as long as the character is talkative."""
    scene, rng, kind = setting.scene, setting.rng, setting.heard.kind
    talk, voice_is_plain = scene.trait("talk"), setting.voice.plain
    short, long = bool(SHORT.search(scene.hint)) or talk < 30, bool(LONG.search(scene.hint)) or talk > 70
    first = [opening(setting), body] if kind not in NO_OPENING else [body]
    if voice_is_plain:
        # Who speaks outright has no asides.
        first, short, long = [body], True, False
    if scene.own_words and kind not in SOFT | {"sorry"} and not voice_is_plain and rng.random() < 0.25:
        first.insert(0, rng.choice(scene.own_words))
    second: list[str] = []
    if kind not in NO_OPENING | NO_CLOSE and not short and rng.random() < 0.2:
        second.append(setting.line("recall"))
    if kind not in NO_OPENING | NO_CLOSE and (long or (not short and rng.random() < 0.15)):
        second.append(setting.line("muse"))
    asks = (second or [body])[-1].rstrip().endswith(("?", "？")) or body.rstrip().endswith(("?", "？"))
    if not asks and kind in ASKS_BACK and rng.random() < 0.6:
        second.append(setting.line("ask_back"))
    elif not asks and kind not in NO_CLOSE | SELF_CONTAINED | {"agree", "disagree"}:
        second.append(closing(setting))
    begin = directed(setting, setting.line("soft_acts") if kind in SOFT else setting.act())
    middle = ""
    if any(second) and not short and rng.random() < 0.75:
        middle = directed(setting, setting.line("more_acts"))
    if not middle:
        first, second = first + second, []
    one, two = spoken(setting, first), spoken(setting, second)
    gap = "" if setting.zh else " "
    blocks = [gap.join(part for part in (begin, one) if part), gap.join(part for part in (middle, two) if part)]
    between = "\n\n" if middle and len(one) > (40 if setting.zh else 120) else gap
    return between.join(block for block in blocks if block)


def closing(setting: Setting) -> str:
    """A question back. Who asked something is not asked who did it."""
    if setting.beside_the_trade:
        return ""
    asked = setting.heard.question or setting.heard.kind in ("request", "drink", "room")
    if asked and not setting.voice.plain and setting.voice.kind not in ("philosopher", "envoy"):
        return setting.line("close_request" if setting.heard.kind in ("request", "drink", "room") else "close_ask")
    return setting.line("close")


def opening(setting: Setting) -> str:
    """Takes up what was said: its topic, or a scrap of it."""
    if setting.heard.topic and (setting.heard.question or setting.rng.random() < 0.75):
        return setting.line("takeup")
    return "" if setting.heard.question else setting.line("quoted")


def spoken(setting: Setting, sentences: list[str]) -> str:
    text = ("" if setting.zh else " ").join(sentence for sentence in sentences if sentence)
    if not text:
        return ""
    left, right = setting.scene.style.quotes
    if left:
        inner = INNER[left]
        text = text.replace("“", inner[0]).replace("”", inner[1])
    return f"{left}{text}{right}"


def directed(setting: Setting, act: str) -> str:
    if not act or not setting.scene.style.actions:
        return ""
    own = setting.scene.own_actions
    act = act.rstrip(".。")
    if setting.zh:
        return f"*{act}。*" if act[-1] not in "！？…" else f"*{act}*"
    stopped = not own or sum(one.endswith((".", "。")) for one in own) * 2 >= len(own)
    if own and sum(one[:1].islower() for one in own) * 2 > len(own):
        # The card writes *wipes a glass*, not *She wipes a glass.*
        subject = setting.chooser.slots["She"]
        act = act.removeprefix(f"{subject} ")
        act = act[:1].lower() + act[1:]
    else:
        act = act[:1].upper() + act[1:]
    return f"*{act}{'.' if stopped else ''}*"


def continued(setting: Setting) -> str:
    """What follows `begun`: the open sentence, quotation or stage direction is finished first."""
    begun, scene = setting.scene.begun.rstrip(), setting.scene
    zh, gap = setting.zh, "" if setting.zh else " "
    stop, comma = ("。", "，") if zh else (".", ",")
    in_act = begun.count("*") % 2 == 1
    left, right = next(((a, b) for a, b in (("“", "”"), ("「", "」")) if begun.count(a) > begun.count(b)), ("", ""))
    if not left and begun.count('"') % 2:
        left, right = '"', '"'
    ended = begun.endswith((".", "!", "?", "。", "！", "？", "…"))
    carry = setting.line("carry_act" if in_act else "carry_speech")
    first = "" if ended and not in_act else f"{comma if zh else ''}{gap}{carry}{stop}"
    if not ended and not zh and not begun.endswith(","):
        first = f",{first}"
    if in_act:
        first = ("" if ended else first) + "*"
    elif left:
        first += right
    elif ended and begun.endswith(right or "\0"):
        first = ""
    muse = spoken(setting, [setting.line("muse"), setting.line("close")])
    act = directed(setting, setting.line("more_acts"))
    rest = gap.join(part for part in (act, muse) if part) if not setting.voice.plain else setting.line("close")
    if ACTION.search(begun) is None and not scene.style.actions:
        rest = f"{setting.line('muse')}{gap}{setting.line('close')}"
    return f"{first}\n\n{rest}" if first else f"\n\n{rest}"


def drafted(setting: Setting) -> str:
    """The player's next line, in answer to what the character said last."""
    scene, chooser = setting.scene, setting.chooser
    last = next((said.text for said in reversed(scene.history) if not said.by_player), scene.begun)
    heard = hear(scene, last)
    topic = heard.topic or ("这件事" if setting.zh else "it")
    chooser.slots |= {"topic": topic, "Topic": topic[:1].upper() + topic[1:], "hint": scene.hint}
    chooser.spoken = "\n".join(said.text for said in scene.history if said.by_player)
    text = chooser.take(setting.voice.pool("draft_hint")) if scene.hint else chooser.take(setting.voice.pool("draft"))
    return text
