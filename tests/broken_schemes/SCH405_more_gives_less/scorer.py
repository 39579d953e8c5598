from plugins.api import CriterionPoints, hookimpl


@hookimpl
def guantong_score(criterion, evidence):
    points = {0: 0, 1: 80, 2: 70, 4: 100}
    return CriterionPoints(criterion, points[evidence["improvements"]])
