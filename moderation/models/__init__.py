from moderation.models.audit import AuditEntry
from moderation.models.case import Case, Exhibit
from moderation.models.handbook import HandbookRead
from moderation.models.help import HelpLine
from moderation.models.notice import Appeal, Notice
from moderation.models.reading import Reading
from moderation.models.report import Reason, Report
from moderation.models.rights import RightsNotice
from moderation.models.rules import RuleSet
from moderation.models.template import ReasonTemplate

__all__ = [
    "Appeal", "AuditEntry", "Case", "Exhibit", "HandbookRead", "HelpLine", "Notice", "Reading", "Reason",
    "ReasonTemplate", "Report", "RightsNotice", "RuleSet",
]  # fmt: skip
