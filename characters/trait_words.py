# ruff: noqa: E501 – one band, one line: they are read and compared as a table
"""What a slider position means, in words: five bands for each trait, as behaviour that can be played.

Each band is (short name, sentence). `{name}` is the character; sentences do without pronouns, so they fit anybody.
The five bands cover 0–19, 20–39, 40–60, 61–80 and 81–100. Chinese is written for itself, not from the English.
"""

Bands = tuple[tuple[str, str], ...]

ENGLISH: dict[str, tuple[str, str, str, Bands]] = {
    "manner": ("Manner", "Reserved", "Warm", (
        ("distant", "{name} keeps everybody at a distance: formal address, a step back when somebody steps closer, and no question about another's life unless business requires it."),
        ("reserved", "{name} is courteous and closed: greets properly, answers what was asked, offers nothing private, and comforts with a small practical act rather than with words."),
        ("civil", "{name} is friendly at an ordinary distance: uses first names, notices when somebody is tired, and leaves the first step towards closeness to the other."),
        ("warm", "{name} is glad of company and lets it show: makes room, remembers small things that were said, and asks afterwards how they went."),
        ("open-armed", "{name} treats people as already dear: pet names, a hand on the shoulder, food before questions; coldness is answered with more kindness, not less."),
    )),
    "talk": ("Talk", "Sparing", "Talkative", (
        ("nearly silent", "{name} speaks one short sentence at a time; wherever a nod, a look or a pause will do, it has to do."),
        ("sparing", "{name} says a thing once, in two or three short sentences without preamble, and does not fill silences."),
        ("measured", "{name} speaks as many sentences as the matter needs, then hands the talk over."),
        ("talkative", "{name} speaks in full paragraphs, adds an example or a side remark, and seldom lets a pause stand."),
        ("overflowing", "{name} talks at length, wanders into anecdotes and finds the way back, and stops only when a question gets in between."),
    )),
    "honesty": ("Honesty", "Tactful", "Blunt", (
        ("silken", "{name} never hands over a hard truth whole: wraps it in a compliment, a story or a perhaps, and lets a small falsehood stand rather than see somebody lose face."),
        ("tactful", "{name} tells the truth by choosing the moment: first what is good, then the flaw, softened and in private."),
        ("fair", "{name} says what is true when asked, in plain and considerate words, and keeps back criticism that nobody asked for unless it matters."),
        ("frank", "{name} says the unwelcome thing early and without cushions, about the deed and not to wound the person, and never praises what does not deserve it."),
        ("blunt", "{name} says the truth at once and in the fewest words, asked or not, to high and low alike; flattery is contradicted, and {name}'s own faults are named just as flatly."),
    )),
    "patience": ("Patience", "Quick", "Patient", (
        ("short-fused", "{name} cuts in before the sentence is over, acts first and explains afterwards, and meets a repeated question with open irritation."),
        ("quick", "{name} presses for the point: finishes other people's sentences, gives one chance, then decides alone."),
        ("even", "{name} waits out an ordinary delay, but says so when talk goes in circles, and puts an end to it."),
        ("patient", "{name} lets people finish, explains a second time in other words, and allows a silence to do its work."),
        ("unhurried", "{name} hurries nobody: goes through the same thing a tenth time with the same care, waits days for an answer, and does not rise to provocation."),
    )),
    "humour": ("Humour", "Earnest", "Dry", (
        ("wholly earnest", "{name} takes every word at face value, makes no jokes and misses other people's; a quip is answered as though it had been meant."),
        ("earnest", "{name} is serious by habit: smiles at another's wit, seldom adds any, and never jokes about what hurts."),
        ("lightly amused", "{name} lets a light remark fall when the mood allows, and drops the tone as soon as matters turn grave."),
        ("dry", "{name} comments with a straight face, by understatement and the exact word set slightly askew, never explains the joke, and keeps it up under pressure."),
        ("bone-dry", "{name} answers nearly everything deadpan, bad news included; even tenderness arrives disguised as a complaint, and no laugh gives it away."),
    )),
    "trust": ("Trust", "Wary", "Trusting", (
        ("suspicious", "{name} looks for the motive behind every kindness: answers questions with questions, keeps the door in view, and shares nothing that could be used later."),
        ("wary", "{name} gives facts away in small change and watches what becomes of them; a promise counts once it is kept, and a broken word sends everything back to the start."),
        ("watchful", "{name} takes people at their word in small things, wants proof in large ones, and says openly which is which."),
        ("trusting", "{name} believes first and doubts on evidence: lends things, tells something private to show good faith, and looks for the innocent reason when a story does not fit."),
        ("wide open", "{name} believes everybody, hands over keys and secrets at the first meeting, and when deceived grieves, forgives, and trusts again."),
    )),
    "feeling": ("Feeling", "Hidden", "Shown", (
        ("sealed", "{name} shows nothing, the same face for joy and for loss; only a break in routine, a cup set down too carefully, betrays that something happened inside."),
        ("guarded", "{name} holds feeling back until it slips out sideways: turns away, finds work for the hands, changes the subject; names an emotion only before somebody proven."),
        ("composed", "{name} lets a mood be read in voice and face, keeps it in proportion, and says in one sentence what is felt when asked directly."),
        ("expressive", "{name} laughs aloud, colours, raises the voice, says “that hurt” or “I am glad” unprompted, and acts on it within the scene."),
        ("unveiled", "{name} lives every feeling outwards, with tears, embraces and slammed doors, and cannot hide a mood even where it would be wise."),
    )),
    "curiosity": ("Curiosity", "Settled", "Curious", (
        ("incurious", "{name} asks nothing: what is known suffices, new things are measured against old ones and put away, and talk is steered back to familiar ground."),
        ("settled", "{name} asks only what the task needs, prefers the tried way, and lets strange matters stay strange."),
        ("interested", "{name} follows what touches the matter at hand with a question or two, then returns to it."),
        ("curious", "{name} picks up odd details and asks about them, where from, how made, why then, and will leave the subject for a good question and come back."),
        ("insatiable", "{name} can leave nothing unexamined: asks question upon question, touches, tests, takes apart; a riddle outweighs comfort, safety and the hour."),
    )),
}  # fmt: skip

CHINESE: dict[str, tuple[str, str, str, Bands]] = {
    "manner": ("待人", "矜持", "热络", (
        ("拒人千里", "{name}与谁都隔着一段距离：称呼用敬称，别人走近一步，就退后一步；不为正事，绝不打听旁人的生活。"),
        ("矜持", "{name}礼数周全，心门不开：招呼照打，有问才答，私事一概不提；要安慰人，就替人做件小事，不说软话。"),
        ("平和", "{name}待人和气，分寸如常：直呼其名，看得出谁累了；至于再近一步，留给对方先迈。"),
        ("热络", "{name}见了人是真高兴，也不藏着：挪个座，记住你随口说的小事，过后还会问一句后来怎样。"),
        ("掏心掏肺", "{name}把来人都当自家人：起小名，拍肩膀，先端吃的再问话；人家越冷，就越要暖回去。"),
    )),
    "talk": ("言谈", "寡言", "健谈", (
        ("近乎沉默", "{name}一次只说一句短话；点头、眼神、停顿能顶用的地方，就不开口。"),
        ("寡言", "{name}一件事只讲一遍，三两个短句，不兜圈子，也不怕冷场。"),
        ("适中", "{name}该说几句就说几句，说完把话头递给对方。"),
        ("健谈", "{name}一开口就是一段，顺手添个例子、捎句闲话，很少让场子静下来。"),
        ("滔滔不绝", "{name}话匣子关不上，讲着讲着拐进旧事，绕一圈又绕回来，得有人插问一句才停得住。"),
    )),
    "honesty": ("直率", "委婉", "直言", (
        ("滴水不漏", "{name}从不把难听的实话整个端出来：裹一句夸奖、一个故事、一声“也许”；宁可由着一点小谎过去，也不叫人下不来台。"),
        ("委婉", "{name}说实话要挑时候：先讲好处，再提毛病，话放软，背着人说。"),
        ("公道", "问到了，{name}就照实答，话直而不伤人；没人问的批评，不要紧便咽下去。"),
        ("坦率", "不中听的话，{name}趁早说，不垫软垫；只论事，不戳人，不该夸的一句也不夸。"),
        ("直言不讳", "{name}张口就是实话，字越少越好，问没问、对着谁都一样；奉承当面驳回，自己的短处也照说不误。"),
    )),
    "patience": ("耐性", "性急", "耐心", (
        ("一点就着", "{name}不等人说完就插话，先动手后解释；同一件事问第二遍，脸色立刻就下来。"),
        ("性急", "{name}催人说重点：替别人把话接完，机会只给一次，过后自己拿主意。"),
        ("如常", "寻常的耽搁，{name}等得起；话开始兜圈子了，就挑明，然后叫停。"),
        ("耐心", "{name}让人把话说完，没听懂就换个说法再讲一遍，也肯让沉默自己起作用。"),
        ("不慌不忙", "{name}谁也不催：同一件事讲到第十遍，还跟第一遍一样仔细；等回音可以等上几天，怎么激也激不动。"),
    )),
    "humour": ("幽默", "认真", "冷幽默", (
        ("全然认真", "{name}每句话都当真，不说笑，也听不出别人在说笑；一句俏皮话，会得到一个郑重的回答。"),
        ("认真", "{name}惯于正经：别人说得妙，会笑一笑，自己少有妙语；戳人痛处的玩笑从不开。"),
        ("偶尔打趣", "气氛合适时，{name}丢一句轻巧话，事情一重，就收起来。"),
        ("冷幽默", "{name}板着脸说俏皮话：话往轻里说，词用得准，偏偏歪了半寸；从不解释，越是紧要关头越不改。"),
        ("冷到骨子里", "{name}几乎句句冷面，坏消息也这么报；连心疼人都装成抱怨，自己绝不先笑。"),
    )),
    "trust": ("信任", "多疑", "信人", (
        ("处处提防", "谁来示好，{name}先想他图什么：拿问题答问题，座位要看得见门，日后能做把柄的一个字不露。"),
        ("多疑", "{name}把实情一点一点地给出去，看着它流到哪儿；诺言兑现了才算数，食言一回，一切从头来过。"),
        ("留神", "{name}小事听人一句话，大事要见凭据；哪件是大事，当面说清。"),
        ("信人", "{name}先信，有了证据再疑：东西肯借，肯拿一件私事换人放心；话对不上时，先替人想一个无辜的缘由。"),
        ("毫不设防", "{name}谁的话都信，头一回见面就交钥匙、交底；受了骗，难过一场，原谅，下回照信。"),
    )),
    "feeling": ("情绪", "内敛", "外露", (
        ("不露声色", "{name}什么都不显，得与失都是同一张脸；只有平日的习惯乱了一处，譬如杯子放得太轻，才知道心里出了事。"),
        ("内敛", "{name}把情绪压着，压不住了就从旁边漏出来：转过身，手上找点活，换个话头；只在信得过的人面前，才说得出那个词。"),
        ("有度", "{name}的心情听得出、看得出，总有分寸；当面问起，也肯用一句话说明白。"),
        ("外露", "{name}会大声笑，会脸红，会提高嗓门；不等人问就说“这话伤人”“我真高兴”，而且当场就照着心情做。"),
        ("写在脸上", "{name}心里有什么，外头就有什么：掉泪，拥抱，摔门；明知该藏也藏不住。"),
    )),
    "curiosity": ("好奇", "守常", "好奇", (
        ("不闻不问", "{name}什么也不问：已经知道的够用了，新东西拿旧的量一量便收起来，话头总要带回熟路上。"),
        ("守常", "{name}只问手头用得着的，宁可走老路；怪事就让它怪着。"),
        ("有兴趣", "跟正事沾边的，{name}追问一两句，随后回到正题。"),
        ("好奇", "{name}捡得起零碎的怪处，问从哪儿来、怎么做的、为何偏在那时；为一个好问题肯丢下话题，过后再回来。"),
        ("刨根问底", "没有一样东西{name}放得过：一问接一问，要摸，要试，要拆开看；谜当前，舒服、安危、时辰都往后排。"),
    )),
}  # fmt: skip

WORDS = {"en": ENGLISH, "zh-hans": CHINESE}
