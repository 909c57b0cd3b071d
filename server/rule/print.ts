import {
  isAnyGeometry,
  isDate,
  isInterval,
  isList,
  isOperation,
  isParameter,
  isProperty,
  isTimestamp,
  type Cql2Geometry,
  type Cql2Node,
  type Cql2OtherGeometry,
} from './cql2.ts'

/** Writes a condition back as CQL2 text. Read again, it gives the same condition. */
export function printCql2(node: Cql2Node): string {
  return print(node, 0)
}

// How tightly an operator binds; a looser one inside a tighter one needs brackets.
const binding: Record<string, number> = {
  or: 1,
  and: 2,
  not: 3,
  '=': 4,
  '<>': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  between: 4,
  in: 4,
  like: 4,
  isNull: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  div: 6,
  '^': 7,
}

function print(node: Cql2Node, around: number): string {
  if (typeof node === 'string') return quote(node)
  if (typeof node === 'number') return digits(node)
  if (typeof node === 'boolean') return node ? 'TRUE' : 'FALSE'
  if (isList(node)) return `(${node.map((part) => print(part, 5)).join(', ')})`
  if (isProperty(node))
    return plainName.test(node.property) ? node.property : `"${node.property.replaceAll('"', '""')}"`
  if (isParameter(node)) return `:${node.parameter}`
  if (isDate(node)) return `DATE(${quote(node.date)})`
  if (isTimestamp(node)) return `TIMESTAMP(${quote(node.timestamp)})`
  if (isInterval(node)) return `INTERVAL(${node.interval.map((bound) => print(bound, 1)).join(', ')})`
  if (isAnyGeometry(node)) return printGeometry(node)
  if (!isOperation(node)) throw new TypeError(`Not a CQL2 node: ${JSON.stringify(node)}`)

  const { op, args } = node
  const own = binding[op]
  if (own === undefined) return `${op}(${args.map((part) => print(part, 1)).join(', ')})`
  const text = printOperation(op, args, own)
  return own < around ? `(${text})` : text
}

function printOperation(op: string, args: readonly Cql2Node[], own: number): string {
  const part = (i: number, around: number): string => print(args[i] ?? '', around)
  switch (op) {
    case 'and':
    case 'or':
      return args.map((arg) => print(arg, own + 1)).join(` ${op.toUpperCase()} `)
    case 'not':
      return `NOT ${part(0, own)}`
    case 'isNull':
      return `${part(0, 5)} IS NULL`
    case 'between':
      return `${part(0, 5)} BETWEEN ${part(1, 5)} AND ${part(2, 5)}`
    case 'in':
      return `${part(0, 5)} IN ${part(1, 0)}`
    case 'like':
      return `${part(0, 5)} LIKE ${part(1, 5)}`
    default:
      // Left to right: a - (b - c) keeps its brackets, (a - b) - c needs none. Comparisons and powers do not chain.
      return `${part(0, own === 4 || own === 7 ? own + 1 : own)} ${op} ${part(1, own + 1)}`
  }
}

/** After a backslash the quote takes another: `\''` would end the text too early. */
const quote = (text: string): string => `'${text.replace(/(\\?)'/g, (_, slash) => (slash ? "\\\\'" : "''"))}'`

const plainName =
  /^(?!(?:AND|OR|NOT|BETWEEN|IN|LIKE|IS|NULL|TRUE|FALSE)$)[A-Za-z_\u00C0-\u024F\u3400-\u4DBF\u4E00-\u9FFF][\w\u00C0-\u024F\u3400-\u4DBF\u4E00-\u9FFF]*(?:[.:][\w\u00C0-\u024F\u3400-\u4DBF\u4E00-\u9FFF]+)*$/i

function printGeometry(geometry: Cql2Geometry | Cql2OtherGeometry): string {
  if ('bbox' in geometry) return `BBOX(${geometry.bbox.map(digits).join(', ')})`
  const name = geometry.type.toUpperCase()
  if (geometry.type === 'GeometryCollection')
    return `${name}(${geometry.geometries.map(printGeometry).join(', ')})`
  const { type, coordinates } = geometry
  if (type === 'Point') return `${name}(${printPlace(coordinates)})`
  if (type === 'MultiPoint')
    return `${name}(${coordinates.map((place) => `(${printPlace(place)})`).join(', ')})`
  return name + printPlaces(coordinates)
}

const printPlace = (place: readonly number[]): string => place.map(digits).join(' ')
/** West of Greenwich by nothing is still written with its sign. */
const digits = (n: number): string => (Object.is(n, -0) ? '-0' : String(n))

type Places = readonly number[] | readonly Places[]
function printPlaces(places: readonly Places[]): string {
  return `(${places.map((part) => (typeof part[0] === 'number' ? printPlace(part as readonly number[]) : printPlaces(part as readonly Places[]))).join(', ')})`
}
