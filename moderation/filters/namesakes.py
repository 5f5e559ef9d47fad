"""Names that are also words or places: jade, Florence, 桂花. At the head of a sentence nobody can tell, so they call
somebody only where somebody is spoken to, and act only as people do.
"""

import re

from moderation.filters.names import words

# What is looked at and turned to, and has a capital there too.
PLACES = words("austin florence georgia mercedes sienna skye troy victoria virginia")
# Other towns, plants, stones, birds, colours, songs, and what else begins a sentence with a capital.
NAMESAKES = PLACES | words(
    "amber angelica aria carmen carol celeste charlotte constance daisy daphne felicity frank gloria grant hazel "
    "heather helena holly iris ivy jack jade jasmine jasper jordan lance lily logan lorraine madison marian marina "
    "mark mason max maya merlin miles min noel petra poppy regina rose rowan ruby sakura sidney sofia veronica "
    "victor violet"
)

_ARE = r"(?:['’]re| are| look| seem| sound| saved| promised| came| scared| never)\b"
_ASKED = r"(?:(?:why|what|where|how|when) )?(?:are|did|do|have|were|will|can|could|would|won['’]t|don['’]t)"
_OF_IT = r" (?:say|said|think|mean|suppose|believe|reckon|know|see|call|like)\b"  # "Jade, do you think?"
_SPOKEN_TO = re.compile(
    rf",\s+(?:(?:oh|please|but|and|so|tell me),? )?(?:you{_ARE}|{_ASKED} you\b(?!{_OF_IT}))", re.IGNORECASE
)
# What ivy, a stone or a town does not do.
_AS_PEOPLE_DO = re.compile(
    r"\b(?:smiles|sighs|laughs|looks|shrugs|grins|tilts|glances|frowns|chuckles|blinks|pauses|bites|stares|walks|sits|"
    r"wipes|watches|kneels|raises|reaches|pours|steps|puts|sets|takes|hands)$"
)
_AT_PEOPLE = re.compile(r"^(?:smiles?|grins?|nods?|winks?|waves?)\b")

# Words that stand alone before a comma, or are looked at.
NAMESAKES_ZH = words("桂花 玉兰 红梅 秋月 春花 凌霄 如烟 海涛 紫霞 天宇 圆圆 甜甜 红红 冰冰 美丽")
_SPOKEN_TO_ZH = re.compile(
    r"[，,！!]?\s?(?:[你您](?![看闻尝听说摸猜要爱喜觉认知])|别(?![的处样人])|过来|进来|出来|起来|坐|醒|不许|跟我|等等)"
)
_SPOKEN_TO_BEFORE_ZH = re.compile(
    r"(?:谢谢你?|多谢|对不起|抱歉|别[哭怕急闹走动]了?|晚安|早安|再见|保重|放心吧?|喂|嘿|辛苦了|听我说)[，,！!]?$"
)
_AS_PEOPLE_DO_ZH = re.compile(r"笑|点头|摇头|叹|皱|挑|愣|揉|抬|端|拿|递|转|坐|走")
_OF_PEOPLE_ZH = re.compile(r"的(?:手|肩|脸|眼|胳膊|衣)|说|道")


def may_call(name: str, raw: str, end: int) -> bool:
    """Whether the name, which ends there in the text, may be somebody who is called."""
    if name.lower() not in NAMESAKES and name not in NAMESAKES_ZH:
        return True
    if _SPOKEN_TO_BEFORE_ZH.search(raw[: end - len(name)]):
        return True
    return (_SPOKEN_TO.match(raw, end) or _SPOKEN_TO_ZH.match(raw, end)) is not None


def is_spoken_to(raw: str, end: int) -> bool:
    """Whether what follows is said to somebody, in Chinese."""
    return _SPOKEN_TO_ZH.match(raw, end) is not None


def may_act(told: str, name: str) -> bool:
    """`told` is what is said of the name, to the end of what it does."""
    if name.lower() in NAMESAKES:
        return _AS_PEOPLE_DO.search(told) is not None
    return name not in NAMESAKES_ZH or _AS_PEOPLE_DO_ZH.search(told) is not None


def may_be_met(told: str, name: str, after: str) -> bool:
    """Whether what is looked at may be a person; `told` begins with the deed, `after` follows the name."""
    if name.lower() in PLACES:
        return _AT_PEOPLE.match(told) is not None
    return name not in NAMESAKES_ZH or _OF_PEOPLE_ZH.match(after) is not None
