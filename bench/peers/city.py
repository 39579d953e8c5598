"""The data that every contestant reads: an invented city, made denser, and a copy of its tables for those beside us.

The crowd of ``guantong demo --people`` has few evaluations, since one in eight applies once. Here everybody has none to
three more, each with five scores. The copy lies in a schema of its own, without the product's wall and without its
other columns: the same rows and indexes that somebody would have who wrote the service with other tools.
"""

import asyncio
from pathlib import Path
from typing import Final

import psycopg

from core.storage.migrate import upgrade
from server.crowd import crowd_of
from server.demo import seed
from server.settings import load_settings
from server.wiring import open_parts

SEED: Final = 1
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
TABLES: Final = ("enterprise", "person", "credential", "evaluation", "score", "employment")


async def _told(url: str, home: Path, people: int) -> None:
    await upgrade(url)
    async with open_parts(load_settings(home=home, database_url=url)) as parts:
        await seed(parts)
        await (await crowd_of(parts, SEED)).run(people)


def build(url: str, home: Path, people: int) -> None:
    """Fill an empty database; ``home`` keeps the keys of the product that will serve it."""
    asyncio.run(_told(url, home, people))
    with psycopg.connect(url, autocommit=True, options=EVERY_ROW) as connection:
        keys = "".join(_KEYS.format(table) for table in TABLES)
        for statements in (_ALIKE, _DENSER, _COPY, keys, _REFERENCES):
            connection.execute(statements.encode())
        connection.execute(b"VACUUM (ANALYZE)")
