"""Small jobs without a character: titles, summaries, and the words that fill a JSON schema."""

import itertools
import re
from collections.abc import Iterator

from inference.standin.understudy.reply import hear
from inference.standin.understudy.scene import Scene, language_of

TITLE = re.compile(r"\b(title|headline|name (this|the) (chat|conversation))\b|标题|起个?名|命名", re.I)
SUMMARY = re.compile(r"\b(summar\w+|session note|recap|condense)\b|摘要|总结|概括|归纳|会话笔记", re.I)
LABEL = re.compile(r"^\s*([^\s:：\n][^:：\n]{0,30})[:：]\s*(.+)$", re.M)
LIMIT = 6
FEEDBACK = "[Give feedback]"  # as prompts that want it begin
LEARNER = re.compile(r"^> ?[^:：\n]{1,60}[:：]\s*(.+)$", re.M)
NEXT_TIME = {
    "en": (
        "name the one thing you did yourself",
        "stop there, and wait",
        "say where you know that from",
        "give the other side its best word first",
        "ask, before you answer",
    ),
    "zh": (
        "说一件自己动手做的事",
        "说到这里停一停，等一等",
        "说说这是从哪儿知道的",
        "先替对面说一句最好的",
        "先问一句，再答",
    ),
}


def task_of(scene: Scene) -> str:
    """ "title", "summary" or "": only for prompts that put nobody on the stage."""
    if "character" in scene.system.lower() and scene.has_card:
        return ""
    asked = scene.system if scene.system.strip() else scene.last[:400]
    if scene.has_card:
        return ""
    if TITLE.search(asked):
        return "title"
    return "summary" if SUMMARY.search(asked) else ""


def material(scene: Scene) -> list[tuple[str, str]]:
    """Who said what, from the messages themselves or from a transcript inside the last one."""
    transcript = LABEL.findall(scene.last)
    if len(transcript) >= 2:
        return [(who.strip(), text.strip()) for who, text in transcript]
    return [("", said.text) for said in scene.history]


def topics(scene: Scene) -> list[str]:
    found = [hear(scene, text).topic for _, text in material(scene)]
    return list(dict.fromkeys(topic for topic in found if topic))


def title(scene: Scene) -> str:
    zh = language_of(" ".join(text for _, text in material(scene))) == "zh"
    found = topics(scene)
    if zh:
        return "与".join(found[:2]) if found else "灯下闲谈"
    if not found:
        return "A quiet talk"
    bare = [re.sub(r"^(your|the|this|that|his|her|their)\s+", "", topic) for topic in found[:2]]
    text = f"The {bare[0]}" + (f" and the {bare[1]}" if len(bare) > 1 else "")
    return text[:60]


def summary(scene: Scene) -> str:
    zh = scene.language == "zh"
    said = material(scene)
    kept = [(who, re.sub(r"\*[^*\n]*\*", "", text).strip()) for who, text in said]
    kept = [(who, text.split("\n")[0][:120]) for who, text in kept if len(text) > 3][-LIMIT:]
    about = topics(scene)
    head = ""
    if about:
        head = f"谈到了{'、'.join(about[:4])}。" if zh else f"They spoke of {', '.join(about[:4])}."
    lines = [f"- {who}{'：' if zh else ': '}{text}" if who else f"- {text}" for who, text in kept]
    return "\n".join([head, *lines]).strip() or ("还没有说什么。" if zh else "Nothing has been said yet.")


def feedback(scene: Scene) -> Iterator[str]:
    """One note after another: a few words of the learner's, each time others, and one thing to try."""
    said = [text.strip() for text in LEARNER.findall(scene.last)] or [scene.last[:80]]
    zh = language_of(" ".join(said)) == "zh"
    for words, tip in zip(itertools.cycle(said), itertools.cycle(NEXT_TIME["zh" if zh else "en"]), strict=False):
        quoted = words.strip('“”"*')[: 30 if zh else 70].strip()
        yield f"你说了“{quoted}”。下回可以{tip}。" if zh else f"You said “{quoted}”. Next time, {tip}."


def words_for(scene: Scene, name: str) -> str:
    """A fitting text for a JSON property of this name."""
    key = name.lower()
    about = topics(scene)
    if "title" in key or "headline" in key:
        return title(scene)
    if "summary" in key or "note" in key or "recap" in key:
        return summary(scene)
    if "lang" in key:
        return "zh" if scene.language == "zh" else "en"
    if key in ("name", "who", "subject", "about", "person"):
        return scene.player or scene.name or (about[0] if about else "?")
    if any(part in key for part in ("topic", "key", "tag", "label", "category")):
        return about[-1] if about else ("闲谈" if scene.language == "zh" else "talk")
    if "emotion" in key or "mood" in key:
        return "平静" if scene.language == "zh" else "calm"
    told = [text for _, text in material(scene) if text.strip()]
    return told[-1][:200] if told else ("无" if scene.language == "zh" else "nothing")
