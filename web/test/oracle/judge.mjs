// graphql-js as a judge: does it accept a document and its variables? Every
// field that would be executed counts, as if each list had rows.
import {
  buildSchema,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  parse,
  TypeNameMetaFieldDef,
  validate,
} from 'graphql'

const refuse = (what) => {
  throw new GraphQLError(what)
}

const decimal = (text) => (text.length <= 40 && /^-?\d+(\.\d+)?$/.test(text) ? text : refuse('no decimal'))

/** Days and moments that exist, in the years 1 to 9999. */
function day(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) refuse('no date')
  const at = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text || text < '0001-01-01') refuse('no date')
  return text
}

function moment(text) {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-](\d\d):(\d\d))$/.exec(text) ?? refuse('no moment')
  const [, date, hour, minute, second, , , offsetHour = '00', offsetMinute = '00'] = parts
  if (hour > '23' || minute > '59' || second > '59' || offsetHour > '23' || offsetMinute > '59') refuse('no moment')
  const start = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== date) refuse('no moment')
  const utc = new Date(text.replace(/\.\d+/, ''))
  const year = utc.getUTCFullYear()
  return year >= 1 && year <= 9999 ? text : refuse('no moment')
}

const string = (read) => (value) => (typeof value === 'string' ? read(value) : refuse('no string'))
const scalars = {
  Decimal: {
    value: (v) => (typeof v === 'number' ? decimal(String(v)) : string(decimal)(v)),
    literal: (node) => ([Kind.STRING, Kind.INT, Kind.FLOAT].includes(node.kind) ? decimal(node.value) : refuse('no decimal')),
  },
  Date: { value: string(day), literal: (node) => (node.kind === Kind.STRING ? day(node.value) : refuse('no date')) },
  DateTime: {
    value: string(moment),
    literal: (node) => (node.kind === Kind.STRING ? moment(node.value) : refuse('no moment')),
  },
}

/** The schema of an SDL, with the judgement of our scalars. */
export function schemaOf(sdl) {
  const schema = buildSchema(sdl)
  for (const [name, { value, literal }] of Object.entries(scalars)) {
    const scalar = schema.getType(name)
    scalar.parseValue = value
    scalar.parseLiteral = literal
  }
  return schema
}

/** The reason to refuse; undefined when the request is accepted. */
export function refusal(schema, query, variables) {
  try {
    const document = parse(query)
    const [invalid] = validate(schema, document)
    if (invalid) return invalid.message
    const operation = getOperationAST(document)
    const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
    if (errors) return errors[0].message
    walk(schema, document, schema.getRootType(operation.operation), operation.selectionSet, coerced, new Set())
  } catch (err) {
    if (!(err instanceof GraphQLError)) throw err
    return err.message
  }
}

function included(node, variables) {
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
}

function walk(schema, document, type, set, variables, visited) {
  for (const node of set.selections) {
    if (!included(node, variables)) continue
    if (node.kind === Kind.FIELD) {
      if (node.name.value === TypeNameMetaFieldDef.name) continue
      const field = type.getFields()[node.name.value]
      getArgumentValues(field, node, variables)
      if (node.selectionSet) walk(schema, document, getNamedType(field.type), node.selectionSet, variables, visited)
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      const on = node.typeCondition ? schema.getType(node.typeCondition.name.value) : type
      walk(schema, document, on, node.selectionSet, variables, visited)
    } else if (!visited.has(node.name.value)) {
      visited.add(node.name.value)
      const fragment = document.definitions.find((d) => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === node.name.value)
      walk(schema, document, schema.getType(fragment.typeCondition.name.value), fragment.selectionSet, variables, visited)
    }
  }
}
