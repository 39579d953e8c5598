"""The table of rules, and the one function that runs it. Every finding is collected; no rule stops another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.errors import GuantongError
from plugins.findings import Finding, Place, Severity, Stage
from plugins.rules import catalog_rules as catalog
from plugins.rules import manifest_rules as manifest
from plugins.rules import standards_rules as standards
from plugins.rules.subject import Fault, Subject

Check = Callable[[Subject], Iterator[Fault]]
E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. The check's docstring is its documentation, its last paragraph the example."""

    code: str
    stage: Stage
    severity: Severity
    check: Check

    @property
    def summary(self) -> str:
        return (self.check.__doc__ or "").strip().partition("\n")[0]

    @property
    def example(self) -> str:
        return " ".join((self.check.__doc__ or "").partition("Example:")[2].split())


RULES: tuple[Rule, ...] = (
    Rule("SCH101", Stage.STATIC, E, manifest.contract_version),
    Rule("SCH102", Stage.STATIC, E, manifest.key_is_free),
    Rule("SCH103", Stage.STATIC, E, manifest.credit_code),
    Rule("SCH104", Stage.STATIC, E, manifest.on_pilot_list),
    Rule("SCH105", Stage.STATIC, E, manifest.begins_under_the_plan),
    Rule("SCH106", Stage.STATIC, W, manifest.ends_soon),
    Rule("SCH107", Stage.STATIC, E, manifest.names_industry_authority),
    Rule("SCH108", Stage.STATIC, E, manifest.has_every_step),
    Rule("SCH109", Stage.STATIC, E, manifest.keys_are_unique),
    Rule("SCH110", Stage.STATIC, E, manifest.evidence_is_declared),
    Rule("SCH111", Stage.STATIC, W, manifest.evidence_is_used),
    Rule("SCH112", Stage.STATIC, E, manifest.has_groups),
    Rule("SCH113", Stage.STATIC, W, manifest.groups_are_used),
    Rule("SCH201", Stage.STATIC, E, catalog.above_the_floor),
    Rule("SCH202", Stage.STATIC, E, catalog.no_skipped_rung),
    Rule("SCH203", Stage.STATIC, E, catalog.within_scheme_period),
    Rule("SCH204", Stage.STATIC, E, catalog.has_a_direction),
    Rule("SCH205", Stage.STATIC, E, catalog.title_exists),
    Rule("SCH206", Stage.STATIC, W, catalog.corresponds),
    Rule("SCH207", Stage.STATIC, E, catalog.reachable),
    Rule("SCH208", Stage.STATIC, W, catalog.not_shadowed),
    Rule("SCH209", Stage.STATIC, E, catalog.not_contradictory),
    Rule("SCH210", Stage.STATIC, E, catalog.within_authority),
    Rule("SCH211", Stage.STATIC, E, catalog.no_banned_gate),
    Rule("SCH212", Stage.STATIC, E, catalog.no_four_only_gate),
    Rule("SCH213", Stage.STATIC, E, catalog.two_certificates_have_two_sides),
    Rule("SCH301", Stage.STANDARDS, E, standards.weights_sum_to_one),
    Rule("SCH302", Stage.STANDARDS, E, standards.weights_in_range),
    Rule("SCH303", Stage.STANDARDS, E, standards.has_criteria),
    Rule("SCH304", Stage.STANDARDS, E, standards.performance_weighs_enough),
    Rule("SCH305", Stage.STANDARDS, E, standards.four_only_capped),
    Rule("SCH306", Stage.STANDARDS, E, standards.says_what_it_measures),
    Rule("SCH307", Stage.STANDARDS, E, standards.no_gate_in_pass_mark),
    Rule("SCH308", Stage.STANDARDS, E, standards.own_mark_is_no_gate),
    Rule("SCH309", Stage.STANDARDS, E, standards.marks_not_below_policy),
    Rule("SCH310", Stage.STANDARDS, E, standards.tables_in_range),
    Rule("SCH311", Stage.STANDARDS, E, standards.tables_rise),
    Rule("SCH312", Stage.STANDARDS, E, standards.tables_reachable),
    Rule("SCH313", Stage.STANDARDS, E, standards.bonuses_capped),
    Rule("SCH314", Stage.STANDARDS, E, standards.tracks_in_balance),
    Rule("SCH315", Stage.STANDARDS, E, standards.contribution_in_balance),
    Rule("SCH316", Stage.STANDARDS, W, standards.not_a_copy),
)


def verify(subject: Subject, distribution: str = "") -> list[Finding]:
    """Every finding of every rule, in the order of the table."""
    return [found for rule in RULES for found in _run(rule, subject, distribution or subject.scheme.key)]


def _run(rule: Rule, subject: Subject, distribution: str) -> Iterator[Finding]:
    severity = severity_of(rule, subject)
    for fault in rule.check(subject):
        place = Place(distribution, subject.scheme.version, fault.file, fault.row, None, fault.entry)
        yield Finding(
            rule.code,
            rule.stage,
            severity,
            place,
            fault.what,
            None if fault.value is None else str(fault.value),
            None if fault.nearest is None else str(fault.nearest),
            fault.clause,
            fault.counterexample,
        )


def severity_of(rule: Rule, subject: Subject) -> Severity:
    """The policy pack's severity for the rule, ``verification.severity.CODE``, else the table's."""
    try:
        return Severity(str(subject.policy.value(f"verification.severity.{rule.code.lower()}", subject.day).is_))
    except GuantongError:
        return rule.severity
