"""SQLite's statements, and what runs them: the event loop itself, on one connection.

A thread for them, as aiosqlite has it, was tried and is slower: the process has one core anyway.
"""

import sqlite3
from uuid import UUID

# A list is sorted before it is gathered: before 3.44 the aggregate takes no order of its own.
_TRUTH = "json(CASE WHEN {} THEN 'true' ELSE 'false' END)"
_CREDENTIALS = f"""(SELECT json_group_array(json_object('kind', c.kind, 'number', c.number, 'legalBasis',
  c.legal_basis, 'awardedOn', c.awarded_on, 'validUntil', c.valid_until, 'isExample', {_TRUTH.format("c.is_example")},
  'route', c.obtained_by, 'issuer', c.issuer_name))
  FROM (SELECT * FROM credential WHERE person_id = p.id ORDER BY awarded_on, id) c)"""
_SCORES = """(SELECT json_group_array(json_object('criterion', s.criterion, 'side', s.side, 'points', s.points,
  'weight', s.weight, 'assessor', s.assessor_name))
  FROM (SELECT * FROM score WHERE evaluation_id = e.id ORDER BY criterion, assessor_name) s)"""
_EVALUATIONS = f"""(SELECT json_group_array(json_object('referenceDay', e.reference_day, 'decidedOn', e.decided_on,
  'policyDigest', e.policy_digest, 'engineVersion', e.engine_version, 'origin', e.origin, 'sourceDocument',
  e.source_document, 'isExample', {_TRUTH.format("e.is_example")}, 'scores', {_SCORES}))
  FROM (SELECT * FROM evaluation WHERE person_id = p.id ORDER BY decided_on, id) e)"""
_EMPLOYMENTS = f"""(SELECT json_group_array(json_object('post', w.post, 'isFrontline', {_TRUTH.format("w.frontline")},
  'starts', w.starts, 'ends', w.ends, 'enterprise', json_object('key', w.key)))
  FROM (SELECT e.*, n.key FROM employment e JOIN enterprise n ON n.id = e.enterprise_id WHERE e.person_id = p.id
    ORDER BY e.starts, e.id) w)"""
_PERSON = f"""'name', p.name, 'bornOn', p.born_on, 'identityKind', p.identity_kind, 'isExample',
  {_TRUTH.format("p.is_example")}, 'credentials', {_CREDENTIALS}, 'evaluations', {_EVALUATIONS}"""
STATEMENTS = {
    "Q1": f"""SELECT json_object('data', json_object('person', json_object({_PERSON}, 'employments', {_EMPLOYMENTS})))
      FROM person p WHERE p.id = :id""",
    "Q2": f"""SELECT json_object('data', json_object('people', json_group_array(json_object({_PERSON}))))
      FROM (SELECT * FROM person ORDER BY id LIMIT 100) p""",
    "Q3": """WITH found AS MATERIALIZED (SELECT c.*, p.name FROM credential c JOIN person p ON p.id = c.person_id
      WHERE c.level = 'skill:senior_worker' AND (c.awarded_on, c.id) > (:day, :last)
      ORDER BY c.awarded_on, c.id LIMIT 51),
      page AS MATERIALIZED (SELECT * FROM found ORDER BY awarded_on, id LIMIT 50)
      SELECT json_object('data', json_object('credentials', json_object(
        'totalCount', (SELECT count(*) FROM credential WHERE level = 'skill:senior_worker'),
        'pageInfo', json_object('hasNextPage', json(CASE WHEN (SELECT count(*) FROM found) > 50 THEN 'true'
          ELSE 'false' END), 'endCursor',
          (SELECT awarded_on || ',' || id FROM page ORDER BY awarded_on DESC, id DESC LIMIT 1)),
        'nodes', (SELECT json_group_array(json_object('kind', kind, 'number', number, 'awardedOn', awarded_on,
          'issuer', issuer_name, 'holder', json_object('name', name)))
          FROM (SELECT * FROM page ORDER BY awarded_on, id)))))""",
    "Q4": """SELECT json_object('data', json_object('credentialCounts', json_group_array(json_object(
      'enterprise', enterprise, 'kind', kind, 'level', level, 'year', year, 'count', count))))
      FROM credential_count""",
}


class Statements:
    """Runs one after another."""

    async def open(self, url: str) -> None:
        self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY", "cache_size=-20000"):
            self._connection.execute(f"PRAGMA {pragma}")

    async def answer(self, name: str, person: str | None, day: str, last: str) -> str:
        """The whole answer to one of the four."""
        values = {"id": person and UUID(person).hex, "day": day, "last": UUID(last).hex}
        text: str = self._connection.execute(STATEMENTS[name], values).fetchone()[0]
        return text

    async def close(self) -> None:
        self._connection.close()
