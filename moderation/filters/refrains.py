"""What a trait wants to hear: a refrain at the end of each sentence, a word that somebody calls itself."""

import re

# A word that has to be there: "ends every sentence with 'nya'", "每句话都以“喵”结尾".
_REFRAIN = re.compile(
    r"\bends? (?:every|each|all|most) (?:of (?:his|her|its|their) )?(?:\w+ )?(?:sentence|line|reply|message|answer)s? with (?:the words? |a )?[\"“'‘]([^\"”'’]{1,30})[\"”'’]"
    r"|(?:每|任何)(?:一)?句话?[^，。]{0,6}(?:以|用|带|加)(?:上|着|个)?[“「\"']([^”」\"']{1,8})[”」\"'](?:结尾|收尾|结束)?|(?:句尾|句末|结尾)[^，。]{0,6}[“「\"']([^”」\"']{1,8})[”」\"']"
)

_CALLS_ITSELF_ZH = re.compile(
    r"自称(?:为|是)?[“「\"']?(俺|本座|老夫|在下|朕|本王|奴家|小女子|洒家|贫道|贫僧|老娘|老子|本姑娘|本宫|哀家|人家|本大爷|咱|小的|本尊)"
)
_ITSELF_ZH = re.compile(r"俺|本座|老夫|朕|本王|奴家|小女子|洒家|贫道|贫僧|老娘|老子|本姑娘|本宫|哀家|本大爷|本尊")


_QUIET = re.compile(
    r"\bnever (?:raises?|shouts?|yells?)|\bsoft-?spoken\b|\bspeaks? (?:softly|quietly|in (?:a )?whispers?)|从不(?:大声|高声|吼|提高)|轻声细语|说话(?:很|总是)?(?:轻|小声)"
)
_LOUD = re.compile(r"(?:\b[A-Z]{2,}\b[^a-z\n]*){4}|(?:[^!！]*[!！]){3}|[!！]{2}|[?？][!！]")


def shouts(trait: str, raw: str) -> bool:
    """Capitals and exclamation marks, of somebody who never raises their voice; `raw` with its capitals."""
    return bool(_QUIET.search(trait) and _LOUD.search(raw))


def leaves_out(trait: str, reply: str) -> bool:
    """A refrain that its trait demands, in a reply of some length; or what it calls itself, where it calls itself something else."""
    if itself := _CALLS_ITSELF_ZH.search(trait):
        return bool(_ITSELF_ZH.search(reply)) and itself[1] not in reply
    wanted = _REFRAIN.search(trait)
    if wanted is None:
        return False
    word = next(group for group in wanted.groups() if group).strip(" .!。！,，")
    return len(reply) > 20 and word.lower() not in reply.lower()
