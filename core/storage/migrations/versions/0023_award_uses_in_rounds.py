"""On which award an application in a round rests, what awards are used for in either way, and the pulse of rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OLD_USES = """
CREATE FUNCTION guantong_award_uses(ids uuid[]) RETURNS TABLE (award uuid, kind text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held text := COALESCE(current_setting('guantong.grants', true), '');
BEGIN
  PERFORM set_config('guantong.grants', '*', true);
  RETURN QUERY SELECT award_id, side::text FROM contest_decision WHERE granted AND award_id = ANY (ids);
  PERFORM set_config('guantong.grants', held, true);
END
$$
"""


def _of_side(side: str) -> str:
    return f"""
    UNION ALL
    SELECT asked.award_id, '{side}'::text, 'contest'::text, false FROM contest_request AS asked
    WHERE asked.award_id = ANY (ids) AND asked.state = 'asked' AND asked.{side}_level IS NOT NULL
      AND asked.id IS DISTINCT FROM besides AND NOT EXISTS
      (SELECT 1 FROM contest_decision AS settled WHERE settled.request_id = asked.id AND settled.side = '{side}')
    UNION ALL
    SELECT filed.{side}_award_id, '{side}'::text, 'round'::text, false FROM application AS filed
    JOIN round ON round.id = filed.round_id
    WHERE filed.{side}_award_id = ANY (ids) AND filed.id IS DISTINCT FROM besides
      AND filed.status IN ('filed', 'admitted') AND round.state <> 'cancelled'
    UNION ALL
    SELECT filed.{side}_award_id, '{side}'::text, 'round'::text, true FROM application AS filed
    WHERE filed.{side}_award_id = ANY (ids) AND filed.id IS DISTINCT FROM besides AND EXISTS
      (SELECT 1 FROM certificate WHERE certificate.application_id = filed.id AND certificate.side = '{side}')"""


# As in 0013: within it every row counts, and it says nothing of where a use is.
USES = f"""
CREATE FUNCTION guantong_uses_of_awards(ids uuid[], besides uuid)
RETURNS TABLE (award uuid, kind text, way text, issued boolean)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held text := COALESCE(current_setting('guantong.grants', true), '');
BEGIN
  PERFORM set_config('guantong.grants', '*', true);
  RETURN QUERY SELECT decided.award_id, decided.side::text, 'contest'::text, true FROM contest_decision AS decided
    WHERE decided.granted AND decided.award_id = ANY (ids) AND decided.request_id IS DISTINCT FROM besides
    {_of_side("skill")}{_of_side("title")};
  PERFORM set_config('guantong.grants', held, true);
END
$$
"""
# Whoever does something in a round raises its pulse, also who may change nothing else of its row.
PULSE = """
CREATE FUNCTION guantong_beat(wanted uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held text := COALESCE(current_setting('guantong.grants', true), '');
BEGIN
  PERFORM set_config('guantong.grants', '*', true);
  UPDATE round SET pulse = pulse + 1 WHERE id = wanted;
  PERFORM set_config('guantong.grants', held, true);
END
$$
"""
SIDES = ("skill", "title")


def upgrade() -> None:
    with op.batch_alter_table("application") as table:
        for side in SIDES:
            name = f"{side}_award_id"
            table.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            table.create_foreign_key(op.f(f"fk_application_{name}_award"), "award", [name], ["id"])
            table.create_index(op.f(f"ix_application_{name}"), [name])
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("pulse", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("round") as table:
        table.alter_column("pulse", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION guantong_award_uses(uuid[])")
        op.execute(USES)
        op.execute(PULSE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION guantong_beat(uuid)")
        op.execute("DROP FUNCTION guantong_uses_of_awards(uuid[], uuid)")
        op.execute(OLD_USES)
    with op.batch_alter_table("round") as table:
        table.drop_column("pulse")
    with op.batch_alter_table("application") as table:
        for side in SIDES:
            name = f"{side}_award_id"
            table.drop_index(op.f(f"ix_application_{name}"))
            table.drop_constraint(op.f(f"fk_application_{name}_award"), type_="foreignkey")
            table.drop_column(name)
