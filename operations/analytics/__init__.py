"""Figures of the site for its operators: counted by day, told by the rule of small groups. See docs/analytics.md."""
