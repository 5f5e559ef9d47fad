"""Which pictures of a card are moods of ours: programs name them by feelings, each in words of its own."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from characters.cards import embedded
from characters.cards.embedded import Embedded
from characters.cards.portrait import MAX_DECODED, claimed_size, is_bearable
from characters.cards.reading import Card
from characters.cards.repair import mapping
from characters.cards.spec import Document

MAX_DECODED_MOODS = 2 * MAX_DECODED  # pixels, of all moods of a card together
# Those of SillyTavern's classifier, and what authors write; where several mean one mood, the first of them is shown.
_WORDS = {
    "joy": "joy joyful happy happiness smile smiling excitement excited optimism pride proud gratitude admiration "
    "高兴 开心 快乐 喜悦 欢喜 微笑",
    "sorrow": "sorrow sadness sad grief crying cry disappointment disappointed remorse 悲伤 难过 伤心 哭泣 哭",
    "anger": "anger angry annoyance annoyed rage mad disapproval disgust 愤怒 生气 恼怒 发怒",
    "fear": "fear afraid scared nervousness nervous worried 恐惧 害怕 惊恐 紧张",
    "surprise": "surprise surprised shock shocked realization 惊讶 吃惊 震惊 惊喜",
    "tender": "tender tenderness love loving affection caring blush blushing embarrassment embarrassed shy desire "
    "温柔 爱 害羞 脸红",
    "thoughtful": "thoughtful thinking curiosity curious confusion confused pensive 沉思 思考 疑惑 好奇",
    "amused": "amused amusement laugh laughing grin smug teasing playful 莞尔 好笑 大笑 得意 调皮",
    "weary": "weary tired exhausted sleepy bored 疲倦 疲惫 困倦 累",
}
_RANKED = {word: (mood, rank) for mood, words in _WORDS.items() for rank, word in enumerate(words.split())}

Named = TypeVar("Named")


def best_of(named: Iterable[tuple[str, Named]]) -> dict[str, Named]:
    """Our mood -> what has the name that fits it best, the first of several."""
    found: dict[str, tuple[int, Named]] = {}
    for name, each in named:
        mood, rank = _RANKED.get(name.strip().casefold(), ("", 0))
        if mood and (mood not in found or rank < found[mood][0]):
            found[mood] = (rank, each)
    return {mood: each for mood, (_rank, each) in found.items()}


def mood_pictures(card: Card) -> dict[str, Embedded]:
    """Our mood -> the picture that is it, as many as can be decoded in a moment.

    A card without a portrait has none: moods stand beside one.
    """
    if card.picture is None:
        return {}
    found: dict[str, Embedded] = {}
    room = MAX_DECODED_MOODS
    for mood, asset in best_of((asset.name, asset) for asset in emotions_of(card.sheet)).items():
        data = bytes_of(card, asset)
        width, height = claimed_size(data)
        if embedded.is_picture(data) and is_bearable(data) and width * height <= room:
            found[mood], room = asset, room - width * height
    return found


def bytes_of(card: Card, asset: Embedded) -> bytes:
    """What lies there; empty where nothing does."""
    return embedded.bytes_of(asset, archive=card.archive, attachments=card.attachments) or b""


def emotions_of(sheet: Document) -> Iterator[Embedded]:
    """As V3 lists them, and where RisuAI kept them before: pairs of name and address."""
    yield from (asset for asset in embedded.assets_of(sheet) if asset.type == "emotion")
    older = mapping(mapping(sheet.get("extensions")).get("risuai")).get("emotions")
    for pair in older if isinstance(older, list) else ():
        if isinstance(pair, list) and len(pair) >= 2 and all(isinstance(each, str) for each in pair[:2]):
            where, path = embedded.address(pair[1])
            yield Embedded("emotion", pair[0], "", pair[1], where, path)
