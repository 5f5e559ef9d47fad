"""Listening to English: kinds by pattern, topics by determiner and preposition. A grammar is not needed for that."""

import re

from inference.standin.understudy.courtesy import rest_of
from inference.standin.understudy.heard import Heard
from inference.standin.understudy.material import kind_of, word_list

STOP, VERBS, EMPTY = (frozenset(word_list("en", name)) for name in ("stop", "verbs", "empty"))
FLIP = {"my": "your", "our": "your", "your": "my", "a": "the", "an": "the", "some": "the"}
PHRASE = re.compile(
    r"\b(my|our|your|the|a|an|this|that|his|her|their|some|about|of|into|called)\s+((?:[a-z][\w'’-]*\s*){1,4})", re.I
)
ASKS = re.compile(r"\W*(who|what|when|where|why|how|which|is|are|do|does|did|can|could)\b", re.I)
WEIGHTS = {"about": 3, "my": 2, "our": 2, "a": 0.8, "an": 0.8, "your": 0.5}
PLACED = re.compile(r"\b(in|at|by|on|from|near|under|over|to|of|through|behind)\s+$")
DEFINE = re.compile(r"\bwh?at(?: is|'s| are) (?:an? |the )?([a-z]{3,}(?: [a-z]{3,})?)\W*$", re.I)


def listen(line: str) -> Heard:
    text = re.sub(r"\*[^*\n]*\*", " ", line).strip(' \n"“”') or ""
    acted = " ".join(re.findall(r"\*([^*\n]+)\*", line))
    if not text:
        return Heard("action" if acted else "silence", topic_of(acted), "", False, acted)
    plain = text.replace("’", "'")
    rest = rest_of(plain, "en")
    # “Thank you. My sister died last spring.” is about the sister.
    plain = rest or plain
    long = bool(rest) and plain.count(" ") > 7
    kind = kind_of("en", plain, but=("thanks", "sorry") if long else ())
    question = "?" in plain or bool(
        re.match(r"\W*(who|what|when|where|why|how|which|is|are|do|does|did|can|could)\b", plain, re.I)
    )
    if not kind or (kind in ("sad", "glad", "drink") and question):
        kind = kind if kind in ("drink",) else "question" if question else kind or "statement"
    if not re.search(r"\w", plain):
        kind = "silence"
    return Heard(kind, topic_of(plain), quote_of(plain), question, plain)


def topic_of(text: str) -> str:
    best, best_score = "", 0.0
    for match in PHRASE.finditer(text.replace("’", "'")):
        lead, words = match[1].lower(), list[str]()
        for word in match[2].split():
            low = word.lower().rstrip("'")
            if low in STOP or low in VERBS or (words and len(low) > 5 and re.search(r"(ed|ing)$", low)):
                break
            words.append(word)
            if len(words) == 3 or (word != match[2].split()[-1] and match[2].endswith(",")):
                break
        while words and words[-1].lower() in EMPTY:
            words.pop()
        if not words or re.search(r"ly$", words[-1]):
            continue
        score = 1 + WEIGHTS.get(lead, 0) + match.start() / (2 * len(text) + 1)
        if PLACED.search(text[: match.start()]):
            score -= 0.7
        if score > best_score:
            noun = " ".join(words)
            best, best_score = (
                (noun if lead in ("about", "of", "into", "called") else f"{FLIP.get(lead, lead)} {noun}"),
                score,
            )
    if best:
        return best
    defined = DEFINE.search(text.replace("’", "'"))
    if defined and defined[1].split()[0].lower() not in STOP | EMPTY | VERBS:
        return defined[1]
    names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}", text)
    return names[-1] if names else ""


def quote_of(text: str) -> str:
    """A scrap of two to six words, as said; empty when the line has none worth repeating."""
    clauses = [part.strip() for part in re.split(r"[.!?;:,\n—–]+", text) if part.strip()]
    good = [
        part for part in clauses if 2 <= len(part.split()) <= 6 and not part.lower().startswith(("and ", "but ", "so "))
    ]
    if good:
        return good[-1]
    words = clauses[-1].split() if clauses else []
    return " ".join(words[-4:]) if len(words) > 6 else ""


def name_in(text: str) -> str:
    match = re.search(
        r"\b(?:[Mm]y name is|I am called|[Cc]all me|[Tt]hey call me|I'm|I’m|I am)\s+([A-Z][a-z]{1,20})\b", text
    )
    return match[1] if match and match[1].lower() not in STOP else ""
