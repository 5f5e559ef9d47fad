"""What the model is told of how a talk sounds lately, and of the tone that the player asks for: at the very end."""

from collections.abc import Mapping

from chat.prompts.context import Language
from chat.prompts.script import Script

_PLAYER: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "joy": "{user} has sounded glad of late.",
        "sorrow": "{user} has sounded downcast of late.",
        "anger": "{user} has sounded angry of late.",
        "fear": "{user} has sounded afraid or uneasy of late.",
        "surprise": "{user} has sounded taken by surprise.",
        "tender": "{user} has sounded tender of late.",
        "amused": "{user} has been amused of late.",
        "weary": "{user} has sounded disappointed of late.",
    },
    "zh-hans": {
        "joy": "{user}近来的话里透着高兴。",
        "sorrow": "{user}近来的话里透着低落。",
        "anger": "{user}近来的话里带着火气。",
        "fear": "{user}近来的话里透着害怕或不安。",
        "surprise": "{user}有些意外。",
        "tender": "{user}近来的话里透着温柔。",
        "amused": "{user}近来觉得有趣。",
        "weary": "{user}近来的话里透着失望。",
    },
}
_CHARACTER: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "joy": "{char} is in good spirits.",
        "sorrow": "{char} is sad.",
        "anger": "{char} is angry.",
        "fear": "{char} is afraid or uneasy.",
        "surprise": "{char} has not got over a surprise yet.",
        "tender": "{char} is in a tender mood.",
        "thoughtful": "{char} is full of questions.",
        "amused": "{char} is amused.",
        "weary": "{char} is let down and weary.",
    },
    "zh-hans": {
        "joy": "{char}心情不错。",
        "sorrow": "{char}心里难过。",
        "anger": "{char}心里有火。",
        "fear": "{char}害怕或不安。",
        "surprise": "{char}还没从意外里回过神来。",
        "tender": "{char}此刻心里柔软。",
        "thoughtful": "{char}满心疑问。",
        "amused": "{char}正觉得有趣。",
        "weary": "{char}有些失望，也有些累。",
    },
}
_WISH: Mapping[Language, Mapping[int, str]] = {
    "en": {
        -2: "Dark in tone: grave and heavy, let the weight of things be felt.",
        -1: "Serious in tone: quiet and earnest, little joking.",
        1: "Light in tone: warm and easy, with a smile here and there.",
        2: "Exuberant in tone: lively, playful, full of spirit.",
    },
    "zh-hans": {
        -2: "基调阴沉：凝重、压抑，让事情的分量显出来。",
        -1: "基调严肃：安静、认真，少开玩笑。",
        1: "基调轻松：温暖、自在，不时带点笑意。",
        2: "基调热烈：活泼、俏皮，兴致高昂。",
    },
}


def tone_in(script: Script) -> list[str]:
    """A sentence each. What moved the bond says more of a character's mood than how its lines sound."""
    tone, language = script.context.tone, script.context.sheet.language
    standing = script.context.bond.standing
    told = [_PLAYER[language].get(tone.player, "")]
    if standing is None or not standing.mood:
        told.append(_CHARACTER[language].get(tone.character, ""))
    return [each.format(char=script.char, user=script.user) for each in told if each]


def wish_in(script: Script) -> str:
    """Empty for the player's own next line, and where they ask for nothing."""
    if script.context.kind == "impersonate":
        return ""
    return _WISH[script.context.sheet.language].get(script.context.tone.wish, "")
