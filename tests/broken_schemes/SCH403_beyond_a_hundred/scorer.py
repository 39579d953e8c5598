from plugins.api import CriterionPoints, hookimpl


@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, 30 * evidence["improvements"])
