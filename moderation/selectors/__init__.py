from moderation.selectors.reports import TABLE, open_report_of, text_of

__all__ = ["TABLE", "open_report_of", "text_of"]
