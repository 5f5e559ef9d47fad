"""What is said in the place of a reply that was taken back: a line of the house, as the character might have it."""

from django.utils.translation import gettext as _

from chat.prompts.context import Language
from moderation.decision import Decision
from moderation.policy import Action
from moderation.told import sentence_of

_INSTEAD: dict[Language, str] = {
    "en": "*{name} leaves that unsaid, and looks for other words.*",
    "zh-hans": "*{name}把话咽了回去，想换个说法。*",
}
_AGAIN: dict[Language, str] = {
    "en": "[Direction] The reply before this was taken back: {why}. Answer anew, and stay in your part.",
    "zh-hans": "[Direction] 上一条回复已被收回：{why}。请重新回答，并留在角色之中。",
}
_REWRITE: dict[Language, str] = {
    "en": (
        "[Direction] The reply above was taken back: {why}. Say it again without that: the same moment, the same voice "
        "and language, no longer than it was. Write the reply alone, and nothing about this direction."
    ),
    "zh-hans": (
        "[Direction] 上面的回复已被收回：{why}。请去掉这些内容重说一遍：同一时刻、同样的口吻和语言，不比原来更长。"
        "只写回复本身，不要提及这条指示。"
    ),
}
_WHY: dict[str, dict[Language, str]] = {
    "role.machine": {"en": "it spoke as a machine", "zh-hans": "它以机器的口吻说话"},
    "role.outside": {"en": "it looked out of the play", "zh-hans": "它跳出了角色"},
    "role.player": {"en": "it spoke for the player", "zh-hans": "它替对方说了话"},
    "role.language": {"en": "it was in another language", "zh-hans": "它用了另一种语言"},
    "role.traits": {"en": "it went against the character's nature", "zh-hans": "它违背了角色的性格"},
    "coherence.loop": {"en": "it repeated itself", "zh-hans": "它在重复"},
    "coherence.contradiction": {"en": "it contradicted what is known", "zh-hans": "它与已知的事相矛盾"},
    "coherence.name": {"en": "it called somebody by a wrong name", "zh-hans": "它叫错了名字"},
    "violence": {"en": "its violence was too much for who reads it", "zh-hans": "其中的暴力不适合读者"},
    "sexual": {"en": "it was more sexual than this talk may be", "zh-hans": "其中的性内容超出了这段对话的尺度"},
    "hate": {"en": "it was hateful to a group of people", "zh-hans": "它对一群人含有仇恨"},
    "harassment": {"en": "it insulted somebody", "zh-hans": "它侮辱了人"},
    "self-harm": {"en": "it made hurting oneself look good", "zh-hans": "它美化了自我伤害"},
}
_OTHERWISE: dict[Language, str] = {"en": "a rule stands against it", "zh-hans": "它违反了规则"}


def instead_of(name: str, language: Language) -> str:
    return _INSTEAD[language].format(name=name)


def language_of(text: str) -> Language:
    """Where nothing else is known of a reply."""
    return "zh-hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


def asked_anew(decision: Decision, language: Language) -> str:
    """What the model is told before it tries once more."""
    return _AGAIN[language].format(why=_why(decision, language))


def asked_to_rewrite(decision: Decision, language: Language) -> str:
    """What the model is told of its own reply, which stands above."""
    return _REWRITE[language].format(why=_why(decision, language))


def _why(decision: Decision, language: Language) -> str:
    found = decision.reason.finding.rule if decision.reason is not None else ""
    return _WHY.get(found, _OTHERWISE)[language]


def told_of(decision: Decision, *, then: Action = Action.WITHDRAW) -> str:
    """Why, for whoever saw it; and what is done, where more is."""
    if decision.reason is None:
        return ""
    said = {
        Action.RETRY: _("It is asked for once more: {rule}."),
        Action.REWRITE: _("It is put into other words: {rule}."),
    }.get(then, _("A rule of the house stands against this: {rule}."))
    return said.format(rule=sentence_of(decision.reason.finding.rule))
