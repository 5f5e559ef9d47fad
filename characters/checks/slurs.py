"""A tiny list of words whose only use is to degrade. A villain may say one: a moderator sees in what light."""

from collections.abc import Iterator

from characters.checks.work import Finding, Work, any_word, hits

RULE = "slurs"
WORDS = any_word(
    r"n[i1]gg(?:er|a)s? fagg?ots? k[i1]kes? sp[i1]cs? ch[i1]nks? trann(?:y|ies) retards? wetbacks? gooks?",
    "支那 黑鬼 死基佬 蛮夷猪 贱民 弱智儿",
)


def find(work: Work) -> Iterator[Finding]:
    return hits(RULE, WORDS, work)
