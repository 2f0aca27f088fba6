// Random operations over a schema, with variables, good and bad. Variables are
// made as JSON text, because JSON.parse makes 1 of 1.0.
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'

const good = {
  Int: ['0', '1', '50', '-3', '2147483647'],
  String: ['""', '"a"', '"ACTIVE"', '"5"', '"Ünï \\u00e9"'],
  ID: ['"equipment_00000000000000000000000000"', '"x"', '5', '99999999999999999999'],
  Boolean: ['true', 'false'],
  Float: ['1', '1.5'],
  Decimal: ['"1250.75"', '12', '1.50', '0.1', '"-0.5"', '-3'],
  Date: ['"2026-02-28"', '"2024-02-29"', '"0001-01-01"', '"9999-12-31"'],
  DateTime: [
    '"2026-03-31T14:05:09Z"',
    '"2026-03-31T14:05:09.123456+02:00"',
    '"0001-01-01T00:00:00-01:00"',
    '"9999-12-31T23:59:59.999999999Z"',
  ],
}
const bad = [
  'null',
  'true',
  '5',
  '1.5',
  '-1',
  '2147483648',
  '"x"',
  '"active"',
  '"1e3"',
  '".5"',
  '"+1"',
  '"2026-02-30"',
  '"2026-2-3"',
  '"0000-01-01"',
  '"2026-03-31T14:05:09"',
  '"2026-03-31T24:00:00Z"',
  '"2026-03-31T14:05:60Z"',
  '"2026-03-31T1:05:09Z"',
  '"2026-03-31T14:05:09,5Z"',
  '"2026-03-31T14:05:09+24:00"',
  '"0001-01-01T00:00:00+01:00"',
  '"9999-12-31T23:59:59-01:00"',
  '[]',
  '[null]',
  '["x"]',
  '{}',
]

/** The maximum number of input objects within each other. */
const deepest = 4

export class Generator {
  constructor(schema, random) {
    this.schema = schema
    this.random = random
    this.objects = 0 // of inputs around the present value
  }

  /** An operation of a kind and its variables, as JSON text. */
  next(kind = this.chance(0.35) ? 'mutation' : 'query') {
    this.variables = []
    this.values = []
    this.fragments = []
    this.wrong = this.chance(0.75) ? 0.1 : 0 // the share of bad values
    const root = this.schema.getRootType(kind)
    const roots = kind === 'subscription' ? 1 : 1 + this.below(2)
    const set = Array.from({ length: roots }, (_, i) => this.field(root, this.pick(this.fieldsOf(root)), 0, `r${i}: `))
    const declared = this.variables.map((v) => `$${v.name}: ${v.type}${v.default}`).join(', ')
    const head = `${kind} Q${declared && `(${declared})`}`
    return {
      query: [`${head} { ${set.join(' ')} }`, ...this.fragments].join('\n'),
      variables: `{${this.values.join(',')}}`,
    }
  }

  below(n) {
    return Math.floor(this.random() * n)
  }
  chance(p) {
    return this.random() < p
  }
  pick(list) {
    return list[this.below(list.length)]
  }
  fieldsOf(type) {
    return Object.values(type.getFields())
  }

  field(parent, field, depth, alias = '') {
    const args = field.args
      .filter((a) => (isRequiredArgument(a) ? !this.chance(this.wrong / 4) : this.chance(0.35)))
      .map((a) => `${a.name}: ${this.input(a.type, a.defaultValue !== undefined)}`)
    const type = getNamedType(field.type)
    const below = isCompositeType(type) ? ` ${this.selection(type, depth + 1)}` : ''
    return `${alias}${field.name}${args.length ? `(${args.join(', ')})` : ''}${this.directive()}${below}`
  }

  selection(type, depth) {
    const set = ['__typename']
    if (isObjectType(type) && depth < 4) {
      const simple = this.fieldsOf(type).filter((f) => depth < 3 || !isCompositeType(getNamedType(f.type)))
      const some = new Set(Array.from({ length: 1 + this.below(2) }, () => this.pick(simple)))
      for (const f of some) if (f) set.push(this.field(type, f, depth))
    }
    if (this.chance(0.1)) return `{ __typename ... on ${type.name}${this.directive()} { ${set.join(' ')} } }`
    if (this.chance(0.08)) {
      const name = `F${this.fragments.length}`
      this.fragments.push('') // keeps the name
      this.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${set.join(' ')} }`
      return `{ ...${name}${this.directive()} __typename }`
    }
    return `{ ${set.join(' ')} }`
  }

  directive() {
    if (!this.chance(0.08)) return ''
    return ` @${this.pick(['include', 'skip'])}(if: ${this.input(this.boolean(), false)})`
  }

  boolean() {
    return this.schema.getDirective('include').args[0].type
  }

  /** A literal, or a variable of a type that may stand there (or not). */
  input(type, hasDefault) {
    if (!this.chance(0.45)) return this.value(type, true)
    const name = `v${this.variables.length}`
    let declared = type
    let standard = ''
    const nullable = getNullableType(type)
    if (isNonNullType(type) && (hasDefault || this.chance(0.4))) {
      declared = nullable
      if (!hasDefault || this.chance(0.4)) standard = ` = ${this.value(nullable, true)}`
    } else if (this.chance(0.25)) standard = ` = ${this.value(type, true)}`
    if (this.chance(this.wrong)) declared = this.pick(['Int', 'String', 'ID', '[String!]', 'Boolean', 'Decimal'])
    this.variables.push({ name, type: String(declared), default: standard })
    if (this.chance(isNonNullType(declared) && !standard ? this.wrong : 0.25)) return `$${name}` // left out
    if (typeof declared === 'string') this.values.push(`"${name}":${this.pick(bad)}`)
    else this.values.push(`"${name}":${!isNonNullType(declared) && this.chance(0.2) ? 'null' : this.value(declared, false)}`)
    return `$${name}`
  }

  value(type, literal) {
    if (this.chance(this.wrong)) return this.anything(type, literal)
    if (isNonNullType(type)) return this.value(type.ofType, literal)
    if (this.chance(0.04) && this.wrong > 0) return 'null'
    if (isListType(type)) {
      if (this.chance(0.2)) return this.value(getNullableType(type.ofType), literal) // one for a list of one
      const nested = () => (literal && this.chance(0.1) ? this.input(type.ofType, false) : this.value(type.ofType, literal))
      return `[${Array.from({ length: this.below(3) }, nested).join(',')}]`
    }
    if (isEnumType(type)) {
      const { name } = this.pick(type.getValues())
      return literal ? name : `"${name}"`
    }
    if (isInputObjectType(type)) return this.object(type, literal)
    let text = this.pick(good[type.name])
    if (type.name === 'Int' && !literal && this.chance(0.2)) text = '3.0'
    return text
  }

  object(type, literal) {
    const key = (name) => (literal ? name : `"${name}"`)
    this.objects++ // filters hold filters, and the server limits how deep
    const simple = (f) => this.objects < deepest || !isInputObjectType(getNamedType(f.type))
    const fields = this.fieldsOf(type)
      .filter((f) => (isRequiredInputField(f) ? !this.chance(this.wrong / 2) : simple(f) && this.chance(0.3)))
      .map((f) => {
        const hasDefault = f.defaultValue !== undefined
        const v = literal && this.chance(0.3) ? this.input(f.type, hasDefault) : this.value(f.type, literal)
        return `${key(f.name)}:${v}`
      })
    this.objects--
    if (this.chance(this.wrong / 2)) fields.push(`${key(this.pick(['nothing', '__typename', 'Name']))}:1`)
    return `{${fields.join(',')}}`
  }

  /** Any value; an ID is never 5.0, which graphql-js cannot tell from 5. */
  anything(type, literal) {
    if (isEnumType(getNamedType(type))) {
      const { name } = this.pick(getNamedType(type).getValues())
      return this.pick([literal ? name.toLowerCase() : `"${name.toLowerCase()}"`, literal ? `"${name}"` : '0', this.pick(bad)])
    }
    return this.pick(bad)
  }
}
