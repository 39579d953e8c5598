"""The city on SQLite: made denser, and copied into a file of its own beside the product's."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from core.storage.sqlite_functions import add_functions

_DENSER: Final = """
CREATE TEMPORARY TABLE extra AS
  SELECT new_id() AS id, p.id AS person_id, n.column1 AS nth, p.place
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM person) p, (VALUES (1), (2), (3)) n
  WHERE n.column1 <= (p.place * 7919) % 4;
INSERT INTO evaluation (id, person_id, enterprise_id, scheme_version_id, reference_day, occupation, skill_level,
    skill_outcome, decided_on, scheme_digest, policy_digest, calendar_digest, facts_digest, engine_version, origin,
    source_document, is_example)
  SELECT x.id, x.person_id, e.enterprise_id, e.scheme_version_id,
    date(e.reference_day, printf('-%d days', x.nth * 400)), '6-23-02-01', 'skill:technician', 'passed',
    date(e.decided_on, printf('-%d days', x.nth * 400)), e.scheme_digest, e.policy_digest, e.calendar_digest,
    e.facts_digest, e.engine_version, 'import', '生成的示例数据 generated example data', 1
  FROM extra x, (SELECT * FROM evaluation ORDER BY id LIMIT 1) e;
INSERT INTO score (id, evaluation_id, criterion, side, points, weight, assessor_name)
  SELECT new_id(), x.id, 'criterion_' || c.column1, 'skill', 60 + (x.place * 31 + c.column1 * 17 + x.nth) % 40, 200,
    '示例考评员' || c.column1
  FROM extra x, (VALUES (1), (2), (3), (4), (5)) c;
DROP TABLE extra;
"""

_COPY: Final = """
CREATE TABLE peers.enterprise (id CHAR(32) NOT NULL PRIMARY KEY, key VARCHAR NOT NULL);
CREATE TABLE peers.person (id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, born_on DATE NOT NULL,
  identity_kind VARCHAR NOT NULL, is_example BOOLEAN NOT NULL);
CREATE TABLE peers.credential (id CHAR(32) NOT NULL PRIMARY KEY, person_id CHAR(32) NOT NULL REFERENCES person,
  kind VARCHAR NOT NULL, level VARCHAR NOT NULL, number VARCHAR, issuer_name VARCHAR NOT NULL,
  issuer_enterprise_id CHAR(32) REFERENCES enterprise, legal_basis VARCHAR NOT NULL, obtained_by VARCHAR NOT NULL,
  awarded_on DATE NOT NULL, valid_until DATE, is_example BOOLEAN NOT NULL);
CREATE TABLE peers.evaluation (id CHAR(32) NOT NULL PRIMARY KEY, person_id CHAR(32) NOT NULL REFERENCES person,
  reference_day DATE NOT NULL, decided_on DATE NOT NULL, policy_digest VARCHAR NOT NULL,
  engine_version VARCHAR NOT NULL, origin VARCHAR NOT NULL, source_document VARCHAR, is_example BOOLEAN NOT NULL);
CREATE TABLE peers.score (id CHAR(32) NOT NULL PRIMARY KEY, evaluation_id CHAR(32) NOT NULL REFERENCES evaluation,
  criterion VARCHAR NOT NULL, side VARCHAR NOT NULL, points INTEGER NOT NULL, weight INTEGER NOT NULL,
  assessor_name VARCHAR NOT NULL);
CREATE TABLE peers.employment (id CHAR(32) NOT NULL PRIMARY KEY, person_id CHAR(32) NOT NULL REFERENCES person,
  enterprise_id CHAR(32) NOT NULL REFERENCES enterprise, post VARCHAR NOT NULL, frontline BOOLEAN NOT NULL,
  starts DATE NOT NULL, ends DATE);
INSERT INTO peers.enterprise SELECT id, key FROM main.enterprise;
INSERT INTO peers.person SELECT id, name, born_on, identity_kind, is_example FROM main.person ORDER BY id;
INSERT INTO peers.credential
  SELECT id, person_id, kind, level, number, issuer_name, issuer_enterprise_id, legal_basis, obtained_by, awarded_on,
    valid_until, is_example FROM main.credential ORDER BY person_id, id;
INSERT INTO peers.evaluation
  SELECT id, person_id, reference_day, decided_on, policy_digest, engine_version, origin, source_document, is_example
  FROM main.evaluation ORDER BY person_id, id;
INSERT INTO peers.score
  SELECT id, evaluation_id, criterion, side, points, weight, assessor_name FROM main.score ORDER BY evaluation_id, id;
INSERT INTO peers.employment
  SELECT id, person_id, enterprise_id, post, frontline, starts, ends FROM main.employment ORDER BY person_id, id;
CREATE INDEX peers.credential_person ON credential (person_id);
CREATE INDEX peers.credential_level ON credential (level, awarded_on, id);
CREATE INDEX peers.credential_issuer ON credential (issuer_enterprise_id);
CREATE INDEX peers.evaluation_person ON evaluation (person_id);
CREATE INDEX peers.score_evaluation ON score (evaluation_id, criterion, side, assessor_name);
CREATE INDEX peers.employment_person ON employment (person_id);
CREATE INDEX peers.employment_enterprise ON employment (enterprise_id);
CREATE VIEW peers.credential_count AS
  SELECT e.key AS enterprise, c.kind, c.level, CAST(strftime('%Y', c.awarded_on) AS INTEGER) AS year,
    count(*) AS count
  FROM credential c JOIN enterprise e ON e.id = c.issuer_enterprise_id GROUP BY 1, 2, 3, 4;
ANALYZE;
"""


class OnSqlite:
    """Two files beside one another."""

    name = "SQLite"

    def __init__(self, file: Path) -> None:
        self._file, self._copy = file, file.with_name(f"peers-{file.name}")
        self.url, self.copy_url = f"sqlite:///{self._file}", f"sqlite:///{self._copy}"

    def densify(self) -> None:
        """Add evaluations with their scores, and make the copy."""
        with _open(self._file) as connection:
            add_functions(connection)
            connection.create_function("new_id", 0, lambda: uuid4().hex)
            connection.execute("ATTACH ? AS peers", (str(self._copy),))
            connection.execute("PRAGMA peers.journal_mode=WAL")
            for statements in (_DENSER, _COPY):
                connection.executescript(f"BEGIN; {statements} COMMIT;")

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        """Of the copy, whose tables ``{0}`` stands before."""
        with _open(self._copy) as connection:
            return connection.execute(sql.format("")).fetchall()

    @contextmanager
    def writer(self) -> Iterator[Callable[[], object]]:
        with _open(self._file) as connection:
            yield lambda: connection.execute(
                "UPDATE enterprise SET key = key WHERE id = (SELECT min(id) FROM enterprise)"
            )

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def process(self) -> int | None:
        """None: it works within the servers."""
        return None


@contextmanager
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection
