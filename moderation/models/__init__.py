from moderation.models.audit import AuditEntry
from moderation.models.handbook import HandbookRead
from moderation.models.notice import Appeal, Notice
from moderation.models.report import Reason, Report

__all__ = ["Appeal", "AuditEntry", "HandbookRead", "Notice", "Reason", "Report"]
