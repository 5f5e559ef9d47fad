"""What is looked for in English lines."""

import re
from collections.abc import Iterator

from memory.extraction.dates import names_a_day, resolved, written
from memory.extraction.fact import Fact, Heard
from memory.extraction.rule import Rule

_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]+)*[.!?]*")
_APOSTROPHES = str.maketrans("’‘`", "'''")
_CLAUSE = r"(?P<what>[^.!?;\n]{2,160})"
_BREAKS = r"but|because|so|since|though|when|while|if|where|which|who"
_SHORT = rf"(?P<what>[^.,!?;\n]{{1,60}}?)(?=$|[.,!?;\n]|\s+(?:and|with|{_BREAKS})\b)"
_THINGS = rf"(?P<what>[^.!?;\n]{{1,80}}?)(?=$|[.!?;\n]|,?\s+(?:and I|{_BREAKS})\b)"
# Names begin with a capital, whatever else of a sentence may not.
_NAME = r"(?P<name>(?-i:[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*){0,2}))"
_KIN = (
    "mother|mom|mum|father|dad|sister|brother|wife|husband|girlfriend|boyfriend|partner|fiancée?|son|daughter|child|"
    "grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|niece|nephew|twin|best friend|friend|boss|dog|cat|horse|"
    "parrot|rabbit|hamster"
)
_KIN_OF = rf"(?P<who>(?:older |younger |little |big )?(?:{_KIN}))"
_SOME_KIN = (
    rf"(?P<what>(?:an?|one|two|three|four|no) (?:\w+ )?"
    rf"(?:{_KIN}|kids?|children|sisters|brothers|sons|daughters|dogs|cats)"
    r"(?: (?:called|named) (?-i:[A-Z]\w+(?: and [A-Z]\w+)?))?)"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_DATE = (
    rf"(?P<what>(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)"
)
_TRADE = (
    r"(?P<what>(?:[a-z-]+ ){0,2}(?:[a-z]+(?:er|or|ist|ian|eer|ect|wright|smith)|nurse|chef|cook|pilot|judge|student|"
    r"vet|accountant|clerk|guard|surgeon|monk|priest|poet|spy|nun|knight))\b"
)
_NO_TRADE = re.compile(
    r"\b(?:bit|little|lot|fan|believer|beginner|number|stranger|monster|liar|loser|winner|sister|brother|mother|father|"
    r"daughter|never|ever|other|another|rather|better|later|sooner|over|under|after|lover|sleeper|person)$"
)
_NOT_A_SKILL = "to|with|of|for|it|this|that|you|my|your|his|her|their|in|at|on|too|so|as|like|along|up|around"
_SKILL = (
    rf"(?P<what>(?!(?:{_NOT_A_SKILL})\b)[A-Za-z][\w ]{{2,30}}?)"
    rf"(?=$|[.,!?;\n]|\s+(?:and|with|at|in|every|on|for|to|since|now|{_BREAKS})\b)"
)
_VERY = "(?:really |absolutely |just |also |still |so |terribly )*"


def _rule(pattern: str, says: str, kind: str, *, slot: str = "", importance: int) -> Rule:
    return Rule(re.compile(rf"\b{pattern}", re.IGNORECASE), says, kind, slot, importance)


_RULES = (
    _rule(
        rf"(?:my name is|my name's|I am called|I'm called|call me|people call me) {_NAME}",
        "{P}'s name is {name}.", "about_player", slot="name", importance=95,
    ),
    _rule(
        rf"allergic to {_THINGS}", "{P} is allergic to {what}.", "about_player", slot="allergy {what}", importance=95
    ),
    _rule(
        rf"my birthday(?: is|'s)(?: on)? {_DATE}", "{P}'s birthday is {what}.", "about_player", slot="birthday",
        importance=90,
    ),
    _rule(rf"I was born (?P<how>on|in) {_SHORT}", "{P} was born {how} {what}.", "about_player", slot="born {how}",
          importance=80),
    _rule(rf"I (?:live|am living|'m living|now live|currently live) (?P<how>in|at|on|near) {_SHORT}",
          "{P} lives {how} {what}.", "about_player", slot="home", importance=85),
    _rule(rf"I(?:'ve| have)?(?: just| recently)? moved (?:back )?to {_SHORT}", "{P} lives in {what}.", "about_player",
          slot="home", importance=85),
    _rule(rf"I(?:'m| am| come)(?: originally)? from {_SHORT}", "{P} comes from {what}.", "about_player", slot="origin",
          importance=80),
    _rule(rf"I (?:work|am working|'m working)(?: now)? (?P<how>as|at|for|in) {_SHORT}", "{P} works {how} {what}.",
          "about_player", slot="work {how}", importance=80),
    _rule(rf"my (?:job|trade|profession) is {_SHORT}", "{P} works as {what}.", "about_player", slot="work as",
          importance=80),
    _rule(rf"my {_KIN_OF}(?:'s name is|'s called| is called| is named|,? named) {_NAME}",
          "{P}'s {who} is called {name}.", "about_player", slot="called {who}", importance=80),
    _rule(rf"I have {_SOME_KIN}", "{P} has {what}.", "about_player", importance=75),
    _rule(rf"my favou?rite (?P<thing>[a-z ]{{2,30}}?) (?:is|are) {_SHORT}", "{P}'s favourite {thing} is {what}.",
          "preference", slot="favourite {thing}", importance=75),
    _rule(rf"I {_VERY}(?:can't stand|hate|detest|loathe|dislike|don't like|do not like) {_THINGS}",
          "{P} does not like {what}.", "preference", slot="liking {what}", importance=65),
    _rule(r"I(?:'m| am) (?P<what>\d{1,2})(?: years old)?(?=$|[.,!;]| and\b)", "{P} is {what} years old.",
          "about_player", slot="age", importance=75),
    _rule(rf"I(?:'m| am) (?P<how>married|engaged) to {_NAME}", "{P} is {how} to {name}.", "about_player", slot="spouse",
          importance=85),
    _rule(r"I(?:'m| am)(?: happily| recently| still)? (?P<what>married|engaged|single|divorced|widowed)(?! to)\b",
          "{P} is {what}.", "about_player", slot="marriage", importance=75),
    _rule(r"I(?:'m| am)(?: an?| still)? (?P<what>vegetarian|vegan)\b", "{P} is {what}.", "about_player", slot="diet",
          importance=80),
    _rule(rf"I (?:don't|do not|never|can't|cannot) (?P<how>eat|drink|smoke) {_THINGS}", "{P} does not {how} {what}.",
          "preference", slot="{how} {what}", importance=75),
    _rule(r"I(?:'ve| have)(?: got)? "
          r"(?P<what>asthma|diabetes|epilepsy|insomnia|vertigo|a (?:bad|weak) (?:heart|knee|back))\b",
          "{P} has {what}.", "about_player", importance=80),
    _rule(rf"I speak(?: fluent)? {_SKILL}", "{P} speaks {what}.", "about_player", importance=65),
    _rule(rf"I play {_SKILL}", "{P} plays {what}.", "about_player", importance=65),
    _rule(rf"I(?:'m studying| am studying| study) {_SKILL}", "{P} studies {what}.", "about_player", slot="study",
          importance=75),
    _rule(rf"my {_KIN_OF} (?P<how>lives|works) (?P<what>(?:in|at|as|on|near|for) [^.,!?;\n]{{1,50}})",
          "{P}'s {who} {how} {what}.", "about_player", slot="{how} {who}", importance=70),
    _rule(rf"my {_KIN_OF} (?:has )?(?:died|passed away)(?P<what> [^.,!?;\n]{{1,40}})", "{P}'s {who} died {what}.",
          "about_player", slot="death {who}", importance=85),
    _rule(r"I(?:'m| am)?(?: really)? (?:want|hope|plan|intend|planning|hoping|saving up) to "
          r"(?P<what>(?:become|open|write|move|buy|learn|travel|visit|build|finish|study|start) [^.!?;\n]{2,80})",
          "{P} wants to {what}.", "about_player", importance=60),
    _rule(rf"I(?:'m| am) {_VERY}(?:afraid|scared|terrified) of {_THINGS}", "{P} is afraid of {what}.", "about_player",
          slot="fear {what}", importance=75),
    _rule(rf"I {_VERY}(?:love|adore|enjoy|like) (?!(?:you|it|that|this|to know|how|what|when)\b){_THINGS}",
          "{P} likes {what}.", "preference", slot="liking {what}", importance=60),
)  # fmt: skip
_I_AM_A = re.compile(rf"\bI(?:'m| am) (?:an?|the) {_TRADE}", re.IGNORECASE)
_PROMISE = re.compile(rf"\bI (?:promise|swear|vow)(?: to)?(?: you)?(?: that)?,? {_CLAUSE}", re.IGNORECASE)
_I = re.compile(r"\bI\b")
_ASKED = re.compile(
    r"\b(?P<how>remember|keep in mind|don't forget|do not forget|never forget|note)(?: this| that)?\s*[:,]?\s+"
    r"(?!(?:when|how|the (?:time|day)|me|us|to|what|where|who|if)\b)" + _CLAUSE,
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"\b(?:do|did|can|could|will|would|you|i|we|they|he|she|to|don't|never|always)\s*$", re.IGNORECASE
)
_MY = re.compile(r"\bmy\b", re.IGNORECASE)


def sentences(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text.translate(_APOSTROPHES)):
        if sentence := " ".join(found.group().split()):
            yield sentence


def asked(sentence: str, heard: Heard) -> Fact | None:
    """“Remember that …”; not “I remember that …”, nor “do you remember …?”"""
    found = _ASKED.search(sentence)
    if found is None or sentence.endswith("?"):
        return None
    if "forget" not in found["how"].lower() and _NOT_ASKED.search(sentence[: found.start()].rstrip()):
        return None
    what = found["what"].strip()
    for fact in facts(what, heard):
        return Fact(fact.statement, fact.kind, fact.slot, max(85, fact.importance), 95, asked=True)
    return Fact(quoted(what, heard), "event", importance=85, confidence=95, asked=True)


def facts(sentence: str, heard: Heard) -> list[Fact]:
    """Of whoever speaks; what a character says of itself is left to a model, except what it promises."""
    if sentence.endswith("?"):
        return []
    if (promise := _PROMISE.search(sentence)) is not None:
        return [_promised(promise["what"], heard)]
    if heard.role != "player":
        return []
    found = [fact for rule in _RULES if (fact := rule.find(sentence, heard, _tidy)) is not None]
    trade = _I_AM_A.search(sentence)
    if trade is not None and not _NO_TRADE.search(trade["what"]):
        article = "an" if trade["what"][0] in "aeiou" else "a"
        found.append(Fact(f"{heard.speaker} is {article} {trade['what']}.", "about_player", "work as", 80))
    if not found and _I.search(sentence) and names_a_day(sentence, chinese=False):
        found.append(Fact(quoted(sentence, heard), "event", importance=55, confidence=70))
    return found


def quoted(words: str, heard: Heard) -> str:
    """In their own words, with the days written out: who “I” is, is said before them."""
    return f"{heard.speaker} said on {written(heard.day, chinese=False)}: “{resolved(words, heard.day, chinese=False)}”"


def _promised(what: str, heard: Heard) -> Fact:
    kept, day = resolved(what.strip(), heard.day, chinese=False), written(heard.day, chinese=False)
    return Fact(f"On {day} {heard.speaker} promised {heard.other}: “{kept}”", "promise", importance=75)


def _tidy(value: str, heard: Heard) -> str:
    plain = " ".join(value.split()).strip(" '\"-:.,")
    return resolved(_MY.sub(f"{heard.speaker}'s", plain), heard.day, chinese=False)
