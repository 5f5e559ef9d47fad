"""Whom a line mourns: “your sister”, “你姐姐”; "" when it does not say."""

import re

RELATIONS_EN = (
    r"(?:late |little |older |younger |big |best |dear |old )?(?:grand)?(?:mother|father|mum|mom|dad|ma|pa|"
    r"sister|brother|son|daughter|child|baby|"
    r"wife|husband|partner|girlfriend|boyfriend|friend|uncle|aunt|cousin|twin|dog|cat|horse|teacher|master|"
    r"captain|gran|grandma|grandpa|nephew|niece|parents|family)"
)
KIN_EN = re.compile(rf"\b(?:my|our) ({RELATIONS_EN})\b", re.I)
KIN_ZH = re.compile(
    r"(?:我|我们|咱)(?:的|家)?(爸爸|妈妈|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|爸|妈|姐姐|妹妹|哥哥|弟弟|姐|妹|哥|弟|"
    r"丈夫|妻子|老公|老婆|爱人|男朋友|女朋友|朋友|孩子|儿子|女儿|舅舅|叔叔|姑姑|阿姨|老师|师父|同学|猫|狗|小猫|小狗)"
)


def mourned(text: str, language: str) -> str:
    match = (KIN_ZH if language == "zh" else KIN_EN).search(text)
    if not match:
        return ""
    return f"你{match[1]}" if language == "zh" else f"your {match[1].lower()}"
