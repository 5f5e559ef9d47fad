"""What this app holds of people: what they reported, and what was decided about them."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding

RULES = "to keep the rules"

HOLDINGS = (
    Holding(
        model="moderation.Report",
        called=_("reports you made"),
        what="reports one made (words sealed)",
        why=RULES,
        whose="reporter",
        sealed={"text": "moderation_report"},
        taken="reports",
        hidden=("note",),
        erased="stays for its decision, of nobody, wordless",
    ),
    Holding(
        model="moderation.Notice",
        called=_("decisions about you"),
        what="decisions about somebody (reasons sealed)",
        why=RULES,
        whose="user",
        sealed={"text": "moderation_notice"},
        taken="notices",
    ),
    Holding(
        model="moderation.Appeal",
        what="appeals and answers (sealed)",
        why=RULES,
        whose="notice__user",
        sealed={"text": "moderation_appeal", "answer": "moderation_appeal.answer"},
        taken="appeals",
    ),
    Holding(
        model="moderation.Case",
        what="cases about somebody: rule, severity, outcome",
        why=RULES,
        whose="about",
        left="under consideration; what is decided is told in a notice, which is taken",
        erased="stays without whom it was about",
    ),
    Holding(
        model="moderation.Exhibit",
        what="words that a filter found (sealed)",
        why=RULES,
        whose="case__about",
        sealed={"text": "moderation_exhibit"},
        left="copies of lines, which are taken",
    ),
    Holding(
        model="moderation.HandbookRead",
        what="that a moderator read the handbook",
        why=RULES,
        whose="user",
        taken="handbook",
    ),
    Holding(
        model="moderation.RuleSet",
        what="terms and policy of the house",
        why=RULES,
        left="the work of staff",
        erased="stays, without who made it",
    ),
    Holding(
        model="moderation.AuditEntry",
        what="what people with power did, by bare ids",
        why=RULES,
        kept="as long as the site",
        left="a log of the house without anybody's words",
        erased="stays: an id that leads nowhere",
    ),
    Holding(
        model="moderation.Reading",
        what="that staff asked to read a talk, and why",
        why=RULES,
        left="a log of the house; the person is told of it in a notice, which is taken",
        erased="stays, of a talk that is gone",
    ),
    Holding(
        model="moderation.RightsNotice",
        what="notices of rights holders: who sends one and why; what the author answers (sealed)",
        why=RULES,
        whose="character__owner",
        or_whose="story__owner",
        kept="as long as the character or the story",
        sealed={"counter": "moderation_rightsnotice.counter"},
        left="words and address of whoever sent it; what was decided is told in a notice, which is taken",
        erased="deleted with the character or the story",
    ),
)
