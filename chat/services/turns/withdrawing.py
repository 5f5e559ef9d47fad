"""What is said in the place of a reply that was taken back: a line of the house, as the character might have it."""

from django.utils.translation import gettext as _

from chat.prompts.context import Language
from moderation.decision import Decision
from moderation.told import sentence_of

_INSTEAD: dict[Language, str] = {
    "en": "*{name} leaves that unsaid, and looks for other words.*",
    "zh-hans": "*{name}把话咽了回去，想换个说法。*",
}
_AGAIN: dict[Language, str] = {
    "en": "[Direction] The reply before this was taken back: {why}. Answer anew, and stay in your part.",
    "zh-hans": "[Direction] 上一条回复已被收回：{why}。请重新回答，并留在角色之中。",
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
}
_OTHERWISE: dict[Language, str] = {"en": "a rule stands against it", "zh-hans": "它违反了规则"}


def instead_of(name: str, language: Language) -> str:
    return _INSTEAD[language].format(name=name)


def language_of(text: str) -> Language:
    """Where nothing else is known of a reply."""
    return "zh-hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


def asked_anew(decision: Decision, language: Language) -> str:
    """What the model is told before it tries once more."""
    found = decision.reason.finding.rule if decision.reason is not None else ""
    return _AGAIN[language].format(why=_WHY.get(found, _OTHERWISE)[language])


def told_of(decision: Decision, *, again: bool = False) -> str:
    """Why, for whoever saw it."""
    if decision.reason is None:
        return ""
    said = _("It is asked for once more: {rule}.") if again else _("A rule of the house stands against this: {rule}.")
    return said.format(rule=sentence_of(decision.reason.finding.rule))
