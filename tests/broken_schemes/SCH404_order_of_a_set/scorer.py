from plugins.api import CriterionPoints, hookimpl


@hookimpl
def guantong_score(criterion, evidence):
    first = next(iter({"焊接", "装配", "起重", "涂装", "钳工", "电气", "检验"}))
    return CriterionPoints(criterion, 60 + sum(first.encode()) % 40 if evidence["improvements"] else 0)
