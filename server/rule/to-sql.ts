import { sql, type RawBuilder } from 'kysely'
import { isDate, isList, isOperation, isParameter, isProperty, isTimestamp, type Cql2Node } from './cql2.ts'
import { definitionOf } from './dictionary.ts'
import { factColumn } from './fact.ts'
import type { RulePack } from './pack.ts'
import type { Parameter, RuleFile, Table } from './rule-file.ts'

/** How the names of a condition become SQL. Whoever answers for a name takes it from a closed list. */
export interface SqlNames {
  /** @throws for a name it does not know. */
  property(name: string): RawBuilder<unknown>
  parameter(name: string): RawBuilder<unknown>
  /** Functions beyond the date functions: tables of a pack, spatial functions of a filter. */
  call(
    name: string,
    args: readonly Cql2Node[],
    compile: (node: Cql2Node) => RawBuilder<unknown>,
  ): RawBuilder<unknown>
  /** The day asked about, a date. */
  readonly asOf: RawBuilder<unknown>
}

/** A condition as a boolean SQL expression: three-valued as SQL is, every value a bound parameter. */
export function conditionToSql(node: Cql2Node, names: SqlNames): RawBuilder<unknown> {
  const compile = (part: Cql2Node): RawBuilder<unknown> => conditionToSql(part, names)
  if (typeof node === 'string') return sql`${node}::text`
  if (typeof node === 'number') return sql`${node}::float8`
  if (typeof node === 'boolean') return node ? sql`true` : sql`false`
  if (isDate(node)) return sql`${node.date}::text::date`
  if (isTimestamp(node)) return sql`${node.timestamp.slice(0, 10)}::text::date`
  if (isProperty(node)) return names.property(node.property)
  if (isParameter(node)) return names.parameter(node.parameter)
  if (!isOperation(node)) throw new TypeError('A geometry or a list stands alone in a condition.')
  return operation(node.op, node.args, compile, names)
}

function operation(
  op: string,
  args: readonly Cql2Node[],
  compile: (node: Cql2Node) => RawBuilder<unknown>,
  names: SqlNames,
): RawBuilder<unknown> {
  const part = (i: number): RawBuilder<unknown> => compile(args[i]!)
  switch (op) {
    case 'and':
      return sql`(${sql.join(args.map(compile), sql` and `)})`
    case 'or':
      return sql`(${sql.join(args.map(compile), sql` or `)})`
    case 'not':
      return sql`(not ${part(0)})`
    case 'isNull':
      return sql`(${part(0)} is null)`
    case 'between':
      return sql`(${part(0)} between ${part(1)} and ${part(2)})`
    case 'in': {
      const list = args[1]!
      return sql`(${part(0)} in (${sql.join((isList(list) ? list : [list]).map(compile))}))`
    }
    case 'like':
      return sql`(${part(0)} like ${part(1)})`
    case '=':
      return sql`(${part(0)} = ${part(1)})`
    case '<>':
      return sql`(${part(0)} <> ${part(1)})`
    case '<':
      return sql`(${part(0)} < ${part(1)})`
    case '<=':
      return sql`(${part(0)} <= ${part(1)})`
    case '>':
      return sql`(${part(0)} > ${part(1)})`
    case '>=':
      return sql`(${part(0)} >= ${part(1)})`
    case '+':
      return sql`(${part(0)} + ${part(1)})`
    case '-':
      return sql`(${part(0)} - ${part(1)})`
    case '*':
      return sql`(${part(0)} * ${part(1)})`
    case '/':
      return sql`(${part(0)} / nullif(${part(1)}, 0))`
    case 'add_years':
      return sql`((${part(0)} + make_interval(years => (${part(1)})::int))::date)`
    case 'add_months':
      return sql`((${part(0)} + make_interval(months => (${part(1)})::int))::date)`
    case 'days_to':
      return sql`((${part(0)} - ${names.asOf})::float8)`
    default:
      return names.call(op, args, compile)
  }
}

/** The names of a rule, over a table of facts known in the statement by an alias. */
export function packNames(
  pack: Pick<RuleFile, 'dictionary' | 'parameters' | 'tables'>,
  alias: string,
): SqlNames {
  const property = (name: string): RawBuilder<unknown> => {
    definitionOf(pack.dictionary, name) // nothing else reaches the statement
    return sql.ref(`${alias}.${factColumn(name)}`)
  }
  return {
    property,
    parameter: (name) => parameterSql(pack.parameters[name], name, property('as_of')),
    call: (name, args, compile) => tableSql(pack.tables[name], name, compile(args[0]!)),
    asOf: property('as_of'),
  }
}

/** A number as it is on the day asked about. */
function parameterSql(
  parameter: Parameter | undefined,
  name: string,
  asOf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (!parameter) throw new TypeError(`":${name}" is no parameter of this pack.`)
  const amount = (value: number | string): RawBuilder<unknown> =>
    typeof value === 'string' ? sql`${value}::text::date` : sql`${value}::float8`
  const { value, changes } = parameter
  if (changes.length === 0) return amount(value)
  const since = changes
    .toReversed()
    .map((change) => sql`when ${asOf} >= ${change.from}::text::date then ${amount(change.value)}`)
  return sql`(case ${sql.join(since, sql` `)} else ${amount(value)} end)`
}

function tableSql(table: Table | undefined, name: string, key: RawBuilder<unknown>): RawBuilder<unknown> {
  if (!table) throw new TypeError(`"${name}" is no function of this pack.`)
  const rows = Object.entries(table.values).map(
    ([group, value]) => sql`when ${group}::text then ${value}::float8`,
  )
  // An unknown key is not "otherwise": the plot whose use nobody knows has no smallest size.
  return sql`(case when ${key} is null then null else case ${key} ${sql.join(rows, sql` `)} else ${table.otherwise}::float8 end end)`
}

/** The codes of the strategies whose conditions are true of a row of facts, in the order of the pack; the last resort is left out. */
export function fittingCodes(pack: RulePack, alias: string): RawBuilder<string[]> {
  const names = packNames(pack, alias)
  const cases = pack.strategies
    .slice(0, -1)
    .map(({ code, condition }) => sql`case when ${conditionToSql(condition, names)} then ${code}::text end`)
  return sql<string[]>`array_remove(array[${sql.join(cases)}]::text[], null)`
}
