from plugins.api import ComputedFact, hookimpl


@hookimpl
def guantong_facts(evidence):
    many = evidence["improvements"]
    return (ComputedFact("generation", many if many < 3 else "第四代"),)
