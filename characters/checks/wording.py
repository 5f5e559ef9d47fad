"""Words that more than one rule looks for. Few and unmistakable: what a reader must judge is left to one."""

from characters.checks.work import any_word

SEXUAL = any_word(
    r"sex sexual sexually sexy porn\w* nsfw erotic\w* fetish\w* blowjob\w* handjob\w* cum cumming cock pussy nude"
    r" naked masturbat\w* orgasm\w* horny aroused lewd hentai smut intercourse penis vagina nipples?",
    "性爱 性交 性行为 做爱 色情 情色 裸体 自慰 高潮 口交 春药 淫荡 淫乱 阴茎 阴道 肉棒 小穴 乳头",
)
# What is beyond "violence, dark themes" for everyone; the battle of a fairy tale is not.
GORE = any_word(
    r"gore gory torture\w* mutilat\w* dismember\w* disembowel\w* self-harm suicide suicidal rape\w* cannibal\w*",
    "酷刑 虐杀 肢解 开膛 自残 自杀 强奸 强暴 食人 血腥",
)
UNDER_AGE = any_word(
    r"minor underage under-age child children kids? preteen teenager schoolgirl schoolboy loli lolicon shota toddler"
    r" little\sgirl little\sboy (?:1[0-7]|[1-9])[-\s]?years?[-\s]?old (?:1[0-7]|[1-9])[-\s]?yo aged?\s(?:1[0-7]|[1-9])",
    "未成年 萝莉 正太 幼女 幼童 女童 男童 小学生 初中生 小女孩 小男孩",
)
