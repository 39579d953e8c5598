"""Scores are let through by what the reader holds before their evaluations are looked at: once a statement, not a row.

The rule is that of 0004. Only who reads or writes scores of an enterprise, or one's own, has the evaluation looked up.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _may(permission: str) -> str:
    return f"(SELECT guantong_may('{permission}'))"


OF_ENTERPRISE = "held.enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
OF_PERSON = "held.person_id = (SELECT guantong_id('guantong.person'))"
AT_ENTERPRISE = f"({_may('enterprise:evaluation:read')} AND {OF_ENTERPRISE})"
ONES_OWN = f"({_may('own:person:read')} AND {OF_PERSON})"


def _held(condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM evaluation AS held WHERE held.id = score.evaluation_id AND ({condition}))"


READ = (
    f"{_may('city:person:read')} OR (({_may('enterprise:evaluation:read')} OR {_may('own:person:read')}) "
    f"AND {_held(f'{AT_ENTERPRISE} OR {ONES_OWN}')})"
)
WRITTEN = f"{_may('*')} OR ({_may('enterprise:evaluation:record')} AND {_held(OF_ENTERPRISE)})"
READ_BEFORE = _held(f"{_may('city:person:read')} OR {AT_ENTERPRISE} OR {ONES_OWN}")
WRITTEN_BEFORE = _held(f"({_may('enterprise:evaluation:record')} AND {OF_ENTERPRISE}) OR {_may('*')}")


def upgrade() -> None:
    _replace(READ, WRITTEN)


def downgrade() -> None:
    _replace(READ_BEFORE, WRITTEN_BEFORE)


def _replace(read: str, written: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER POLICY score_read ON score USING ({read})")
    op.execute(f"ALTER POLICY score_write ON score USING ({written}) WITH CHECK ({written})")
