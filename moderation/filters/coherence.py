"""Whether a reply hangs together: no loops, nothing against what is pinned or just said, nobody by a wrong name."""

import re
from functools import lru_cache

from moderation.filters.address import stranger
from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.claims import conflicts
from moderation.filters.loops import ALIKE, Parts, circles, echoes, repeated, share_in
from moderation.filters.nameless import bound, nameless, names_of
from moderation.filters.quick import Quick
from moderation.filters.sentences import LONGEST, sentences
from moderation.filters.statements import contradicts
from moderation.filters.traits import goes_against
from moderation.filters.whose import about, without_the_speaker


class CoherenceFilter:
    name = "coherence"
    cost = Cost.LARGE
    stages = frozenset({Stage.OUTPUT})

    def look(self, text: Text, context: Context) -> list[Finding]:
        whole = Parts(text.folded.text, chinese=text.chinese)
        found = [
            self._loop(whole),
            self._again(whole, context),
            self._contradiction(text, context),
            self._names(text, context),
        ]
        return [finding for finding in found if finding is not None]

    def _loop(self, whole: Parts) -> Finding | None:
        if why := circles(whole):
            return Finding(self.name, "coherence.loop", 0.9, note=why)
        share = repeated(whole)
        return (
            Finding(self.name, "coherence.loop", min(1.0, 0.3 + share), note="runs of words come back")
            if share > 0.3
            else None
        )

    def _again(self, whole: Parts, context: Context) -> Finding | None:
        if echoes(whole, context.heard.lower()):
            return Finding(self.name, "coherence.loop", 0.7, note="the line that is answered again")
        share = share_in(whole, context.earlier)
        return Finding(self.name, "coherence.loop", share, note="earlier lines again") if share >= ALIKE else None

    def _contradiction(self, text: Text, context: Context) -> Finding | None:
        names = [name for name in (context.speaker, context.player, *context.cast) if name]
        if tells_of_a_change(text.folded.text):
            return None
        if not context.artificial:
            text = without_machines(text)
        ours = nameless(text.folded.text.replace("’", "'"), names_of(context.speaker))
        for fact in context.facts:
            if _cannot_be(fact, ours, context) or _goes_against(fact, text, names, context):
                return Finding(self.name, "coherence.contradiction", 0.8, note="against what is pinned")
        for earlier in context.earlier[-3:]:
            for sentence in stated_in(earlier):
                if _goes_against(sentence, text, names, context):
                    return Finding(self.name, "coherence.contradiction", 0.6, note="against an earlier line")
        return None

    def _names(self, text: Text, context: Context) -> Finding | None:
        if found := stranger(text.raw, context):
            place, why = found
            return Finding(self.name, "coherence.name", 0.7, place, note=why)
        return None


def _cannot_be(fact: str, ours: str, context: Context) -> bool:
    """A fact about the speaker binds as a trait does: who cannot read reads no paper."""
    plain = bound(fact, context.speaker)
    return plain.lstrip().startswith("§") and goes_against(plain, ours)


def _goes_against(fact: str, text: Text, names: list[str], context: Context) -> bool:
    """And still does when what it says of others is left out."""
    if not _against(fact, text, names, context):
        return False
    left = about(fact, text.raw, context)
    return left.strip() == text.raw.strip() or _against(fact, Text(left), names, context)


def _against(fact: str, text: Text, names: list[str], context: Context) -> bool:
    if contradicts(fact, text.folded.text, names=names):
        left = without_the_speaker(fact, text.raw, context)
        if left == text.raw or contradicts(fact, Text(left).folded.text, names=names):
            return True
    return conflicts(fact, text.raw, context)


_MACHINE = Quick(
    r"\b(?:as an? (?:ai|artificial intelligence|language model|assistant|bot)|language model|i(?:['’]m| am) (?:just |only )?an? (?:ai|bot|language model|virtual assistant))\b",
    r"语言模型|作为(?:一个|一名)?(?:ai|人工智能|智能助手|虚拟助手|机器人)|我(?:只)?是(?:一个|个)?(?:ai|人工智能|智能助手|虚拟助手)",
    flags=re.IGNORECASE,
)


def without_machines(text: Text) -> Text:
    """What a machine says of itself is no statement of who it plays; that it speaks is another filter's finding."""
    if not _MACHINE.may(text.folded.text):
        return text
    return Text("".join(one for one in sentences(text.raw) if not _MACHINE.exact.search(one)))


_CHANGE = Quick(
    r"\bfor the first time\b|\b(?:running|working|alive|open|here|together) again\b|\bchanged my mind\b|\b(?:fixed|mended|repaired|paid back)\b",
    r"头一回|头一次|第一回|第一次|改(?:了)?主意|修好了|还清",
)


def tells_of_a_change(folded: str) -> bool:
    """The story goes on: what was so may be otherwise now, where a reply says that it is new."""
    return _CHANGE.search(folded) is not None


@lru_cache(maxsize=512)
def stated_in(line: str) -> tuple[str, ...]:
    """A line is held against each of the next few replies."""
    return tuple(filter(states, sentences(line)))


def states(sentence: str) -> bool:
    """A plain statement; what is asked, wished or ordered binds nobody."""
    return len(sentence) <= LONGEST and not sentence.rstrip(' *_"”').endswith(("?", "？", "!", "！"))
