"""One question for each field of the query root, about a holding."""

from tests.schema.access.world import ACTIVE, RECORDED, Holding

# What everybody may read shows nothing of anybody: there is data or there is none.
SHOWS_NOBODY = {
    "occupations",
    "policy",
    "policyPacks",
    "policyRoutes",
    "skillLevels",
    "titleLevels",
    "titleSeries",
    "viewer",
}
# Nothing but the answer itself shows whether these were read: they refuse whatever is not the reader's.
MORE = {
    "applicationWarnings",
    "exportColumns",
    "filingPrecheck",
    "pluginHistory",
    "schemeDiff",
    "schemeImpact",
}
ANSWERED_OR_REFUSED = SHOWS_NOBODY | MORE
HELD = '{skill: {occupation: "6-20-01-01", level: SENIOR_WORKER}}'


def arguments(holding: Holding) -> dict[str, str]:
    """The arguments of each root field with which something of the holding shows, if it may be read."""
    ids, key = holding.ids, holding.key
    before, after = (holding.world.filings[version]["id"] for version in (ACTIVE, RECORDED))
    page = "(first: 100)"
    return {
        "activeSchemes": "",
        "applicationWarnings": f'(draft: {{round: "{ids["Round"]}", person: "{ids["Person"]}", targets: {HELD}}})',
        "applications": page,
        "certificates": page,
        "competitions": page,
        "contestRequests": page,
        "credentialCounts": "(by: [ENTERPRISE])",
        "credentials": page,
        "enterprise": f'(key: "{holding.owner.key}")',
        "enterprises": page,
        "evaluations": page,
        "experts": page,
        "exportColumns": "(list: RESULTS)",
        "filingPrecheck": f'(round: "{ids["Round"]}")',
        "filing": f'(id: "{ids["Filing"]}")',
        "filings": page,
        "idlePilots": '(asOf: "2036-01-01")',
        "job": f'(id: "{ids["Job"]}")',
        "jobs": page,
        "node": f'(id: "{ids["Person"]}")',
        "nodes": f'(ids: ["{ids["Person"]}", "{ids["Wheel"]}"])',
        "occupations": "(first: 1)",
        "people": page,
        "person": f'(id: "{ids["Person"]}")',
        "pilotDecisions": page,
        "pilotList": page,
        "pilotListDifference": '(from: "2025-12-31", to: "2026-03-02")',
        "pluginChanges": '(from: "2026-02-01", to: "2026-03-02")',
        "pluginHistory": f'(key: "{key}")',
        "pilotSummary": '(by: [ENTERPRISE], from: "2020-01-01", to: "2030-01-01")',
        "plugins": "",
        "policy": "",
        "policyPacks": "",
        "policyRoutes": "",
        "replicableSchemes": page,
        "round": f'(id: "{ids["Round"]}")',
        "rounds": page,
        "scheme": f'(key: "{key}")',
        "schemeDiff": f'(from: "{before}", to: "{after}")',
        "schemeImpact": f'(version: "{after}")',
        "schemes": page,
        "serviceTokens": page,
        "webhookSubscriptions": page,
        "skillLevels": "",
        "supervisionAlerts": '(from: "2020-01-01", to: "2030-01-01")',
        "tasks": "(mine: false)",
        "titleLevels": "",
        "titleSeries": "",
        "viewer": "",
    }
