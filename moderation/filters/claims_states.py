"""How things stand, told by what follows from it: who lost a hand does not clap, what collapsed is not crossed.

Each row holds two ways that things may stand; a fact of the one goes against a sentence of the other, and the other way round
unless the row says that only the first may be the fact. Rows with `alike` must speak of the same thing.
"""

import re
from typing import NamedTuple

from moderation.filters.readings import Check, Test, shared


class Row(NamedTuple):
    one: str
    other: str
    alike: bool = False
    both_ways: bool = True


_ALCOHOL = r"(?:wine|beer|ale|whiske?y|rum|vodka|gin|mead|brandy|sake|champagne|cider|bourbon|a drink|another drink)"
_CONSUMES = r"(?:needs?|loves?|drinks?|drank|pours? (?:Ss|him|her|my)(?:self)? (?:a |another |some )?(?:\w+ of )?|sips?|orders?|has|had|refills? (?:Ss's|his|her|my|the) \w+ with|a (?:cup|glass|mug|bottle) of)"
_STANDS = r"\b(?:still (?:standing|stands|there|here|whole)|intact|in one piece|good as new|whole and|unharmed|untouched|not (?:even )?a (?:scratch|crack)|never (?:broke|fell|burned)|on the shelf|works? (?:fine|perfectly)|undamaged)\b"
_GONE = r"\b(?:broke|broken|smashed|shattered|collapsed|fell|fallen|destroyed|burned down|burnt down|in ruins|torn down|washed away|sank|wrecked|crumbled|demolished|blew up|exploded)\b"

ROWS = (
    Row(r"\blost (?:an?|his|her|the|one|Ss's|Pp's|both) (?:left |right )?(?:arm|hand)s?\b|\bone-?(?:armed|handed)\b|\bmissing (?:an?|his|her) (?:\w+ )?(?:arm|hand)\b", r"\bclaps?\b|\bclapped\b|\bclapping\b|\bboth (?:of )?(?:\w+'?s? )?(?:hands|arms)\b|\bhands together\b|\b(?:rubs?|wrings?|folds?|crosses|throws up) (?:his|her|my|Ss's) (?:hands|arms)\b|\bwith two hands\b|\bjuggl\w+", both_ways=False),
    Row(r"\blost (?:an?|his|her|the|one|Ss's|both) (?:left |right )?(?:leg|foot|legs|feet)\b|\bone-legged\b", r"\bboth (?:of )?(?:\w+'?s? )?(?:legs|feet)\b|\b(?:runs?|sprints?|jumps?|leaps?|danc\w+|kicks?) (?:up|over|across|down|after|to|with|off)\b|\bcrosses (?:his|her|my|Ss's) legs\b", both_ways=False),
    Row(r"\bbarefoot\b|\bno shoes\b|\bbare feet\b", r"\b(?:takes? off|kicks? off|unlaces?|pulls? off|laces?|polishes) (?:his|her|my|Ss's) (?:shoes?|boots?|sandals|heels)\b|\b(?:his|her|my|Ss's) (?:boots?|shoes?|heels) (?:click|crunch|thud|echo|tap|creak)\w*"),
    Row(r"\b(?:hands|wrists) (?:\w+ )?(?:tied|bound|cuffed|chained)\b|\bhandcuffed\b|\bin (?:chains|handcuffs)\b", r"\b(?:waves?|claps?|draws?|points?|salutes?|pours?|writes?|opens?|throws?|embraces?|hugs?)\b (?:his|her|my|Ss's|the|a|an|Pp)", both_ways=False),
    Row(rf"\bSs (?:\w+ )?(?:does not|doesn't|don't|do not|never|no longer) (?:\w+ )?(?:drinks?|touch(?:es)?)(?: (?:alcohol|{_ALCOHOL}|a drop|the stuff))?(?:\W|$)|\bteetotal|\bgave up (?:drinking|alcohol)|\bSs is sober\b|\bsober for\b", rf"{_CONSUMES} (?:\w+ ){{0,3}}{_ALCOHOL}\b|\b{_ALCOHOL} (?:and|,) (?:drinks?|swallows?)|\b(?:drunk|hungover|tipsy)\b"),
    Row(r"\b(?:engaged|betrothed|proposed)\b.{0,24}\b(?:last|this|yesterday|ago|recently|just|since)\b|\bis engaged to\b|\bfianc", r"\bmarried (?:for|these|all these|\w+ (?:years|months))\b|\b(?:wedding|marriage) was\b|\b(?:anniversary|years of marriage)\b|\bafter (?:\w+ )?years of marriage"),
    Row(r"\bSs (?:has |have )?never (?:been )?(?:married|marry|wed)\b|\bSs is (?:a bachelor|unmarried|single|not married)\b", r"\bSs's (?:\w+ )?(?:wife|husband|spouse)\b(?! to be)|\bSs (?:is|was|got|has been) (?:happily )?married\b"),
    Row(r"\b(?:came|moved|arrived|fled|emigrated|new)\b.{0,60}\b(?:ago|last (?:year|month|week|spring|summer|autumn|winter)|recently|in town|to town)\b", r"\b(?:whole|entire|all (?:Ss's|of Ss's)|Ss's whole) life\b.{0,20}\b(?:here|city|town|village|island)?|\blived (?:here|in this \w+) (?:all|Ss's whole|since (?:Ss was|birth))\b|\bborn and (?:bred|raised) here\b|\bnever (?:once )?left (?:it|this|the (?:city|town|village|island))\b"),
    Row(r"\b(?:shares? (?:the|a|this|Ss's) (?:\w+ )?(?:house|flat|apartment|room|home|cottage|cabin)|lives? with|roommates?|flatmates?)\b", r"\b(?:Ss lives?|living|live) (?:all )?alone\b|\bnobody else (?:in the|lives|here)\b|\bhouse to Ss(?:self)?\b|\bon Ss's own here\b|\bno one (?:else )?(?:lives|here)\b"),
    Row(r"\bworks? alone\b|\balways alone\b|\bno partner\b|\bSs is a loner\b", r"\bSs's (?:\w+ )?(?:partner|team|crew|squad|colleague)s?\b"),
    Row(r"\b(?:gambled|threw|gave|spent|squandered|drank) (?:\w+ )?(?:away )?(?:\w+ ){0,3}(?:inheritance|fortune|savings|money|farm|house|gold)\b|\blost (?:everything|it all|all (?:his|her|Ss's))\b|\bbankrupt\b", r"\bstill have (?:the |all |every|it|Ss's)|\bevery (?:last )?(?:cent|penny|coin)\b.{0,20}|\bnever (?:spent|touched) (?:it|a)\b|\bSs's fortune\b|\bsaved (?:it )?all\b", alike=False),
    Row(_GONE, _STANDS, alike=True),
    Row(r"\b(?:bridge|ford|tunnel|road|pass|stairs|staircase|ladder|gate)\b.{0,30}\b(?:collapsed|gone|destroyed|washed away|burned|blocked|flooded|fell|cut)\b", r"\b(?:bridge|ford|tunnel|road|pass|stairs|staircase|ladder|gate) (?:is|'s) (?:the )?(?:quick\w*|fast\w*|safe\w*|open|clear|short\w*|best)\b|\b(?:take|cross|use|over|across|by|through|up) the (?:\w+ )?(?:bridge|ford|tunnel|pass|stairs|staircase|ladder)\b", alike=True, both_ways=False),
    Row(r"\b(?:head |pastry |master |famous )?(?:chef|cook|baker)\b|\bcooks? (?:for a living|wonderfully|well)\b", r"\b(?:terrible|awful|bad|lousy|hopeless) cook\b|\bcan't (?:even )?(?:cook|boil|fry)\b|\bburn (?:water|toast|everything)\b|\bnever (?:learned to )?cook(?:ed)?\b"),
    Row(r"\b(?:singer|sings in|soprano|tenor|choir)\b", r"\bcan't (?:sing|carry a tune)\b|\btone-?deaf\b|\bnever sing\b"),
    Row(r"\b(?:pianist|violinist|musician|plays? the (?:piano|violin|guitar|cello|harp|flute))\b", r"\bcan't play (?:a note|any|an instrument)\b|\bnever (?:touched|played|learned) (?:an? )?(?:instrument|piano|violin|guitar|music)\b|\bno ear for music\b"),
    Row(r"\b(?:doctor|surgeon|nurse|healer|medic)\b", r"\bfaint at the (?:sight|first drop)\b|\bknow nothing (?:about|of) (?:medicine|wounds|healing)\b|\bcan't stand (?:the sight of )?blood\b|\bno (?:idea|clue) how to (?:treat|stitch|bandage)\b"),
    Row(r"\b(?:swordsman|fencer|knight|warrior|soldier|guard)\b", r"\bnever (?:once )?(?:held|touched|drawn|lifted|swung) (?:an? )?(?:sword|blade|weapon)\b|\bcan't fight\b|\bnever fought\b"),
    Row(r"\b(?:lifeguard|swimmer|swims? (?:every|like))\b", r"\bcan't swim\b|\bnever (?:learned to swim|swum|been in the water)\b|\bafraid of (?:the )?water\b"),
    Row(r"\b(?:told|tells) (?:\w+ ){0,2}(?:everyone|everybody|the whole|all (?:of )?(?:his|her|their|Ss's)|his|her|Ss's) ?(?:family|town|village|friends|parents|mother)?\b|\bthe whole (?:town|village|family) knows\b|\beverybody knows\b|\bno secret\b", r"\b(?:nobody|no one|not a soul) (?:else )?knows\b|\b(?:haven't|have not|never|didn't) (?:told|tell) (?:a soul|anyone|anybody|them|a living soul)\b|\bour (?:little )?secret\b|\bkept it (?:to Ss|secret)\b"),
    Row(r"\brun out of\b|\bran out of\b|\bnothing left but\b|\bno (?:more )?(?:food|water|fuel|ammunition|bread) left\b|\blast (?:crumb|drop|bullet)\b|\bstarving\b", r"\bplenty of\b|\bmore than enough\b|\bstocked\b|\benough (?:food|water|fuel|bread) (?:for|to)\b|\bfull of (?:food|bread|provisions)\b"),
    Row(r"\bnever (?:gets? |wakes? |am |is )?up before (?:noon|ten|eleven|midday)\b|\bsleeps? (?:in |until |till )(?:noon|late|midday)\b|\bnight owl\b|\bhates? mornings\b|\bnot a morning person\b|\bnever (?:get|wake|rise)s? (?:up )?before (?:noon|ten|eleven|midday)\b", r"\bearly bird\b|\bup (?:before|at|by) (?:dawn|five|six|sunrise|first light)\b|\balways up before (?:six|five|dawn)\b|\bmorning person\b|\brise with the sun\b"),
    Row(r"\b(?:worked|served|studied|fought|lived|sailed) together\b|\bknow (?:him|her|them) (?:well|from)\b|\bknown (?:him|her) (?:for|since)\b|\bold (?:friend|colleague|comrade)\b|\bfriends? (?:for|of mine)\b", r"\bnever (?:\w+ )?(?:seen|met|heard of|laid eyes on) (?:that|this|the|him|her)\b(?! (?:so|this|look|cry|laugh))|\bdon't know (?:him|her|that (?:man|woman|person))\b|\bwho (?:is|was) (?:he|she|that)\b|\bstranger to Ss\b"),
    Row(r"\b(?:his|her|the \w+'s) name is [A-Z]\w+|\bis called [A-Z]\w+", r"\bdon't know (?:his|her|the) name\b|\bnever (?:learned|asked|knew|told Ss) (?:his|her) name\b|\bname\b.{0,16}\bdon't know it\b|\bno idea (?:what|who) (?:his|her|he|she)", both_ways=False),
    Row(r"\b(?:covered|soaked|drenched|smeared) (?:in|with) blood\b|\bbloody\b|\bbloodstained\b", r"\b(?:was|is|were|are|perfectly|spotlessly) (?:\w+ )?(?:clean|spotless|gleaming)\b|\bnot a (?:drop|speck)\b", alike=True),
    Row(r"\bblack, (?:no|without) sugar\b|\b(?:without|no) sugar\b|\btakes? (?:\w+ )?(?:coffee|tea) black\b", r"\b(?:one|two|three|with|extra|lots of) (?:\w+ )?sugars?\b|\bmilk and sugar\b|\bsweet, (?:as|the way|just)"),
    Row(r"\bhas(?:n't| not) (?:left|been outside|gone out)\b|\bhaven't (?:left|been outside|gone out)\b|\bnever leaves?\b|\bcannot leave\b|\bcan't leave\b|\bhas not left\b|\bhouse arrest\b|\bbedridden\b", r"\bSs (?:went|walked|travelled|traveled|drove|rode|strolled|stepped out|flew|sailed|was) (?:\w+ )?(?:to|into|around|through|out|in) (?:the )?(?:town|city|market|garden|gardens|sea|London|Paris|opera|theat\w+|forest|beach|park|docks|tavern|village|[A-Z]\w+)\b|\bjust (?:back|returned) from\b", both_ways=False),
    Row(r"\beaten nothing\b|\bhas not eaten\b|\bhasn't eaten\b|\bhaven't eaten\b|\bnothing to eat\b|\bfasting\b|\bnever eats?\b|\bdoes not eat\b", r"\b(?:dined|dines|ate|lunched|breakfasted|feasted|supped)\b|\bhad (?:a |an |my |some )?(?:\w+ )?(?:breakfast|lunch|dinner|supper|meal|sandwich|pie|stew)\b|\btakes? a bite\b"),
    Row(r"\b(?:sent|posted|mailed|delivered|dispatched|submitted) (?:the|it|them|Ss's|an?)\b", r"\b(?:haven't|have not|didn't|never|has not|hasn't) (?:even )?(?:sent|posted|mailed|delivered|dispatched|submitted)\b|\bstill (?:have to|need to|must) (?:send|post|mail|deliver)\b"),
    Row(r"\bburied (?:the|it|Ss's|her|his)\b", r"\bthrew (?:it|them|the \w+) (?:in|into|away|overboard)\b|\bburned (?:it|them)\b|\bsold (?:it|them)\b|\bgave (?:it|them) (?:to|away)\b"),
    Row(r"\binvisible\b|\bghost\b|\bincorporeal\b|\bno body\b", r"\b(?:shakes?|takes?|squeezes?|grabs?|holds?) (?:your|Pp's) (?:hand|arm|shoulder)\b|\bSs's (?:warm|strong|solid) (?:hand|body|arms)\b|\b(?:eats?|drinks?|bites? into) (?:the|a|some)\b", both_ways=False),
    Row(r"\bunconscious\b|\bin a coma\b|\bfast asleep\b", r"\b(?:says?|said|asks?|calls?|waves?|nods?|laughs?|runs?)\b", alike=True, both_ways=False),
    Row(r"\bhas (?:never|not) (?:flown|been on a plane|left the country|been abroad|travelled|traveled)\b|\bnever (?:been abroad|left (?:the country|home))\b", r"\bwhen Ss (?:was|lived|studied|worked) in [A-Z]\w+|\bSs's (?:years|time|trip|flight|travels) (?:in|to|abroad)\b|\bflew (?:to|over|back)\b"),
    Row(r"\brich\b|\bwealthy\b|\bmillionaire\b|\bheiress\b", r"\b(?:can't|cannot) afford\b|\bSs is (?:broke|poor|penniless)\b|\bnot a (?:penny|coin) to Ss's name\b|\bSs owe (?:everyone|half)\b"),
    Row(r"\bpacifist\b|\bnever (?:killed|hurt|harmed)\b|\bhas never (?:killed|hurt)\b", r"\bSs (?:have |has )?(?:killed|murdered|slit|stabbed|shot|executed) (?:him|her|them|a|the|my|\w+ (?:men|people))\b|\bthe (?:first|last) man Ss killed\b"),
)  # fmt: skip
_ROWS = tuple((re.compile(row.one), re.compile(row.other), row.alike, row.both_ways) for row in ROWS)
_DENIES = re.compile(r"\b(?:not|never|no|isn't|wasn't|if|used to|once|would|wish|could have)\b|n't\b", re.IGNORECASE)


def _stands(fact: str) -> Test | None:
    against = [(other, alike, one) for one, other, alike, _ in _ROWS if one.search(fact)]
    against += [(one, alike, other) for one, other, alike, both_ways in _ROWS if both_ways and other.search(fact)]
    if not against:
        return None

    def otherwise(said: str) -> bool:
        for theirs, alike, ours in against:
            match = theirs.search(said)
            if not match or ours.search(said) or (alike and not shared(fact, said)):
                continue
            if not _DENIES.search(match[0]) and _DENIES.search(said[max(0, match.start() - 20) : match.start()]):
                continue
            return True
        return False

    return otherwise


_EATEN = "coffee|tea|milk|meat|fish|sugar|cheese|bread|chocolate|eggs?|nuts|honey|wine|beer|whiskey|whisky|rum|alcohol|tobacco|cigarettes?"
_LIKED = re.compile(
    rf"\bSs (?:\w+ )?(?:needs?|loves?|drinks?|eats?|adores?|lives? on|can't (?:start|live|do) \w+ ?(?:\w+ )?without|smokes?)\b[^.]{{0,20}}\b({_EATEN})\b",
    re.IGNORECASE,
)
_SHUNNED = re.compile(
    rf"\b({_EATEN})\b[^.]{{0,12}}\b(?:Ss (?:never|don't|can't|won't) (?:touch|drink|eat|stand|take|have)\w*)|\bSs (?:\w+ )?(?:never|don't|does not|doesn't|can't|cannot|won't) (?:touch|touches|drink|drinks|eat|eats|stand|take|smoke)\w* (?:\w+ )?({_EATEN})\b|\ballergic to ({_EATEN})\b",
    re.IGNORECASE,
)


def _takes(fact: str) -> Test | None:
    """ "I need my coffee", and "coffee? I never touch it"."""
    liked, shunned = _LIKED.search(fact), _SHUNNED.search(fact)
    if shunned:
        what = next(filter(None, shunned.groups())).lower()
        return lambda said: (found := _LIKED.search(said)) is not None and found[1].lower() == what
    if liked:
        what = liked[1].lower()
        return lambda said: (
            (found := _SHUNNED.search(said)) is not None and what in {(one or "").lower() for one in found.groups()}
        )
    return None


# What is asked for as if it had never been: "What letter?", of the letter that came this morning.
_WHAT = re.compile(
    r"\b[Ww]hat (\w{3,})\?(?= (?:Ss|There|Nobody|No one|Never|I|We)\b[^.?]{0,24}(?:never|no|not|n't|Nobody|written|don't|haven't))"
)
_SLIGHT = frozenset({"else", "now", "for", "then", "about", "next", "happened", "way"})


def asked_away(facts: str, reply: str) -> bool:
    """Of the whole reply: its question is no statement."""
    return any(
        match[1] not in _SLIGHT
        and re.search(rf"\b(?:an?|the|Ss's|this|my|that) (?:\w+ )?{match[1]}\b", facts) is not None
        for match in _WHAT.finditer(reply)
    )


STATES: tuple[Check, ...] = (_stands, _takes)
