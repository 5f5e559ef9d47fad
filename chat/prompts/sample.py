"""A made-up talk in either language, for trying a template on: nobody's words."""

from typing import Any, Literal, get_args
from uuid import UUID

from characters.anchor import Core
from chat.prompts.context import (
    Company,
    DepthPrompt,
    Kind,
    Language,
    Note,
    Passage,
    Persona,
    PromptContext,
    Recalled,
    Said,
    Sheet,
    Story,
    ToldAt,
)
from stories.telling import Brief

Cast = dict[str, Any]
CARD: dict[Language, Cast] = {
    "en": {
        "name": "Mira Stone",
        "nickname": "Mira",
        "description": "{{char}} keeps the Lantern, the inn by the ford. She smuggled until her brother drowned.",
        "personality": "calm, dry, watchful",
        "scenario": "A wet night; the ferry does not run. {{user}} is the last guest.",
        "examples": "<START>\n{{user}}: Is there a room?\n{{char}}: *looks at the boots first* “There is a bench.”",
        "post_history_instructions": "Keep it short.",
        "traits": "How Mira behaves in every scene:\n- Mira says a thing once, in two or three short sentences.",
        "depth_prompt": DepthPrompt("{{char}} has not slept.", 4),
        "anchor": (Core("talk", -0.8, "Mira says a thing once, in two or three short sentences."),),
    },
    "zh-hans": {
        "name": "石米拉",
        "nickname": "米拉",
        "description": "{{char}}守着渡口唯一的客栈“灯笼”。从前她走私，直到弟弟淹死。",
        "personality": "沉静、冷面、警觉",
        "scenario": "雨夜，渡船停了。{{user}}是最后一个客人。",
        "examples": "<START>\n{{user}}: 还有房吗？\n{{char}}: *先看靴子*“有条长凳。”",
        "post_history_instructions": "说得短些。",
        "traits": "米拉在任何场合的举止：\n- 米拉一件事只说一遍，两三句短话。",
        "depth_prompt": DepthPrompt("{{char}}一夜没睡。", 4),
        "anchor": (Core("talk", -0.8, "米拉一件事只说一遍，两三句短话。"),),
    },
}
LINES: dict[Language, tuple[str, ...]] = {
    "en": (
        "*wipes the bar without looking up* “We are closed. Sit down.”",
        "I came by the river road. Somebody followed me.",
        "“Nobody follows anybody in this rain. Unless they are paid.” *she bolts the door*",
        "Then tell me who pays in this town.",
    ),
    "zh-hans": (
        "*擦着柜台，头也不抬*“打烊了。坐吧。”",
        "我走河边那条路来的。有人跟着我。",
        "“这么大的雨没人跟人，除非有人给钱。”*她闩上门*",
        "那你告诉我，这镇上谁给钱。",
    ),
}
PLAYER: dict[Language, Persona] = {
    "en": Persona("Alex", "A courier with a sealed letter."),
    "zh-hans": Persona("阿远", "带着一封火漆信的信差。"),
}
BEGUN: dict[Language, str] = {"en": "“You ask the wrong", "zh-hans": "“这话你问"}
HINT: dict[Language, str] = {"en": "more wary", "zh-hans": "再多些提防"}
NOTE: dict[Language, Note] = {"en": Note("The bridge is down.", 2), "zh-hans": Note("桥断了。", 2)}
KNOWN: dict[Language, Passage] = {
    "en": Passage(UUID(int=1), UUID(int=2), "The Lantern", "The cellar floods when the river is high.", 0.6),
    "zh-hans": Passage(UUID(int=1), UUID(int=2), "灯笼客栈", "河水一高，地窖就进水。", 0.6),
}
OTHERS: dict[Language, Company] = {
    "en": Company((("Tao", "ferryman, owes Mira money"),), (Persona("Alex", "A courier."),), ("Alex", "Tao")),
    "zh-hans": Company((("老陶", "船夫，欠米拉的钱"),), (Persona("阿远", "信差。"),), ("阿远", "老陶")),
}
KINDS: tuple[Kind, ...] = get_args(Kind)
LANGUAGES: tuple[Language, ...] = get_args(Language)


STORY: dict[Language, Story] = {
    "en": Story(
        Brief(
            story="The Last Ferry\nA letter has to be across the river by morning.",
            player="You are a courier.",
            stakes="- The letter / It is opened",
            scene="The Lantern\nThe taproom\nRain. The ferry does not run.",
            goals="- Find somebody who rows",
            cast="Mira, keeper\nwants: to be paid\nmood: calm; standing with the player, of 100: 40",
            holds="the player holds: a sealed letter",
            hints="Keep it short and wet.",
            proposals=(("trusts", "Mira trusts the player more"),),
        ),
        (ToldAt(UUID(int=102), "[The weather: 7 + 2 / 12 ✗]"),),
    ),
    "zh-hans": Story(
        Brief(
            story="末班渡船\n一封信，天亮前要过河。",
            player="你是信差。",
            stakes="- 信 / 被人拆开",
            scene="灯笼客栈\n店堂\n下着雨。渡船停了。",
            goals="- 找一个肯划船的人",
            cast="米拉，老板娘\n想要: 收到钱\n神情: calm; 与玩家的情分（满分一百）: 40",
            holds="玩家手里有: 一封火漆信",
            hints="写得短，写得湿。",
            proposals=(("trusts", "米拉更信玩家了"),),
        ),
        (ToldAt(UUID(int=102), "[天气: 7 + 2 / 12 ✗]"),),
    ),
}


def sample(language: Language, kind: Kind, *, in_room: bool = False, in_story: bool = False) -> PromptContext:
    card, player = CARD[language], PLAYER[language]
    roles: tuple[Literal["character", "player"], ...] = ("character", "player")
    said = tuple(
        Said(UUID(int=100 + at), roles[at % 2], (card["name"], player.name)[at % 2], text)
        for at, text in enumerate(LINES[language])
    )
    return PromptContext(
        sheet=Sheet(version_id=UUID(int=3), language=language, **card),
        persona=player,
        branch=said,
        kind=kind,
        hint=HINT[language] if kind in ("regenerate", "impersonate") else "",
        director=player.name,
        begun=BEGUN[language] if kind == "continue" else "",
        note=NOTE[language],
        talk="a sample",
        recalled=Recalled((KNOWN[language],), "done", 1),
        company=OTHERS[language] if in_room or in_story else None,
        story=STORY[language] if in_story else None,
    )
