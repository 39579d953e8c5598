from plugins.api import ComputedFact, hookimpl


@hookimpl
def guantong_facts(evidence):
    return (ComputedFact("generation", evidence["improvements"]),)
