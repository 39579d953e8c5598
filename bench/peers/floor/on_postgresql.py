"""PostgreSQL's statements, and what runs them: ten connections."""

import asyncio
from typing import Any

import psycopg

_CREDENTIALS = """(SELECT coalesce(json_agg(json_build_object('kind', c.kind, 'number', c.number, 'legalBasis',
  c.legal_basis, 'awardedOn', c.awarded_on, 'validUntil', c.valid_until, 'isExample', c.is_example, 'route',
  c.obtained_by, 'issuer', c.issuer_name) ORDER BY c.awarded_on, c.id), '[]')
  FROM peers.credential c WHERE c.person_id = p.id)"""
_EVALUATIONS = """(SELECT coalesce(json_agg(json_build_object('referenceDay', e.reference_day, 'decidedOn',
  e.decided_on, 'policyDigest', e.policy_digest, 'engineVersion', e.engine_version, 'origin', e.origin,
  'sourceDocument', e.source_document, 'isExample', e.is_example, 'scores', (SELECT coalesce(json_agg(
  json_build_object('criterion', s.criterion, 'side', s.side, 'points', s.points, 'weight', s.weight, 'assessor',
  s.assessor_name) ORDER BY s.criterion, s.assessor_name), '[]') FROM peers.score s WHERE s.evaluation_id = e.id))
  ORDER BY e.decided_on, e.id), '[]') FROM peers.evaluation e WHERE e.person_id = p.id)"""
_EMPLOYMENTS = """(SELECT coalesce(json_agg(json_build_object('post', w.post, 'isFrontline', w.frontline, 'starts',
  w.starts, 'ends', w.ends, 'enterprise', json_build_object('key', n.key)) ORDER BY w.starts, w.id), '[]')
  FROM peers.employment w JOIN peers.enterprise n ON n.id = w.enterprise_id WHERE w.person_id = p.id)"""
_PERSON = f"""'name', p.name, 'bornOn', p.born_on, 'identityKind', p.identity_kind, 'isExample', p.is_example,
  'credentials', {_CREDENTIALS}, 'evaluations', {_EVALUATIONS}"""
# Rows and their number look at the same snapshot, being one statement.
STATEMENTS = {
    "Q1": f"""SELECT json_build_object('data', json_build_object('person', json_build_object({_PERSON}, 'employments',
      {_EMPLOYMENTS})))::text FROM peers.person p WHERE p.id = %(id)s::uuid""",
    "Q2": f"""SELECT json_build_object('data', json_build_object('people', coalesce(json_agg(j), '[]')))::text FROM
      (SELECT json_build_object({_PERSON}) AS j FROM (SELECT * FROM peers.person ORDER BY id LIMIT 100) p
      ORDER BY p.id) q""",
    "Q3": """WITH found AS (SELECT c.*, p.name FROM peers.credential c JOIN peers.person p ON p.id = c.person_id
      WHERE c.level = 'skill:senior_worker' AND (c.awarded_on, c.id) > (%(day)s::date, %(last)s::uuid)
      ORDER BY c.awarded_on, c.id LIMIT 51),
      page AS (SELECT * FROM found ORDER BY awarded_on, id LIMIT 50)
      SELECT json_build_object('data', json_build_object('credentials', json_build_object(
        'totalCount', (SELECT count(*) FROM peers.credential WHERE level = 'skill:senior_worker'),
        'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > 50 FROM found), 'endCursor',
          (SELECT awarded_on || ',' || id FROM page ORDER BY awarded_on DESC, id DESC LIMIT 1)),
        'nodes', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'number', number, 'awardedOn', awarded_on,
          'issuer', issuer_name, 'holder', json_build_object('name', name)) ORDER BY awarded_on, id), '[]')
          FROM page))))::text""",
    "Q4": """SELECT json_build_object('data', json_build_object('credentialCounts', json_agg(json_build_object(
      'enterprise', enterprise, 'kind', kind, 'level', level, 'year', year, 'count', count))))::text
      FROM peers.credential_count""",
}
CONNECTIONS = 10


class Statements:
    """Runs one after another on each connection."""

    async def open(self, url: str) -> None:
        self._connections = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(CONNECTIONS)]
        self._idle: asyncio.Queue[Any] = asyncio.Queue()
        for connection in self._connections:
            self._idle.put_nowait(connection)

    async def answer(self, name: str, person: str | None, day: str, last: str) -> str:
        """The whole answer to one of the four."""
        connection = await self._idle.get()
        try:
            values = {"id": person, "day": day, "last": last}
            found = await (await connection.execute(STATEMENTS[name], values)).fetchone()
        finally:
            self._idle.put_nowait(connection)
        text: str = found[0]
        return text

    async def close(self) -> None:
        for connection in self._connections:
            await connection.close()
