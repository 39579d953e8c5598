"""The table of rules, and the one function that runs it. Every finding is collected; no rule stops another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from plugins.findings import Finding, Place, Severity, Stage
from plugins.rules import authority_rules as authorities
from plugins.rules import balance_rules as balance
from plugins.rules import case_rules as cases
from plugins.rules import code_rules as code
from plugins.rules import contest_rules as contests
from plugins.rules import fact_rules as facts
from plugins.rules import floor_rules as floors
from plugins.rules import gate_rules as gates
from plugins.rules import manifest_rules as manifest
from plugins.rules import mark_rules as marks
from plugins.rules import people_rules as people
from plugins.rules import provision_rules as provisions
from plugins.rules import reading_rules as reading
from plugins.rules import row_rules as rows
from plugins.rules import table_rules as tables
from plugins.rules import weight_rules as weights
from plugins.rules.needs import (
    JAIL,
    NO_ERROR,
    OTHERS_KEYS,
    OWN_AUTHORITIES,
    PILOT_LIST,
    PUBLISHED_FACTS,
    PUBLISHED_TYPES,
    Need,
)
from plugins.rules.subject import Fault, Subject, unusable

Check = Callable[[Subject], Iterator[Fault]]
E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. The check's docstring is its documentation, its last paragraph the example.

    ``need`` is what it reads besides the scheme and the policy; where that is not at hand the rule is not run, and a
    notice under its code says so.
    """

    code: str
    stage: Stage
    severity: Severity
    check: Check
    need: Need | None = None

    @property
    def summary(self) -> str:
        return (self.check.__doc__ or "").strip().partition("\n")[0]

    @property
    def example(self) -> str:
        return " ".join((self.check.__doc__ or "").partition("Example:")[2].split())


RULES: tuple[Rule, ...] = (
    Rule("SCH001", Stage.STATIC, E, reading.codes_are_known),
    Rule("SCH002", Stage.STATIC, E, reading.numbers_are_unique),
    Rule("SCH003", Stage.STATIC, E, reading.periods_run_forward),
    Rule("SCH004", Stage.STATIC, E, reading.contests_lead_somewhere),
    Rule("SCH101", Stage.STATIC, E, manifest.contract_version),
    Rule("SCH102", Stage.STATIC, E, manifest.key_is_free, OTHERS_KEYS),
    Rule("SCH103", Stage.STATIC, E, manifest.credit_code),
    Rule("SCH104", Stage.STATIC, E, authorities.on_pilot_list, PILOT_LIST),
    Rule("SCH105", Stage.STATIC, E, manifest.begins_under_the_plan),
    Rule("SCH106", Stage.STATIC, W, manifest.ends_soon),
    Rule("SCH107", Stage.STATIC, E, manifest.names_industry_authority),
    Rule("SCH108", Stage.STATIC, E, manifest.has_every_step),
    Rule("SCH109", Stage.STATIC, E, manifest.keys_are_unique),
    Rule("SCH110", Stage.STATIC, E, manifest.evidence_is_declared),
    Rule("SCH111", Stage.STATIC, W, manifest.evidence_is_used),
    Rule("SCH112", Stage.STATIC, E, manifest.has_groups),
    Rule("SCH113", Stage.STATIC, W, manifest.groups_are_used),
    Rule("SCH114", Stage.STATIC, E, manifest.not_over),
    Rule("SCH115", Stage.STATIC, E, provisions.provisions_within_scheme_period),
    Rule("SCH116", Stage.STATIC, E, provisions.links_liken_across),
    Rule("SCH117", Stage.STATIC, W, provisions.links_have_effect),
    Rule("SCH118", Stage.STATIC, E, provisions.preferences_follow_policy),
    Rule("SCH119", Stage.STATIC, E, facts.facts_keep_their_type, PUBLISHED_TYPES),
    Rule("SCH120", Stage.STATIC, W, facts.facts_stay, PUBLISHED_FACTS),
    Rule("SCH121", Stage.STATIC, E, facts.facts_can_have_a_value),
    Rule("SCH201", Stage.STATIC, E, floors.above_the_floor),
    Rule("SCH202", Stage.STATIC, E, floors.no_skipped_rung),
    Rule("SCH203", Stage.STATIC, E, rows.within_scheme_period),
    Rule("SCH204", Stage.STATIC, E, rows.has_a_direction),
    Rule("SCH205", Stage.STATIC, E, rows.title_exists),
    Rule("SCH206", Stage.STATIC, W, rows.corresponds),
    Rule("SCH207", Stage.STATIC, E, people.reachable),
    Rule("SCH208", Stage.STATIC, W, people.not_shadowed),
    Rule("SCH209", Stage.STATIC, E, people.not_contradictory),
    Rule("SCH210", Stage.STATIC, E, authorities.within_authority, OWN_AUTHORITIES),
    Rule("SCH211", Stage.STATIC, E, gates.no_banned_gate),
    Rule("SCH212", Stage.STATIC, E, gates.no_four_only_gate),
    Rule("SCH213", Stage.STATIC, E, rows.two_certificates_have_two_sides),
    Rule("SCH214", Stage.STATIC, W, rows.not_over),
    Rule("SCH215", Stage.STATIC, W, floors.floor_on_every_day),
    Rule("SCH216", Stage.STATIC, E, rows.forms_are_allowed),
    Rule("SCH217", Stage.STATIC, E, contests.contest_is_recognised),
    Rule("SCH218", Stage.STATIC, E, contests.contest_rank_is_enough),
    Rule("SCH219", Stage.STATIC, E, contests.contest_is_no_shortcut),
    Rule("SCH220", Stage.STATIC, E, contests.contest_level_is_in_reach),
    Rule("SCH221", Stage.STATIC, E, contests.contest_is_the_enterprises_own),
    Rule("SCH301", Stage.STANDARDS, E, weights.weights_sum_to_one),
    Rule("SCH302", Stage.STANDARDS, E, weights.weights_in_range),
    Rule("SCH303", Stage.STANDARDS, E, weights.has_criteria),
    Rule("SCH304", Stage.STANDARDS, E, weights.performance_weighs_enough),
    Rule("SCH305", Stage.STANDARDS, E, weights.four_only_capped),
    Rule("SCH306", Stage.STANDARDS, E, weights.says_what_it_measures),
    Rule("SCH307", Stage.STANDARDS, E, marks.no_gate_in_pass_mark),
    Rule("SCH308", Stage.STANDARDS, E, marks.own_mark_is_no_gate),
    Rule("SCH309", Stage.STANDARDS, E, marks.marks_not_below_policy),
    Rule("SCH310", Stage.STANDARDS, E, tables.tables_in_range),
    Rule("SCH311", Stage.STANDARDS, E, tables.tables_rise),
    Rule("SCH312", Stage.STANDARDS, E, tables.tables_reachable),
    Rule("SCH313", Stage.STANDARDS, E, weights.bonuses_capped),
    Rule("SCH314", Stage.STANDARDS, E, balance.tracks_in_balance),
    Rule("SCH315", Stage.STANDARDS, E, balance.contribution_in_balance),
    Rule("SCH316", Stage.STANDARDS, W, weights.not_a_copy),
    Rule("SCH317", Stage.STANDARDS, E, marks.marks_in_reach),
    Rule("SCH318", Stage.STANDARDS, W, balance.marks_in_balance),
    Rule("SCH319", Stage.STANDARDS, E, code.fields_in_order),
    Rule("SCH401", Stage.BEHAVIOUR, E, cases.cases_are_understood),
    Rule("SCH402", Stage.BEHAVIOUR, E, cases.cases_hold, NO_ERROR),
    Rule("SCH403", Stage.BEHAVIOUR, E, code.code_answers, JAIL),
    Rule("SCH404", Stage.BEHAVIOUR, E, code.code_is_deterministic),
    Rule("SCH405", Stage.BEHAVIOUR, E, code.scorers_rise),
    Rule("SCH406", Stage.BEHAVIOUR, E, code.scorers_keep_caps),
    Rule("SCH407", Stage.BEHAVIOUR, W, code.fields_have_effect),
    Rule("SCH408", Stage.BEHAVIOUR, E, code.facts_as_declared),
)


def verify(subject: Subject, distribution: str = "") -> list[Finding]:
    """Every finding of every rule, in the order of the table."""
    found: list[Finding] = []
    for rule in RULES:
        found += list(_run(rule, subject, distribution or subject.scheme.key, found))
    return found


def _run(rule: Rule, subject: Subject, distribution: str, before: Sequence[Finding]) -> Iterator[Finding]:
    if rule.need and not rule.need.is_met(subject, before):
        yield _finding(rule, Severity.NOTICE, rule.need.unchecked, subject, distribution)
        return
    severity = severity_of(rule, subject)
    for fault in rule.check(subject):
        yield _finding(rule, severity, fault, subject, distribution)


def _finding(rule: Rule, severity: Severity, fault: Fault, subject: Subject, distribution: str) -> Finding:
    return Finding(
        rule.code,
        rule.stage,
        severity,
        Place(distribution, subject.scheme.version, fault.file, fault.row, None, fault.entry),
        fault.what,
        None if fault.value is None else str(fault.value),
        None if fault.nearest is None else str(fault.nearest),
        fault.clause,
        fault.counterexample,
    )


def severity_of(rule: Rule, subject: Subject) -> Severity:
    """The severity that a policy pack gives the rule, by the value ``verification.severity.CODE``, else the table's."""
    id_ = f"verification.severity.{rule.code.lower()}"
    value = next((value for value in subject.severities if value.id == id_), None)
    if value is None:
        return rule.severity
    if value.is_ not in set(Severity):
        raise unusable(value, value.is_, Severity)
    return Severity(str(value.is_))
