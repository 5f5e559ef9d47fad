"""Common given names and surnames, and words that stand where names do: they tell a person that is called from any other word."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES = _words(
    "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth "
    "kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel "
    "gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy harold "
    "keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan "
    "juan wayne roy ralph randy eugene vincent russell elijah louis bobby philip johnny liam oliver lucas mason leo oscar hugo felix simon martin victor "
    "max theo finn owen luke evan caleb isaac marcus julian adrian ivan diego carlos pedro miguel antonio marco luca matteo pierre jean henri klaus hans "
    "otto karl fritz boris igor dmitri mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley "
    "kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda "
    "pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia "
    "victoria kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice "
    "abigail alice julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis "
    "lori clara nora lucy zoe chloe mia ella lily ruby eva eve rose daisy ivy hazel iris violet stella luna aria elena sofia camila lucia carmen rosa ines "
    "greta ingrid astrid freya sigrid olga irina natasha tanya katya yuki sakura hana aiko kenji hiroshi takeshi akira ren mei ling wei jin min arjun priya "
    "anita raj ravi omar ali hassan fatima leila aisha yusuf ahmed lancelot gareth gawain percival merlin guinevere isolde tristan rowan lyra kael darian "
    "aldric cedric roland edmund gwen morgan "
)

# What has a capital at the head of a sentence, or is said to anybody.
COMMON_WORDS = _words(
    "the this that there then they what when where why how yes yeah well now here hello good thank thanks please listen look come stop wait never maybe "
    "perhaps sorry sure still and but not you your she her his him hush careful enough right fine ah oh hey morning evening night dear welcome sir madam "
    "everyone everybody people captain doctor lord lady master miss mister mother father mom dad brother sister friend love honey darling sweetheart traveler traveller stranger god "
    "heavens damn really nothing everything someone nobody quiet slowly suddenly finally today tomorrow tonight yesterday christmas monday tuesday "
    "wednesday thursday friday saturday sunday silence goodbye farewell indeed exactly perfect absolutely anyway besides however also just only once again "
    "always alright okay deal understood agreed go run sit stay take let tell give try trust close open relax breathe easy better later soon child kid boss "
    "chief professor majesty highness grace sergeant commander detective inspector nurse chef coach officer soldier knight hero fool idiot liar coward late "
    "ready alone home done busy tired christian catholic german french english irish spanish death legend "
)

# What people are called who go by no name, and what else stands before a comma and an order.
NO_CALLS = _words(
    "outside inside upstairs downstairs first second third next afterwards later meanwhile instead otherwise whatever quick quickly gently softly hurry shh "
    "boy girl son lad lass dude mate buddy pal cousin uncle aunt auntie grandma grandpa nana papa mama mum mummy daddy sweetie pumpkin kitten baby babe beautiful "
    "handsome gorgeous brothers sisters ladies gentlemen guys folks kids children men women soldiers students class team crew sailor pilot driver barkeep "
    "innkeeper waiter bartender guard guards little dearest beloved sunshine angel princess prince puppy cat dog horse ghost spirit demon witch wizard human "
    "mortal fellow gentleman maid cook smith warrior hunter student pupil apprentice partner comrade enough nonsense rubbish great cool super wow ugh hmm hm "
    "okay shall therefore thus hence likewise whenever wherever tonight afterward whoever both either neither each another others most many few some any all "
    "follow forward back north south east west left"
)

# Chinese names are told by a surname before them, or by a form of address behind them.
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文霍裴简柳骆岑纪祝齐褚季尤盛凌楚穆慕洛"
GIVEN_NAMES_ZH = "志强|浩然|建国|大勇|子轩|秋月|春花|美玲|晓东|晓明|建军|国强|家豪|俊杰|雨桐|梓涵|欣怡|诗涵|思远|文博|天佑|明轩|婉清|若曦|如烟|清漪|子墨|逸尘|慕白|云深|凌霄|无忌|语嫣|灵儿|紫霞|翠花|铁柱|二狗|大壮|小芳|雪梅|玉兰|桂花|海涛|志远|志明|春娇|佳怡|晓雯|晓燕|丽华|淑芬|美丽|永强|立新|卫东|红梅|婷婷|丽丽|娜娜|萌萌|圆圆|豆豆|甜甜|果果|朵朵|露露|冰冰|晶晶|莉莉|琳琳|佳佳|倩倩|芳芳|莹莹|媛媛|珊珊|欣欣|菲菲|雯雯|蕾蕾|贝贝|妞妞|囡囡|强强|玲玲|兰兰|红红|敏敏|楠楠|浩浩|燕燕"
NO_NAMES_ZH = (
    "马上|高兴|方便|于是|常常|安静|白天|周末|周围|石头|温柔|万一|金色|任何|江边|江湖|黄昏|严重|许多|许久|何必|何况|白白|毛巾|成天|钱包|夏天|余下|陈年|方才|史上|小心|小时|小声|小事|小气|小狗|小猫|小鬼|小子|"
    "老实|老是|老天|老地|老样|老板|老师|老大|慢慢|轻轻|悄悄|渐渐|刚刚|偷偷|静静|默默|妈妈|爸爸|哥哥|姐姐|弟弟|妹妹|爷爷|奶奶|宝宝|谢谢|拜拜|看看|试试|想想|等等|好好|天天|来来|哈哈|嘿嘿|呵呵|嘻嘻|呜呜|嗯嗯|"
    "哼哼|走走|说说|听听|人人|处处|时时|明明|偏偏|乖乖|早早|远远|久久|紧紧|对对|行行|是是|好吧|江山|高处|高手|高些|高一|白露|白雪|方向|金子|石子|武功|文章|关于|关上|温度|温暖|安全|安心|安排|毛病|马车|马儿|"
    "钱财|孔雀|常年|易如|严格|胡说|胡闹|张嘴|张口|张开|谢了|谢过|钟声|王爷|王妃|王上|孙子|徐徐|郑重|白费|高兴|安好|常来|顾客|任由|方可|宁可|许是|万万|段时|易碎|石阶|花儿|一会儿|小二|老爷|老夫|老娘|老头|老天"
    "爷|小姐|小心点|小妹|小弟|老弟|老兄|老朽|小女|小人|老身|小的|阿姨|阿弥|阿嚏|阿门|成了|成啊|行了|何苦|何妨|梁上|江南|江北|夏夜|秦淮|白痴|史书|马车|马蹄|龙王|严肃|叶子|林子|金银|汤都|汤还|熊孩|孔明灯|万岁"
    "|程序|白酒|黄酒|高粱|田里|田间|石榴|文火|方法|余生|余温|温馨|温水|安稳|安心|常言|康复|易怒"
)
