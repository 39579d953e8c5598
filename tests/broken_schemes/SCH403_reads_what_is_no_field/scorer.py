from plugins.api import CriterionPoints, hookimpl


@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, 10 * evidence["improvement"])
