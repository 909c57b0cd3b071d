import type { Check, Files, Operation, RobustnessCase } from './cases.ts'
import type { AnyGeometry } from './geometry.ts'

interface GeoJson {
  readonly type: string
  readonly features?: readonly GeoJson[]
  readonly geometry?: AnyGeometry | null
  readonly properties?: Readonly<Record<string, unknown>> | null
}
type Cases = Omit<RobustnessCase, 'set'>[]

/** The geometries of a collection, a feature or a bare geometry. */
function shapesOf(json: GeoJson): (AnyGeometry | null)[] {
  if (json.features !== undefined) return json.features.flatMap(shapesOf)
  return [json.type === 'Feature' ? (json.geometry ?? null) : (json as unknown as AnyGeometry)]
}

const read = (files: Files, path: string): GeoJson | undefined => {
  const text = files.get(path)
  return text === undefined ? undefined : (JSON.parse(text) as GeoJson)
}
const all = (shapes: readonly unknown[]): number[] => shapes.map((_, i) => i)
const overlay = (
  operation: Operation,
  shapes: readonly number[],
  expected: AnyGeometry | null | undefined,
): Check => ({
  kind: 'overlay',
  operation,
  shapes,
  expected: expected ?? { type: 'MultiPolygon', coordinates: [] },
})

/** Files given in, with what their package should make of them: the file of the same name under out, or true or false. */
export function turfCases(files: Files): Cases {
  return [...files.keys()]
    .filter((path) => /\/(in|true|false)\//.test(path))
    .map((path) => {
      const given = read(files, path)!
      const shapes = shapesOf(given)
      const out = read(files, path.replace('/in/', '/out/'))
      const [name] = path.split('/')
      return { name: path, shapes, checks: turfChecks(name!, path, shapes, out) }
    })
}

function turfChecks(
  name: string,
  path: string,
  shapes: readonly (AnyGeometry | null)[],
  out: GeoJson | undefined,
): Check[] {
  const is = path.includes('/true/')
  switch (name) {
    case 'boolean-valid':
      return [{ kind: 'valid', shape: 0, is }]
    case 'boolean-overlap':
      return [{ kind: 'relation', name: 'overlaps', common: true, onlyA: true, onlyB: true, is }]
    case 'kinks': {
      if (out === undefined) return []
      const kinked = shapesOf(out).some((shape) => shape?.type === 'Point')
      return shapes.map((_, shape): Check => ({ kind: 'valid', shape, is: !kinked }))
    }
    case 'unkink-polygon': {
      if (out === undefined) return []
      return shapes.length > 1
        ? []
        : [{ kind: 'valid', shape: 0, is: shapesOf(out).length === shapes.length && !path.includes('1094') }]
    }
    case 'clean-coords':
      return out === undefined ? [] : [overlay('union', [0], shapesOf(out)[0])]
    case 'union':
      return out === undefined ? [] : [overlay('union', all(shapes), shapesOf(out)[0])]
    case 'difference':
    case 'intersect':
      // the answer stands behind the two that were given; there is none where nothing is left
      return out === undefined
        ? []
        : [overlay(name === 'intersect' ? 'intersection' : name, [0, 1], shapesOf(out)[2])]
    default:
      return []
  }
}

/** A folder: args.geojson and what each operation makes of all of them; `all` where every one gives the same. */
export function polygonClippingCases(files: Files): Cases {
  return [...files.keys()]
    .filter((path) => path.endsWith('/args.geojson'))
    .map((path) => {
      const folder = path.slice(0, path.lastIndexOf('/'))
      const shapes = shapesOf(read(files, path)!)
      const answer = (name: string): AnyGeometry | null | undefined => {
        const found = read(files, `${folder}/${name}.geojson`) ?? read(files, `${folder}/all.geojson`)
        return found === undefined ? undefined : (shapesOf(found)[0] ?? null)
      }
      const operations: readonly Operation[] = ['union', 'intersection', 'difference', 'xor']
      const checks = operations.flatMap((operation) => {
        const expected = answer(operation)
        return expected === undefined ? [] : [overlay(operation, all(shapes), expected)]
      })
      return { name: folder, shapes, checks }
    })
}

const martinezOperations: Readonly<Record<string, { operation: Operation; shapes: readonly number[] }>> = {
  intersection: { operation: 'intersection', shapes: [0, 1] },
  union: { operation: 'union', shapes: [0, 1] },
  diff: { operation: 'difference', shapes: [0, 1] },
  diff_ba: { operation: 'difference', shapes: [1, 0] },
  difference: { operation: 'difference', shapes: [0, 1] },
  xor: { operation: 'xor', shapes: [0, 1] },
}

/** Files of two shapes and their answers, and the shapes of featureTypes each with clippingPoly. */
export function martinezCases(files: Files): Cases {
  const generic = [...files.keys()]
    .filter((path) => path.startsWith('genericTestCases/'))
    .map((path) => {
      const [a, b, ...answers] = read(files, path)!.features!
      const checks = answers.map((feature): Check => {
        const { operation, shapes } = martinezOperations[String(feature.properties?.['operation'])]!
        return overlay(operation, shapes, feature.geometry)
      })
      return { name: path, shapes: [a!.geometry ?? null, b!.geometry ?? null], checks }
    })
  const clipping = shapesOf(read(files, 'featureTypes/clippingPoly.geojson')!)[0]!
  const types = ['poly', 'polyWithHole', 'multiPoly', 'multiPolyWithHole'].map((type) => {
    const checks = ['intersection', 'union', 'difference', 'xor'].flatMap((name) => {
      const answer = read(files, `featureTypes/out/${name}/${type}ToClipping.geojson`)
      const { operation, shapes } = martinezOperations[name]!
      return answer === undefined ? [] : [overlay(operation, shapes, shapesOf(answer)[0])]
    })
    return {
      name: `featureTypes/${type}.geojson`,
      shapes: [shapesOf(read(files, `featureTypes/${type}.geojson`)!)[0]!, clipping],
      checks,
    }
  })
  return [...generic, ...types]
}
