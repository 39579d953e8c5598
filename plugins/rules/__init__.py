"""The rules of verification: small checks in one table, each with a code, a stage, a severity and an example."""

from plugins.rules.subject import Subject
from plugins.rules.table import RULES, Rule, verify

__all__ = ["RULES", "Rule", "Subject", "verify"]
