from moderation.models.audit import AuditEntry
from moderation.models.notice import Appeal, Notice
from moderation.models.report import Reason, Report

__all__ = ["Appeal", "AuditEntry", "Notice", "Reason", "Report"]
