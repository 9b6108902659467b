"""Duties of given facts under a pack of rules."""

from law.duty import Answer, Condition, Content, Duty, Recipient

__all__ = ["Answer", "Condition", "Content", "Duty", "Recipient"]
