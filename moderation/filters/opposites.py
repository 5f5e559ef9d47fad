"""Words of which only one can be true of the same thing: colours, days, sides, trades, kin, the living and the dead."""

import re
from functools import lru_cache

import ahocorasick

# Of each group only one can be true of the same thing.
_GROUPS = (
    "attic cellar|basement kitchen garden garage bedroom library|study stable|barn chapel|church rooftop|roof cave", "bronze|brass iron|steel wooden|wood stone|marble glass leather", "motorcycle|motorbike bicycle|bike train ship|boat|ferry plane|airplane carriage|wagon bus",
    "uncle aunt", "nephew niece", "grandmother|grandma grandfather|grandpa", "full|crowded empty|deserted", "asleep|sleeping awake", "upstairs downstairs", "guilty innocent", "enemy|enemies friend|friends", "lit|burning unlit|extinguished", "soup stew|roast pie cake bread", "breakfast lunch dinner|supper", "poisoned|stabbed|strangled|shot|drowned|hanged burned",
    "french german italian spanish russian japanese chinese english irish scottish polish", "winter summer", "leg arm eye ear", "king queen", "father uncle", "rain|raining|rains snow|snowing|snows sunshine|sunny",
    "black white red blue green brown grey gray golden gold silver blonde blond yellow purple pink auburn violet hazel amber crimson orange",
    "alive|living dead|died|buried|passed", "left right", "north south east west northern southern eastern western",
    "monday tuesday wednesday thursday friday saturday sunday", "january february march april june july august september october november december",
    "spring summer autumn|fall winter", "love|loves|adore|adores hate|hates|despise|despises|detest|loathe|dislike", "married|husband|wife single|unmarried|bachelor",
    "older|elder|eldest|oldest|big younger|youngest|little", "brother|brothers sister|sisters", "mother|mom|mum father|dad", "son|sons daughter|daughters",
    "morning|mornings|dawn|sunrise|daybreak evening|evenings|dusk|sunset|nights midnight noon|midday|afternoon|afternoons", "open|unlocked closed|locked|shut", "won lost", "hot cold|freezing", "rich|wealthy poor|penniless", "tall short",
    "cat|cats|kitten dog|dogs|puppy|hound wolf|wolves horse|horses|pony|mare|stallion turtle|tortoise rabbit|bunny parrot|raven|crow|hawk|falcon|owl hamster|rat|ferret snake|lizard goat sheep", "mare stallion|gelding",
    "bakery|baker florist|flower|flowers bookshop|bookstore butcher pharmacy|apothecary restaurant|cafe|diner tavern|pub|bar|inn|brewery", "wrist ankle elbow knee collarbone rib|ribs", "tea coffee wine beer ale", "violin cello piano flute guitar harp drums trumpet viola lute banjo saxophone", "sword axe bow|bows spear dagger staff mace crossbow pistol rifle", "first second third fourth fifth",
    "one|1 two|2 three|3 four|4 five|5 six|6 seven|7 eight|8 nine|9 ten|10 eleven|11 twelve|12 twenty|20 thirty|30 forty|40 hundred|100",
    "doctor|physician|healer teacher baker|bakery blacksmith|smith sailor|captain farmer knight thief painter musician lawyer tailor hunter librarian detective|policeman|cop vet|veterinarian dentist nurse pilot chef|cook engineer soldier|guard priest|monk nun merchant journalist|reporter actor|actress dancer singer botanist|gardener carpenter mechanic seamstress fisherman pirate innkeeper|barkeep|bartender photographer astronomer architect astronaut spy banker poet|novelist|writer scribe|clerk florist programmer accountant tutor student shepherd judge waiter|waitress barista",
    "village city|town forest|woods desert island mountain|mountains harbour|harbor|port", "human|man|woman elf vampire werewolf dwarf android|robot demon angel",
    "黑 白 红 蓝 绿 棕 灰 金 银 紫 粉 黄 褐", "活着|还活 死了|去世|过世|牺牲|死于|已故", "左 右", "东 南 西 北", "春 夏 秋 冬", "喜欢|最爱|热爱 讨厌|厌恶|最恨|痛恨",
    "已婚|妻子|丈夫|结婚 单身|未婚", "姐姐 妹妹 哥哥 弟弟", "母亲|妈妈|娘 父亲|爸爸|爹", "儿子 女儿", "早上|清晨|早晨 晚上|傍晚|夜里|深夜|半夜 中午|正午",
    "猫 狗|犬 狼 马", "茶 咖啡 酒", "剑 刀 弓 枪 斧", "一 两|二|俩 三 四 五 六 七 八 九 十", "医生|大夫|医女 老师|教师|先生 厨师|厨子 铁匠 船长|水手 警察|警探|侦探 画家 律师 裁缝 猎人",
    "阁楼 地窖|地下室 厨房 花园 书房 卧室 屋顶", "木头 石头 铁 铜 瓷", "火车 汽车|轿车 飞机 轮船|船 马车 自行车 摩托车", "舅舅 叔叔 姑姑 姨妈 伯伯", "爷爷 奶奶 外公 外婆", "前锋 后卫 门将|守门员 中场", "左腿 右腿", "左边 右边", "楼上 楼下", "睡着了 醒着", "晴天 下雨|雨天 下雪|雪天", "北京 上海 广州 深圳 成都 重庆 杭州 南京 苏州 西安 武汉 天津 长安 洛阳 昆明 扬州", "正月 二月 三月 四月 五月 六月 七月 八月 九月 十月 腊月", "初一 初二 初三 初四 初五 初六 初七 初八 初九 初十 十五", "毒死|中毒 淹死|溺水 烧死 病死|病逝", "空着|空的 住满|满了",
    "左眼 右眼", "左手 右手", "周一|星期一 周二|星期二 周三|星期三 周四|星期四 周五|星期五 周六|星期六 周日|星期天|星期日", "人类 精灵 吸血鬼 狼人 机器人 妖|狐妖|妖怪 神仙|仙人",
    "村|村子 城|城市 森林 沙漠 岛|岛上 山|山上",
)  # fmt: skip
_OTHER_SENSE = re.compile(r"明白|白天|白费|白白|金钱|现金|银两|红颜|黄昏|青年")


_IRREGULAR_VERBS = (
    "went:go gone:go ate:eat eaten:eat drank:drink slept:sleep saw:see seen:see took:take taken:take gave:give given:give said:say told:tell knew:know known:know came:come ran:run kept:keep held:hold sold:sell "
    "bought:buy lost:lose built:build wrote:write written:write spoke:speak spoken:speak swam:swim flew:fly rode:ride wore:wear broke:break broken:break stole:steal stolen:steal met:meet fought:fight thought:think "
    "brought:bring caught:catch taught:teach found:find felt:feel grew:grow drew:draw threw:throw sang:sing stood:stand paid:pay made:make sent:send spent:spend hid:hide hidden:hide bit:bite woke:wake chose:choose "
    "forgot:forget forgotten:forget sat:sit fell:fall fallen:fall drove:drive driven:drive married:marry"
)  # fmt: skip
_IRREGULAR = {past: verb for past, _, verb in (pair.partition(":") for pair in _IRREGULAR_VERBS.split())}


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(tuple(frozenset(member.split("|")) for member in group.split()) for group in _GROUPS)


def group_of(word: str) -> list[str]:
    """Every word of the group that a word is in."""
    return sorted(
        one for group in groups() for member in group for one in member if any(word in other for other in group)
    )


@lru_cache(maxsize=200)
def stems(group: tuple[frozenset[str], ...]) -> frozenset[str]:
    return frozenset(stem(word) for member in group for word in member)


@lru_cache(maxsize=1)
def places() -> dict[str, list[tuple[int, int]]]:
    """Of each word its places: group, and which member of it."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, group in enumerate(groups()):
        for at, member in enumerate(group):
            for word in member:
                found.setdefault(word, []).append((number, at))
    return found


@lru_cache(maxsize=1)
def _words_zh() -> ahocorasick.Automaton:
    found = ahocorasick.Automaton()
    for word, stands in places().items():
        if not word.isascii():
            found.add_word(word, stands)
    found.make_automaton()
    return found


def members_zh(text: str) -> dict[int, set[int]]:
    """Of each group the members that are there; Chinese words stand anywhere."""
    found: dict[int, set[int]] = {}
    if not text.isascii():
        for _, stands in _words_zh().iter(_OTHER_SENSE.sub("，", text)):
            for group, member in stands:
                found.setdefault(group, set()).add(member)
    return found


def without(group: tuple[frozenset[str], ...], text: str) -> str:
    for word in sorted((word for member in group for word in member), key=len, reverse=True):
        text = text.replace(word, "，")
    return text
