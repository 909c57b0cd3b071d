import {
  isDate,
  isGeometry,
  isList,
  isOperation,
  isParameter,
  isProperty,
  isTimestamp,
  type Cql2Geometry,
  type Cql2Node,
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
}

function print(node: Cql2Node, around: number): string {
  if (typeof node === 'string') return quote(node)
  if (typeof node === 'number') return String(node)
  if (typeof node === 'boolean') return node ? 'TRUE' : 'FALSE'
  if (isList(node)) return `(${node.map((part) => print(part, 5)).join(', ')})`
  if (isProperty(node))
    return plainName.test(node.property) ? node.property : `"${node.property.replaceAll('"', '""')}"`
  if (isParameter(node)) return `:${node.parameter}`
  if (isDate(node)) return `DATE(${quote(node.date)})`
  if (isTimestamp(node)) return `TIMESTAMP(${quote(node.timestamp)})`
  if (isGeometry(node)) return printGeometry(node)
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
      // Left to right: a - (b - c) keeps its brackets, (a - b) - c needs none.
      return `${part(0, own === 4 ? 5 : own)} ${op} ${part(1, own + 1)}`
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

const plainName =
  /^(?!(?:AND|OR|NOT|BETWEEN|IN|LIKE|IS|NULL|TRUE|FALSE)$)[A-Za-z_\u00C0-\u024F\u3400-\u4DBF\u4E00-\u9FFF][\w\u00C0-\u024F\u3400-\u4DBF\u4E00-\u9FFF]*(?:\.[\w\u00C0-\u024F\u3400-\u4DBF\u4E00-\u9FFF]+)*$/i

function printGeometry(geometry: Cql2Geometry): string {
  if ('bbox' in geometry) return `BBOX(${geometry.bbox.join(', ')})`
  const position = (p: readonly [number, number]): string => `${p[0]} ${p[1]}`
  const line = (points: readonly (readonly [number, number])[]): string =>
    `(${points.map(position).join(', ')})`
  const rings = (list: readonly (readonly (readonly [number, number])[])[]): string =>
    `(${list.map(line).join(', ')})`
  switch (geometry.type) {
    case 'Point':
      return `POINT(${position(geometry.coordinates)})`
    case 'LineString':
      return `LINESTRING${line(geometry.coordinates)}`
    case 'Polygon':
      return `POLYGON${rings(geometry.coordinates)}`
    case 'MultiPolygon':
      return `MULTIPOLYGON(${geometry.coordinates.map(rings).join(', ')})`
  }
}
