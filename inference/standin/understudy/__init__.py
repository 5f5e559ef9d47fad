"""The understudy: answers from what the prompt says, by grammar and hand-written lines. It is not a model.

It reads the card, the scene and the conversation out of the prompt, answers in the language of the player's last
line and in the manner of the card's examples, takes up what was said, and differs from take to take: the seed is the
conversation together with the request's `seed`, or with how often the same thing was asked. Special situations:

- the last message is the assistant's: it is carried on from where it breaks off;
- the system text holds `[Draft <name>'s next line]`: the player's next line is written instead;
- no character and the words "title" or "summary": that is what comes;
- `response_format` with a schema: strings are filled from the conversation;
- the system text begins with `[Cast a character]`: the sheet of somebody whom the player's sentence describes.
"""

import random
from collections.abc import Callable

from inference.standin.prompt import Prompt
from inference.standin.steps import Steps
from inference.standin.understudy import casting, tasks
from inference.standin.understudy.pieces import pieces, until_stop
from inference.standin.understudy.reply import continued, drafted, reply, setting_for
from inference.standin.understudy.scene import read_scene


def answer(prompt: Prompt) -> str:
    scene = read_scene(prompt)
    task = tasks.task_of(scene)
    if task == "title":
        return tasks.title(scene)
    if task == "summary":
        return tasks.summary(scene)
    setting = setting_for(scene, f"{prompt.key.hex()}-{prompt.take}")
    if scene.draft:
        text = drafted(setting)
    elif scene.begun:
        text = continued(setting)
    else:
        text = reply(setting)
    return until_stop(text, prompt.stop)


def speak(prompt: Prompt) -> Steps:
    yield from pieces(answer(prompt), random.Random(prompt.take))  # noqa: S311


def drafts(prompt: Prompt) -> Callable[[str], str]:
    """Texts for a JSON answer, by property name."""
    scene = read_scene(prompt)
    if casting.is_casting(scene):
        return casting.words(scene, prompt.take)
    if tasks.FEEDBACK in scene.system:
        notes = tasks.feedback(scene)
        return lambda name: next(notes)
    return lambda name: tasks.words_for(scene, name)
