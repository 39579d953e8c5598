// Mercurius with graphql-jit, a DataLoader a relation, and statements by hand.
import DataLoader from 'dataloader'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

const same = (value) => value
pg.types.setTypeParser(1082, same) // a date stays as it is written
pg.types.setTypeParser(20, Number)
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
const rows = async (name, text, values) => (await pool.query({ name, text, values })).rows

const CREDENTIAL = `id, person_id, kind, number, legal_basis AS "legalBasis", awarded_on AS "awardedOn",
  valid_until AS "validUntil", is_example AS "isExample", obtained_by AS route, issuer_name AS issuer`
const PERSON = `id, name, born_on AS "bornOn", identity_kind AS "identityKind", is_example AS "isExample"`

const children = (name, parent, text) =>
  new DataLoader(async (keys) => {
    const found = new Map(keys.map((key) => [key, []]))
    for (const row of await rows(name, text, [keys])) found.get(row[parent]).push(row)
    return keys.map((key) => found.get(key))
  })
const ones = (name, text) =>
  new DataLoader(async (keys) => {
    const found = new Map((await rows(name, text, [keys])).map((row) => [row.id, row]))
    return keys.map((key) => found.get(key))
  })
const loaders = () => ({
  credentials: children('credentials', 'person_id',
    `SELECT ${CREDENTIAL} FROM peers.credential WHERE person_id = ANY($1::uuid[]) ORDER BY awarded_on, id`),
  evaluations: children('evaluations', 'person_id',
    `SELECT id, person_id, reference_day AS "referenceDay", decided_on AS "decidedOn", policy_digest AS "policyDigest",
      engine_version AS "engineVersion", origin, source_document AS "sourceDocument", is_example AS "isExample"
      FROM peers.evaluation WHERE person_id = ANY($1::uuid[]) ORDER BY decided_on, id`),
  scores: children('scores', 'evaluation_id',
    `SELECT evaluation_id, criterion, side, points, weight, assessor_name AS assessor FROM peers.score
      WHERE evaluation_id = ANY($1::uuid[]) ORDER BY criterion, assessor_name`),
  employments: children('employments', 'person_id',
    `SELECT person_id, enterprise_id, post, frontline AS "isFrontline", starts, ends FROM peers.employment
      WHERE person_id = ANY($1::uuid[]) ORDER BY starts, id`),
  enterprise: ones('enterprise', 'SELECT id, key FROM peers.enterprise WHERE id = ANY($1::uuid[])'),
  person: ones('person', `SELECT ${PERSON} FROM peers.person WHERE id = ANY($1::uuid[])`)
})

const schema = `
  type Enterprise { key: String! }
  type Score { criterion: String! side: String! points: Int! weight: Int! assessor: String! }
  type Evaluation { referenceDay: String! decidedOn: String! policyDigest: String! engineVersion: String!
    origin: String! sourceDocument: String isExample: Boolean! scores: [Score!]! }
  type Employment { post: String! isFrontline: Boolean! starts: String! ends: String enterprise: Enterprise! }
  type Credential { kind: String! number: String legalBasis: String! awardedOn: String! validUntil: String
    isExample: Boolean! route: String! issuer: String! holder: Person! }
  type Person { name: String! bornOn: String! identityKind: String! isExample: Boolean!
    credentials: [Credential!]! evaluations: [Evaluation!]! employments: [Employment!]! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type CredentialPage { totalCount: Int! pageInfo: PageInfo! nodes: [Credential!]! }
  type CredentialCount { enterprise: String! kind: String! level: String! year: Int! count: Int! }
  type Query {
    person(id: ID!): Person!
    people(first: Int!): [Person!]!
    credentials(level: String!, first: Int!, after: String): CredentialPage!
    credentialCounts: [CredentialCount!]!
  }`
const START = '0001-01-01,00000000-0000-0000-0000-000000000000'
const resolvers = {
  Query: {
    person: async (_, { id }) => (await rows('one', `SELECT ${PERSON} FROM peers.person WHERE id = $1`, [id]))[0],
    people: (_, { first }) => rows('people', `SELECT ${PERSON} FROM peers.person ORDER BY id LIMIT $1`, [first]),
    credentials: async (_, { level, first, after }) => {
      const [day, last] = (after ?? START).split(',')
      const found = await rows('page', `SELECT ${CREDENTIAL} FROM peers.credential WHERE level = $1
        AND (awarded_on, id) > ($2::date, $3::uuid) ORDER BY awarded_on, id LIMIT $4`, [level, day, last, first + 1])
      const nodes = found.slice(0, first)
      const end = nodes.at(-1)
      return { level, nodes, pageInfo: { hasNextPage: found.length > first, endCursor: end && `${end.awardedOn},${end.id}` } }
    },
    credentialCounts: () => rows('counts', 'SELECT enterprise, kind, level, year, count FROM peers.credential_count', [])
  },
  CredentialPage: {
    totalCount: async ({ level }) =>
      (await rows('total', 'SELECT count(*) FROM peers.credential WHERE level = $1', [level]))[0].count
  },
  Credential: { holder: (row, _, { load }) => load.person.load(row.person_id) },
  Person: {
    credentials: (row, _, { load }) => load.credentials.load(row.id),
    evaluations: (row, _, { load }) => load.evaluations.load(row.id),
    employments: (row, _, { load }) => load.employments.load(row.id)
  },
  Evaluation: { scores: (row, _, { load }) => load.scores.load(row.id) },
  Employment: { enterprise: (row, _, { load }) => load.enterprise.load(row.enterprise_id) }
}

const app = Fastify()
app.register(mercurius, { schema, resolvers, jit: 1, context: () => ({ load: loaders() }) })
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
