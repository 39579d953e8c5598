from plugins.api import ComputedFact, CriterionPoints, hookimpl


@hookimpl
def guantong_facts(evidence):
    return (ComputedFact("generation", evidence["improvements"] // 3),)


@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, min(100, 40 + 15 * evidence["improvements"]))
