"""Row-level security on what rounds keep: an enterprise's own, the bureau's to review, and everybody's their own.

As in 0004. A worker applies and objects, an assessor scores, a member votes: each by rows that carry their own id.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


def _mine(column: str) -> str:
    return f"{column} = (SELECT guantong_id('guantong.person'))"


OF_ENTERPRISE = "enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
READ = f"({_may('city:person:read')} OR ({_may('enterprise:evaluation:read')} AND {OF_ENTERPRISE}))"
RUN = f"(({_may('enterprise:round:run')} AND {OF_ENTERPRISE}) OR {_may('*')})"
REVIEW = f"({RUN} OR {_may('city:result:review')})"
ACTORS = _may("own:score:give", "own:vote:cast")
EVERYBODY = f"({READ} OR {_may('own:application:file', 'own:score:give', 'own:vote:cast')})"


def _acts_in(round_id: str) -> str:
    """Whether the person scores in the round or sits on a committee of it."""
    tables = ("round_assessor", "committee_member")
    return "(" + " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} AS acts WHERE acts.round_id = {round_id} AND {_mine('acts.person_id')})"
        for table in tables
    ) + ")"


def _or_mine(condition: str, *permissions: str, column: str = "person_id") -> str:
    return f"({condition} OR ({_may(*permissions)} AND {_mine(column)}))"


_SEATED = "EXISTS (SELECT 1 FROM committee_member AS seat WHERE seat.committee_id = title_ballot.committee_id AND "
# Table, who reads a row, who writes it.
POLICIES = (
    ("round", EVERYBODY, REVIEW),
    ("round_step", READ, REVIEW),
    ("round_deadline", EVERYBODY, REVIEW),
    (
        "evidence_claim",
        # Of the applications that the wall lets through.
        "EXISTS (SELECT 1 FROM application AS applied WHERE applied.id = evidence_claim.application_id)",
        _or_mine(RUN, "own:application:file"),
    ),
    ("expert", READ, f"(({_may('enterprise:expert:record')} AND {OF_ENTERPRISE}) OR {_may('*')})"),
    ("round_assessor", _or_mine(READ, "own:score:give"), RUN),
    (
        "score_entry",
        _or_mine(READ, "own:score:give", column="assessor_person_id"),
        _or_mine(_may("*"), "own:score:give", column="assessor_person_id"),
    ),
    ("tally", _or_mine(READ, "own:person:read"), RUN),
    ("committee", f"({READ} OR {_may('own:vote:cast')})", RUN),
    ("committee_member", _or_mine(READ, "own:vote:cast"), RUN),
    (
        "tie_declaration",
        f"({READ} OR {_mine('actor_person_id')} OR {_mine('applicant_person_id')})",
        f"({RUN} OR ({ACTORS} AND {_mine('actor_person_id')}) "
        f"OR ({_may('own:application:file')} AND {_mine('applicant_person_id')}))",
    ),
    (
        "title_ballot",
        f"({READ} OR {_may('own:vote:cast')})",
        f"({RUN} OR ({_may('own:vote:cast')} AND {_SEATED}{_mine('seat.person_id')})))",
    ),
    ("ballot_roll", _or_mine(READ, "own:vote:cast"), _or_mine(_may("*"), "own:vote:cast")),
    ("public_notice", EVERYBODY, RUN),
    ("notice_row", EVERYBODY, RUN),
    (
        "objection",
        _or_mine(READ, "own:objection:raise", column="objector_person_id"),
        _or_mine(RUN, "own:objection:raise", column="objector_person_id"),
    ),
    ("result_filing", READ, REVIEW),
    ("result_row", READ, RUN),
    ("certificate", _or_mine(READ, "own:person:read"), RUN),
    ("issuer_code", READ, _may("city:enterprise:record", "*")),
)
# Applications were behind the wall before; whoever acts in a round reads those of it, and one's own is filed and, as
# long as nobody has reviewed it, taken back.
_OWN_APPLICATION = f"{_may('own:application:file')} AND {_mine('person_id')}"
APPLICATIONS = (
    ("application_acting", "SELECT", f"USING ({ACTORS} AND {_acts_in('application.round_id')})"),
    ("application_insert", "INSERT", f"WITH CHECK ({RUN} OR ({_OWN_APPLICATION} AND status = 'filed'))"),
    ("application_run", "UPDATE", f"USING ({RUN}) WITH CHECK ({RUN})"),
    (
        "application_own",
        "UPDATE",
        f"USING ({_OWN_APPLICATION} AND status = 'filed') "
        f"WITH CHECK ({_OWN_APPLICATION} AND status IN ('filed', 'withdrawn'))",
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, read, write in POLICIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read})")
        op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({write})")
        op.execute(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write})")
        # Nothing of a round is deleted by anybody but the platform itself.
        op.execute(f"CREATE POLICY {table}_delete ON {table} FOR ALL USING ({_may('*')})")
    for name, commands, condition in APPLICATIONS:
        op.execute(f"CREATE POLICY {name} ON application FOR {commands} {condition}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, _commands, _condition in APPLICATIONS:
        op.execute(f"DROP POLICY {name} ON application")
    for table, _read, _write in reversed(POLICIES):
        for kind in ("delete", "update", "insert", "read"):
            op.execute(f"DROP POLICY {table}_{kind} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
