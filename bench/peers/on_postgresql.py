"""The city on PostgreSQL: made denser, and copied into a schema of its own, without the product's wall."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from bench.peers.clocks import stat
from bench.peers.store import TABLES

EVERY_ROW: Final = "-c guantong.grants=* -c statement_timeout=0 -c jit=off"

# Whoever measures must see all of the work: workers of a parallel query end before anybody reads their clock.
_ALIKE: Final = """
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET max_parallel_workers_per_gather = 0', current_database());
  EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
END $$;
"""

_DENSER: Final = """
CREATE TEMPORARY TABLE extra AS
  SELECT gen_random_uuid() AS id, p.id AS person_id, n AS nth, p.place
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM person) p,
       generate_series(1, 3) n
  WHERE n <= (p.place * 7919) % 4;
INSERT INTO evaluation (id, person_id, enterprise_id, scheme_version_id, reference_day, occupation, skill_level,
    skill_outcome, decided_on, scheme_digest, policy_digest, calendar_digest, facts_digest, engine_version, origin,
    source_document, is_example)
  SELECT x.id, x.person_id, e.enterprise_id, e.scheme_version_id, e.reference_day - (x.nth * 400)::int,
    '6-23-02-01', 'skill:technician', 'passed', e.decided_on - (x.nth * 400)::int, e.scheme_digest, e.policy_digest,
    e.calendar_digest, e.facts_digest, e.engine_version, 'import', '生成的示例数据 generated example data', true
  FROM extra x, (SELECT * FROM evaluation ORDER BY id LIMIT 1) e;
INSERT INTO score (id, evaluation_id, criterion, side, points, weight, assessor_name)
  SELECT gen_random_uuid(), x.id, 'criterion_' || c, 'skill', 60 + ((x.place * 31 + c * 17 + x.nth) % 40)::int, 200,
    '示例考评员' || c
  FROM extra x, generate_series(1, 5) c;
"""

_COPY: Final = """
CREATE SCHEMA peers;
CREATE TABLE peers.enterprise AS SELECT id, key FROM enterprise;
CREATE TABLE peers.person AS SELECT id, name, born_on, identity_kind, is_example FROM person ORDER BY id;
CREATE TABLE peers.credential AS
  SELECT id, person_id, kind, level, number, issuer_name, issuer_enterprise_id, legal_basis, obtained_by, awarded_on,
    valid_until, is_example FROM credential ORDER BY person_id, id;
CREATE TABLE peers.evaluation AS
  SELECT id, person_id, reference_day, decided_on, policy_digest, engine_version, origin, source_document, is_example
  FROM evaluation ORDER BY person_id, id;
CREATE TABLE peers.score AS
  SELECT id, evaluation_id, criterion, side, points, weight, assessor_name FROM score ORDER BY evaluation_id, id;
CREATE TABLE peers.employment AS
  SELECT id, person_id, enterprise_id, post, frontline, starts, ends FROM employment ORDER BY person_id, id;
"""
_KEYS: Final = """
ALTER TABLE peers.{0} ADD PRIMARY KEY (id);
"""
_REFERENCES: Final = """
ALTER TABLE peers.credential ADD FOREIGN KEY (person_id) REFERENCES peers.person,
  ADD FOREIGN KEY (issuer_enterprise_id) REFERENCES peers.enterprise;
ALTER TABLE peers.evaluation ADD FOREIGN KEY (person_id) REFERENCES peers.person;
ALTER TABLE peers.score ADD FOREIGN KEY (evaluation_id) REFERENCES peers.evaluation;
ALTER TABLE peers.employment ADD FOREIGN KEY (person_id) REFERENCES peers.person,
  ADD FOREIGN KEY (enterprise_id) REFERENCES peers.enterprise;
CREATE INDEX ON peers.credential (person_id);
CREATE INDEX ON peers.credential (level, awarded_on, id);
CREATE INDEX ON peers.credential (issuer_enterprise_id);
CREATE INDEX ON peers.evaluation (person_id);
CREATE INDEX ON peers.score (evaluation_id, criterion, side, assessor_name);
CREATE INDEX ON peers.employment (person_id);
CREATE INDEX ON peers.employment (enterprise_id);
CREATE VIEW peers.credential_count AS
  SELECT e.key AS enterprise, c.kind, c.level, extract(year FROM c.awarded_on)::int AS year, count(*)::int AS count
  FROM peers.credential c JOIN peers.enterprise e ON e.id = c.issuer_enterprise_id GROUP BY 1, 2, 3, 4;
"""


class OnPostgresql:
    """One database; the copy is its schema ``peers``."""

    name = "PostgreSQL"
    prefix = "peers."

    def __init__(self, url: str) -> None:
        self.url = self.copy_url = url

    def densify(self) -> None:
        """Add evaluations with their scores, and make the copy."""
        with psycopg.connect(self.url, autocommit=True, options=EVERY_ROW) as connection:
            keys = "".join(_KEYS.format(table) for table in TABLES)
            for statements in (_ALIKE, _DENSER, _COPY, keys, _REFERENCES):
                connection.execute(statements.encode())
            connection.execute(b"VACUUM (ANALYZE)")

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        """Of the copy, whose tables ``{0}`` stands before."""
        with psycopg.connect(self.url, options=EVERY_ROW) as connection:
            return connection.execute(sql.format(self.prefix).encode()).fetchall()

    @contextmanager
    def writer(self) -> Iterator[Callable[[], object]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield lambda: connection.execute(
                "UPDATE peers.enterprise SET key = key WHERE id IN (SELECT min(id::text)::uuid FROM peers.enterprise)"
            )

    def version(self) -> str:
        with psycopg.connect(self.url) as connection:
            number = connection.info.server_version
        return f"PostgreSQL {number // 10000}.{number % 10000}"

    def process(self) -> int | None:
        """The parent of all of its backends, which come and go as pools of connections do."""
        with psycopg.connect(self.url) as connection:
            return int(stat(connection.info.backend_pid)[1])
