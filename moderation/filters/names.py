"""Common given names and surnames, and words that stand where names do: they tell a person that is called from any other word."""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES = words(
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
    "abel adele agatha agnes aileen alma amelia anastasia angelica annabel annie antonia ariel asher audrey ava beatrice becca bella bernadette bianca "
    "blanche bonnie bridget brigitte caden cameron candice caroline cassandra cassie cecilia celeste celia claire clarissa claudia cleo colette colin "
    "connor constance cora cordelia corinne damon daphne deirdre delia delilah derek dominic dora edgar edith edwin eileen elaine eleanor elias elise eliza "
    "ellie eloise elsa elsie emilia erica erin ernest esme esmeralda esther eugenia ezra felicity finley fiona florence fred frederick frieda gabriela "
    "gavin genevieve georgia georgina geraldine gertrude gilbert gina ginny gordon graham grant gregory harriet harrison harvey hattie heidi helena "
    "henrietta hilda holly howard ian ilse imogen irene isabel isabelle isla jade jane jasmine jasper jenna jenny jess jessie jill joanna joaquin jocelyn "
    "joel jonas josephine josie juliet karin kate kathy katie kieran kira kirsten lana lance lars layla leah lena leon leonard leonora lewis lila lillian "
    "livia lloyd lorna lorraine louise lucille lukas lydia mabel maddie maeve maggie magnus maia malcolm marcia margot marian marianne marina marjorie "
    "marta marvin matilda matthias maud maxwell maya melanie mercedes meredith mila mildred miles millie mina minnie miranda miriam mitchell moira molly "
    "mona monica muriel myra nadia nadine naomi neil nell nellie nigel nina noel noelle nolan noor norma norman octavia odette ophelia oswald paige paula "
    "pauline penelope percy petra phillip phoebe polly poppy priscilla quentin rafael ramon regina reginald renata rhea rhoda rita roberta romy rosalie "
    "rosalind rosie roxanne rupert sabrina sadie sally saskia sebastian selena selma serena sergei sheila sidney sienna silas silvia simone skye sonia "
    "sophie spencer stefan stuart susie suzanne sven sylvia tabitha tamara tara tatiana thea tiffany tina tobias tobin travis trevor troy trudy ursula "
    "valentina valerie vanessa vera veronica vivian vivienne wanda wendy wesley wilfred wilhelmina willa winifred winston wyatt xavier yolanda yvette "
    "yvonne zane zara zelda "
)

# What has a capital at the head of a sentence, or is said to anybody.
COMMON_WORDS = words(
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
NO_CALLS = words(
    "outside inside upstairs downstairs first second third next afterwards later meanwhile instead otherwise whatever quick quickly gently softly hurry shh "
    "boy girl son lad lass dude mate buddy pal cousin uncle aunt auntie grandma grandpa nana papa mama mum mummy daddy sweetie pumpkin kitten baby babe beautiful "
    "handsome gorgeous brothers sisters ladies gentlemen guys folks kids children men women soldiers students class team crew sailor pilot driver barkeep "
    "innkeeper waiter bartender guard guards little dearest beloved sunshine angel princess prince puppy cat dog horse ghost spirit demon witch wizard human "
    "mortal fellow gentleman maid cook smith warrior hunter student pupil apprentice partner comrade enough nonsense rubbish great cool super wow ugh hmm hm "
    "okay shall therefore thus hence likewise whenever wherever tonight afterward whoever both either neither each another others most many few some any all "
    "follow forward back north south east west left"
)

# Titles, kin, trades, and what somebody is called out of love or scorn, in capitals or not.
FORMS = words(
    "grandfather grandmother granny grandmama gramps grandad granddad nephew niece daughter skipper doc teacher sensei mistress milord milady "
    "sire excellency eminence reverend padre abbot abbess bishop cardinal rabbi imam lieutenant corporal private colonel admiral general agent constable sheriff "
    "marshal deputy warden ranger scout recruit cadet sport slugger ace bro man sonny missy kiddo squirt shorty peanut muffin buttercup dumpling sweetpea petal "
    "blossom bunny dove lamb cherub saint devil imp rascal scoundrel villain traitor thief dummy goldilocks snow moonlight starlight raindrop firefly "
    "sparrow nightingale wanderer pilgrim newcomer neighbour neighbor citizen healer sorcerer sorceress druid bard minstrel paladin rogue merchant blacksmith "
    "farmer shepherd mayor governor senator president minister chancellor ambassador duke duchess baron baroness count countess emperor empress "
    "queen king goddess jesus christ allah buddha zeus odin thor athena apollo missus boys girls hun grumpy happy lazybones smarty bookworm owl mon cher "
    "querida amigo amiga senor senora monsieur madame mademoiselle signore signora fraulein herr frau oppa noona senpai sama onii hyung habibi mijo mija "
    "papi mami squire page jester fisherman ferryman gardener butler maid nanny governess tutor doctor surgeon barber tailor baker butcher miller "
    "hangman executioner gravedigger archer swordsman blade stranger outlander foreigner northerner southerner islander hermit oracle prophet priest "
    "priestess monk nun friar deacon pastor vicar elder ancient immortal vampire werewolf dwarf elf orc goblin troll giant dragon beast monster creature "
    "robot android machine computer pirate bandit outlaw sinner heretic infidel peasant commoner noble nobleman heir heiress orphan widow bride groom "
    "spouse wife husband hubby wifey twin bestie bff homie nerd geek jock hotshot wiseguy trickster prankster matey landlubber sailor bosun helmsman "
    "navigator gunner medic private trooper ensign sarge boss gaffer guvnor governor inspector constable bobby counsellor counselor attorney judge "
    "justice honour honor clerk secretary treasurer chairman chairwoman manager director producer maestro diva star legend myth guest patron customer client "
)
# Somebody whom everybody knows, and what is greeted or called to as if it were somebody.
NOBODY_HERE = words(
    "sherlock watson einstein newton romeo juliet casanova cinderella shakespeare mozart beethoven picasso houdini rambo tarzan dracula "
    "kafka austen dickens homer plato google siri alexa mercury venus mars jupiter saturn uranus neptune pluto earth moon sun world universe ocean sea "
    "europe africa asia america australia england france germany italy spain russia china japan india london paris rome berlin moscow tokyo vienna "
    "january february march april june july august september october november december spring summer autumn winter easter halloween ramadan "
    "sleepyhead birthday beauty beast genius champ champion rookie cowboy cowgirl tiger lion bear wolf fox rabbit kitty birdie sugar cupcake peach "
    "treasure precious dreamer trouble heaven hell fate fortune destiny freedom life time darkness abba bach chopin vivaldi nietzsche socrates "
    "coffee tea breakfast lunch dinner supper number page chapter orion sirius cassiopeia pleiades diary obama elvis batman superman scrooge "
)

# Chinese names are told by a surname before them, or by a form of address behind them; the longest given names stand first.
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文霍裴简柳骆岑纪祝齐褚季尤盛凌楚穆慕洛"
FORMS_ZH = r"(?:先生|小姐|女士|太太|公子|姑娘|大人|少爷|殿下|将军|师弟|师妹|师兄|师姐|大夫|老师|医生|总|工|队长|老板|同学|经理|警官|教授|掌柜|捕头|叔|姨|哥|姐)"  # what somebody is called behind a surname
GIVEN_NAMES_ZH = (
    "塞巴斯蒂安|尼古拉斯|菲利克斯|亚历克斯|亚历山大|伊莎贝拉|伊丽莎白|玛格丽特|奥莉维亚|维多利亚|英格丽德|塞西莉亚|"
    "迈克尔|詹姆斯|查尔斯|卢卡斯|马克斯|托马斯|丹尼尔|本杰明|奥斯卡|奥利弗|安德鲁|安东尼|罗伯特|理查德|爱德华|"
    "维克多|德里克|艾米丽|爱丽丝|安吉拉|卡米拉|凯瑟琳|克莱尔|克拉拉|戴安娜|艾丽莎|菲奥娜|格蕾丝|海伦娜|珍妮弗|"
    "杰西卡|朱丽叶|茱莉亚|莉莉安|玛丽亚|梅丽莎|莫妮卡|娜塔莎|蕾切尔|索菲亚|斯特拉|塔尼娅|瓦莱丽|希尔达|子涵|子豪|"
    "子墨|子安|子衿|宇航|宇轩|宇辰|嘉怡|嘉琪|嘉豪|佳琪|佳宁|晓琳|晓峰|晓梅|晓雪|晓晴|小雅|雅琴|雅婷|雅静|"
    "静怡|静雯|梦琪|梦洁|梦瑶|诗雨|诗琪|思琪|思雨|思思|思源|雨欣|雨薇|雨晴|雪儿|雪莹|欣妍|心怡|心悦|若彤|"
    "若兰|若雪|若云|紫萱|紫嫣|婉儿|婉婷|芷若|芷晴|清歌|清婉|云帆|云飞|云曦|云澜|景行|景明|承泽|承宇|怀瑾|"
    "怀瑜|明远|明哲|明辉|俊熙|俊辉|俊峰|伟强|伟明|国华|国栋|建华|建平|建军|志伟|志豪|志刚|文轩|文杰|文浩|"
    "天宇|天成|泽宇|泽阳|皓轩|皓宇|浩宇|博文|博远|瑾瑜|慕晴|念慈|念安|可馨|可欣|可儿|语桐|语晨|艺涵|依依|"
    "依诺|美琪|美娜|丹丹|丹妮|凌云|傲天|逸飞|逸风|杰克|汤姆|约翰|彼得|大卫|迈克|威廉|查理|乔治|亨利|亚当|"
    "卢克|马克|保罗|凯文|杰瑞|杰森|托尼|丹尼|山姆|尼克|利奥|里奥|雨果|亚瑟|卡尔|伊万|艾伦|艾登|雷恩|凯恩|"
    "莱恩|罗兰|加文|西蒙|艾米|艾玛|艾拉|艾琳|艾莉|爱玛|安娜|安妮|贝拉|贝蒂|凯特|凯蒂|黛西|伊芙|汉娜|海伦|"
    "珍妮|简妮|朱莉|凯莉|琳达|劳拉|莉莉|莉娜|丽莎|露西|露娜|玛丽|玛莎|米娅|妮娜|妮可|诺拉|瑞秋|罗丝|露丝|"
    "莎拉|萨拉|苏菲|索菲|苏珊|蒂娜|薇拉|温蒂|佐伊|志强|浩然|建国|大勇|子轩|秋月|春花|美玲|晓东|晓明|国强|"
    "家豪|俊杰|雨桐|梓涵|欣怡|诗涵|思远|文博|天佑|明轩|婉清|若曦|如烟|清漪|逸尘|慕白|云深|凌霄|无忌|语嫣|"
    "灵儿|紫霞|翠花|铁柱|二狗|大壮|小芳|雪梅|玉兰|桂花|海涛|志远|志明|春娇|佳怡|晓雯|晓燕|丽华|淑芬|美丽|"
    "永强|立新|卫东|红梅|婷婷|丽丽|娜娜|萌萌|圆圆|豆豆|甜甜|果果|朵朵|露露|冰冰|晶晶|琳琳|佳佳|倩倩|芳芳|"
    "莹莹|媛媛|珊珊|欣欣|菲菲|雯雯|蕾蕾|贝贝|妞妞|囡囡|强强|玲玲|兰兰|红红|敏敏|楠楠|浩浩|燕燕"
)
NO_NAMES_ZH = (
    "马上|高兴|方便|于是|常常|安静|白天|周末|周围|石头|温柔|万一|金色|任何|江边|江湖|黄昏|严重|许多|许久|何必|何况|白白|毛巾|成天|钱包|夏天|余下|陈年|方才|史上|小心|小时|小声|小事|小气|小狗|小猫|小鬼|小子|"
    "老实|老是|老天|老地|老样|老板|老师|老大|慢慢|轻轻|悄悄|渐渐|刚刚|偷偷|静静|默默|妈妈|爸爸|哥哥|姐姐|弟弟|妹妹|爷爷|奶奶|宝宝|谢谢|拜拜|看看|试试|想想|等等|好好|天天|来来|哈哈|嘿嘿|呵呵|嘻嘻|呜呜|嗯嗯|"
    "哼哼|走走|说说|听听|人人|处处|时时|明明|偏偏|乖乖|早早|远远|久久|紧紧|对对|行行|是是|好吧|江山|高处|高手|高些|高一|白露|白雪|方向|金子|石子|武功|文章|关于|关上|温度|温暖|安全|安心|安排|毛病|马车|马儿|"
    "钱财|孔雀|常年|易如|严格|胡说|胡闹|张嘴|张口|张开|谢了|谢过|钟声|王爷|王妃|王上|孙子|徐徐|郑重|白费|高兴|安好|常来|顾客|任由|方可|宁可|许是|万万|段时|易碎|石阶|花儿|一会儿|小二|老爷|老夫|老娘|老头|老天"
    "爷|小姐|小心点|小妹|小弟|老弟|老兄|老朽|小女|小人|老身|小的|阿姨|阿弥|阿嚏|阿门|成了|成啊|行了|何苦|何妨|梁上|江南|江北|夏夜|秦淮|白痴|史书|马车|马蹄|龙王|严肃|叶子|林子|金银|汤都|汤还|熊孩|孔明灯|万岁"
    "|老婆|老公|老爸|老妈|老爹|老哥|老姐|老妹|老叔|老伯|老婶|老汉|老翁|老妪|老乡|老外|老友|老幺|老二|老三|老四|老相好|老丈|老衲|老道|老僧|老贼|老狗|老鬼|老奸|老油条|老狐狸|老祖|老人|老家|老伴|老铁|老表"
    "|阿婆|阿公|阿哥|阿妹|阿姐|阿弟|阿爸|阿妈|阿爹|阿娘|阿爷|阿奶|阿嬷|阿伯|阿叔|阿婶|阿舅|阿姑|阿嫂|阿兄"
    "|小叔|小姨|小舅|小姑|小婶|小哥|小姐姐|小猪|小乖|小样|小主|小爷|小侯|小将|小厮|小贼|小贩|小卒|小僧|小道|小仙|小妖|小乌龟|小老虎|小老头|小兔|小狐|小祖|小心肝|小朋友|小伙|小调|小曲|小楼|小院|小酌|小吃|小憩|小住"
    "|太太|娘娘|方丈|心儿|宝儿|乖儿|段子|段落|凌晨|韩国|白云|白纸|白菜|白糖|唐诗|唐朝|宋词|宋朝|元宵|汉子|洛阳|扬州"
    "|程序|白酒|黄酒|高粱|田里|田间|石榴|文火|方法|余生|余温|温馨|温水|安稳|安心|常言|康复|易怒"
)
