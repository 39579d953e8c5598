"""How often an award was used, for whoever decides on it next: an enterprise reads no decision of another's."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# It says of which kind the certificates were and nothing else; within it every row counts, as for the platform itself.
USES = """
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


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(USES)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION guantong_award_uses(uuid[])")
