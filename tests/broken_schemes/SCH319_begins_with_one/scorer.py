from plugins.api import CriterionPoints, hookimpl


@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, min(100, 20 + 20 * evidence["improvements"]))
