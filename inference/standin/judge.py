"""Moderation by a short word list: enough to try the path, no judgement of anything.

A text can ask for a category by its name, `flag:violence`, so that tests need no ugly words.
"""

import re

CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent",
    "self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors",
    "violence", "violence/graphic",
)  # fmt: skip
WORDS = {
    "self-harm": r"\b(kill myself|suicide|hurt myself)\b|自杀|自残|不想活",
    "self-harm/intent": r"\b(kill myself)\b|不想活",
    "harassment/threatening": r"\b(i will (kill|hurt) you)\b|我要杀了你",
    "violence/graphic": r"\b(dismember|disembowel)\w*|肢解",
    "illicit": r"\b(build a bomb|cook meth)\b|制作炸弹|制毒",
    "sexual": r"\b(porn|nude)\w*|色情|裸照",
}


def judge(text: str) -> dict[str, object]:
    asked = set(re.findall(r"flag:([a-z/\-]+)", text))
    scores = {name: 0.99 if name in asked else 0.0001 for name in CATEGORIES}
    for name, pattern in WORDS.items():
        if re.search(pattern, text, re.IGNORECASE):
            scores[name] = 0.9
    categories = {name: score >= 0.5 for name, score in scores.items()}
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
    }
