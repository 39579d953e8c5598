"""What a public notice (公示) shows of who is in it: the name as the policy says, and no number of a document ever."""

from datetime import date

from core.policy.stack import PolicyStack

NAME = "process.notice_name"
MASKED = "masked"


def noticed_name(policy: PolicyStack, day: date, name: str) -> str:
    """The name as a notice of the day shows it: whole, or its first character with a star for each of the others."""
    if policy.value(NAME, day).is_ != MASKED:
        return name
    return name[:1] + "*" * max(len(name) - 1, 1)
