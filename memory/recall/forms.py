"""Words that have to be known one by one: those that every sentence has, and forms that no rule gives."""

_EVERYWHERE = """
a about above after again against all also am an and any anybody anyone anything are aren't around as at away be
because been before being below between both but by came can can't cannot come comes coming could couldn't did didn't
do does doesn't doing don't done down during each either else ever every everything few for from further get gets
getting give given gives go goes going gone gonna got gotta had hadn't has hasn't have haven't having he hello her
here hers herself hey hi him himself his how however i i'd i'll i'm i've if in instead into is isn't it it's its
itself just kind know last let let's like likely lot lots made make makes making many may maybe me might mine more
most much must my myself near no nor not now of off often oh ok okay on once one only onto or other others ought our
ours ourselves out over own per please quite rather really said same say saying says see seem seems seen shall she
should shouldn't since so some somebody someone something soon sort still such sure take takes taking tell tells than
thank thanks that that's the their theirs them themselves then there there's these they they're thing things this
those though through thus to too told toward towards under until up upon us use used uses using very via wanna want
wanted wants was wasn't way we well went were weren't what what's whatever when where whether which while who who's
whole whom whose why will with within without won't would wouldn't wow yeah yep yes yet you you'd you'll you're you've
your yours yourself yourselves
"""
STOP_WORDS = frozenset(_EVERYWHERE.split())

STOP_CHARACTERS = frozenset(
    "的了是在我你您他她它们这那就也和与有一个着过吗呢吧啊呀嘛哦把被让从到为以之其而且或但很都还又再才只没会能要说"
    "么什哪谁怎几多少对得地跟给不些"
)

# Verbs and nouns under the form that the stemmer then takes; a few words for the same thing.
_FORMS = """
ate>eat eaten>eat beaten>beat became>become began>begin begun>begin bent>bend bet>bet bit>bite bitten>bite blew>blow
blown>blow bore>bear born>birth bought>buy bound>bind bred>breed broke>break broken>break brought>bring built>build
burnt>burn caught>catch chose>choose chosen>choose clung>cling crept>creep dealt>deal drank>drink drawn>draw drew>draw
driven>drive drove>drive drunk>drink dug>dig dreamt>dream fallen>fall fed>feed fell>fall felt>feel fled>flee flew>fly
flown>fly forbidden>forbid forgave>forgive forgiven>forgive forgot>forget forgotten>forget fought>fight found>find
froze>freeze frozen>freeze grew>grow grown>grow heard>hear held>hold hid>hide hidden>hide hung>hang kept>keep
knelt>kneel knew>know known>know laid>lay lain>lie lay>lay led>lead left>leave lent>lend leapt>leap learnt>learn
lit>light lost>lose meant>mean met>meet mistaken>mistake mistook>mistake outgrown>outgrow overcame>overcome paid>pay
ran>run rang>ring ridden>ride risen>rise rode>ride rose>rise sang>sing sank>sink sat>sit saw>see sent>send sewn>sew
shaken>shake shone>shine shook>shake shot>shoot shown>show shrank>shrink slept>sleep slid>slide sold>sell sought>seek
spent>spend spoke>speak spoken>speak sprang>spring stole>steal stolen>steal stood>stand struck>strike stuck>stick
stung>sting sung>sing sunk>sink swam>swim swept>sweep swore>swear sworn>swear swum>swim swung>swing taken>take
taught>teach thought>think threw>throw thrown>throw took>take tore>tear torn>tear understood>understand
undertook>undertake wept>weep withdrew>withdraw woke>wake woken>wake won>win wore>wear worn>wear wound>wind wove>weave
woven>weave written>write wrote>write children>child feet>foot geese>goose knives>knife leaves>leaf lives>live life>live
loaves>loaf men>man mice>mouse people>person selves>self shelves>shelf teeth>tooth thieves>thief wives>wife
wolves>wolf women>woman dying>die lying>lie tying>tie favourite>favorite colour>color neighbour>neighbor
theatre>theater centre>center grey>gray programme>program mom>mother mum>mother mommy>mother mummy>mother dad>father
daddy>father kid>child kids>child grandma>grandmother granny>grandmother grandpa>grandfather pic>picture pics>picture
photo>picture photos>picture photograph>picture photographs>picture bike>bicycle bikes>bicycle tv>television
fridge>refrigerator movie>film movies>film hometown>home two>2 three>3 four>4 five>5 six>6 seven>7 eight>8 nine>9
ten>10
"""
IRREGULAR = dict(pair.split(">") for pair in _FORMS.split())
