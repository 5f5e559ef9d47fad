"""Courtesies around what is really said: thanks, greetings, yes and no are taken off when more than they was said."""

import re

WORDS_EN = (
    r"thank(?:s| you)(?: (?:so|very) much| a lot| again| kindly| all the same)?"
    r"(?: for (?:that|this|asking|listening|the \w+))?|many thanks|much obliged|cheers"
    r"|hello|hi|hey|good (?:morning|day|evening|afternoon)|greetings|well met|hail|howdy"
    r"|yes|yeah|yep|aye|no|nope|ok(?:ay)?|sure|of course|indeed|agreed|right|exactly|true|i see|got it|fair enough"
    r"|oh|ah|well|hm+|great|perfect|wonderful|good|please|sorry|i(?:'m| am) sorry|excuse me|pardon me|forgive me"
)
TAIL_EN = (
    r"(?:,? (?:there|then|again|too|sir|madam|friend|my friend|dear|all|ms\. \w+"
    r"|(?-i:[A-Z][a-z]+(?: [A-Z][a-z]+)?)))?"
)
SENTENCE_EN = re.compile(r".+?(?:(?<!\bMs)(?<!\bMr)(?<!\bDr)[.!?…\n]+(?=\s|$)|$)", re.S)
SENTENCE_ZH = re.compile(r"[^。！？!?…\n]+[。！？!?…\n]*")
SOCIAL_EN = re.compile(rf"\W*(?:(?:{WORDS_EN}){TAIL_EN}\W*)+", re.I)
LEAD_EN = re.compile(rf"\W*(?:{WORDS_EN}){TAIL_EN}\s*[,;:–—-]\s*(?=\S)", re.I)
WORDS_ZH = (
    r"(?:太|真是|非常|很)?(?:谢谢|多谢|感谢|谢了|有劳|辛苦)(?:你|您|了|啦|啊|大家)*[\u4e00-\u9fff]{0,5}?|你好|您好|嗨|哈喽|早上好|早安|晚上好|下午好|幸会"
    r"|是的?|对(?:的|啊|呀)?|好(?:的|啊|吧|呀)?|嗯+|行|可以|没错|当然|的确|确实|不(?:是|对|行|用)?|没有|哦+|啊|唉"
    r"|对不起|抱歉|不好意思|明白了?|懂了|知道了|原来如此|太好了"
)
SOCIAL_ZH = re.compile(rf"\W*(?:(?:{WORDS_ZH})(?:[，,][\u4e00-\u9fff]{{1,4}})?\W*)+")
LEAD_ZH = re.compile(rf"\W*(?:{WORDS_ZH})(?:，?[\u4e00-\u9fff]{{2,4}})??[，,、]\s*(?=\S)")


def rest_of(text: str, language: str) -> str:
    """What was said besides courtesies; "" when nothing was."""
    zh = language == "zh"
    social, lead = (SOCIAL_ZH, LEAD_ZH) if zh else (SOCIAL_EN, LEAD_EN)
    sentences = (SENTENCE_ZH if zh else SENTENCE_EN).findall(text)
    kept = [one.strip() for one in sentences if one.strip() and not social.fullmatch(one.strip())]
    if not kept:
        return ""
    while match := lead.match(kept[0]):
        shorter = kept[0][match.end() :].strip()
        if (len(shorter) < 5) if zh else (len(shorter.split()) < 3):
            break
        kept[0] = shorter
    return ("" if zh else " ").join(kept)
