"""Example scheme of 越秀轨道示例企业: one criterion that tables cannot say, and one computed fact.

Nobody imports this: it runs in the jail, the scorer once for every cell of its table when the scheme is registered.
"""

from plugins.api import ComputedFact, CriterionPoints, hookimpl

BASE, EACH, MOST = 60, 8, 100
WITHOUT_APPRENTICES = 84  # methods of work alone pass nothing on (第十二条)
HUNDREDS_IN_A_THOUSAND = 10


@hookimpl
def guantong_score(criterion, evidence):
    """Passing on skills: apprentices and methods alike, but without apprentices never the full points."""
    apprentices, methods = evidence["apprentices_trained"], evidence["methods_adopted"]
    most = MOST if apprentices else WITHOUT_APPRENTICES
    return CriterionPoints(criterion, min(most, BASE + EACH * (apprentices + methods)))


@hookimpl
def guantong_facts(evidence):
    """Whole thousands of days of safe work, of which evidence counts the hundreds."""
    return (ComputedFact("safe_thousands", evidence["safety_days"] // HUNDREDS_IN_A_THOUSAND),)
