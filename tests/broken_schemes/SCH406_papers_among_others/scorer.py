from plugins.api import CriterionPoints, hookimpl


@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, min(100, 30 * evidence["improvements"] + 35 * evidence["papers"]))
