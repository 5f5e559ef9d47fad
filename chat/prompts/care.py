"""A word to the model where the person it talks to sounds in need: it answers them, as who it is, and gently."""

from dataclasses import replace

from chat.prompts.context import Language, Prompt, PromptContext
from inference.base import Line

WORDS: dict[Language, str] = {
    "en": (
        "What the person said last sounds as if they themselves, outside the play, were in need or thought of hurting"
        " themselves. Answer them first, in your own voice but warmly and plainly: take it seriously, do not judge, do"
        " not preach. Say that you are glad they said it and that they matter. Give no advice on how to come to harm, "
        "do not act it out, make no drama of it. Say in one sentence that a person who listens can help, and that "
        "numbers stand beside this talk. Then leave them room."
    ),
    "zh-hans": (
        "对方刚才的话听起来不是演戏，而是本人正处在痛苦之中，或者想伤害自己。先回应这个人：用你自己的口吻，温和、"
        "直白；认真对待，不评判，不说教。告诉对方，你很高兴他说出来，他很重要。绝不提供任何伤害自己的方法，不把它"
        "演出来，不渲染。用一句话说，有人愿意倾听，也能帮上忙，这段对话旁边就有电话号码。然后给对方留出说话的余地。"
    ),
}


def gentler(prompt: Prompt, context: PromptContext) -> Prompt:
    """With the word at its end; not before a reply that is carried on, which has to stand last."""
    if context.begun:
        return prompt
    return replace(prompt, lines=(*prompt.lines, Line("system", WORDS[context.sheet.language])))


def last_said(context: PromptContext) -> str:
    """What the person said that is answered; empty where somebody else spoke last."""
    newest = context.branch[-1] if context.branch else None
    return newest.text if newest and newest.role == "player" else ""
