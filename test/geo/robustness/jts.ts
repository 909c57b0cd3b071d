import type { Check, Files, Operation, RobustnessCase } from './cases.ts'
import type { AnyGeometry } from './geometry.ts'
import { readWell } from './wkt.ts'

/** `<run><precisionModel/><case><a/><b/><test><op name= arg1= arg2= arg3=>expected</op></test></case></run>` */
export function jtsCases(files: Files): Omit<RobustnessCase, 'set'>[] {
  return [...files].flatMap(([file, xml]) => {
    const text = xml.replaceAll(/<!--[\s\S]*?-->/g, '')
    const scale = /<precisionModel[^>]*\bscale\s*=\s*["']([^"']+)["']/.exec(text)?.[1]
    const gridM = scale === undefined ? undefined : 1 / Number(scale)
    const cases = [...text.matchAll(/<case\b[^>]*>([\s\S]*?)<\/case>/g)]
    return cases.map(([, body], i) => {
      const given = (tag: string): AnyGeometry | undefined => {
        const found = new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`).exec(body!)?.[1]?.trim()
        return found === undefined || found === '' ? undefined : readWell(found)
      }
      const shapes = [given('a'), given('b')].filter((shape) => shape !== undefined)
      const ops = [...body!.matchAll(/<op\b([^>]*)>([\s\S]*?)<\/op>/g)]
      const checks = ops.flatMap(([, attributes, expected]) => checkOf(attributes!, expected!.trim(), gridM))
      return { name: `${file} #${i + 1}`, shapes, checks }
    })
  })
}

const operations: Readonly<Record<string, Operation>> = {
  intersection: 'intersection',
  difference: 'difference',
  union: 'union',
  symdifference: 'xor',
}

/** What each predicate says about land: all other parts of it concern borders, lines and points. */
const relations: Readonly<
  Record<string, { readonly common?: boolean; readonly onlyA?: boolean; readonly onlyB?: boolean }>
> = {
  contains: { common: true, onlyB: false },
  covers: { common: true, onlyB: false },
  within: { common: true, onlyA: false },
  coveredby: { common: true, onlyA: false },
  equalstopo: { common: true, onlyA: false, onlyB: false },
  overlaps: { common: true, onlyA: true, onlyB: true },
  touches: { common: false },
  disjoint: { common: false },
}

function checkOf(attributes: string, expected: string, gridM: number | undefined): Check[] {
  const attribute = (name: string): string =>
    new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? ''
  const name = attribute('name').toLowerCase()
  const args = [attribute('arg1'), attribute('arg2')].filter((arg) => /^[ab]$/i.test(arg))
  const shapes = args.map((arg) => (arg.toLowerCase() === 'a' ? 0 : 1))
  const operation = operations[name.replace(/(ng|sr)$/, '')]
  if (operation !== undefined && /^[A-Z]|^[0-9A-Fa-f]+$/i.test(expected)) {
    const grid = name.endsWith('sr') ? 1 / Number(attribute('arg3')) : gridM
    const check = { kind: 'overlay', operation, shapes, expected: readWell(expected) } as const
    return [grid === undefined ? check : { ...check, gridM: grid }]
  }
  const is = expected === 'true'
  switch (name) {
    case 'unionarea':
      return [{ kind: 'overlay', operation: 'union', shapes: [0], expected: Number(expected) }]
    case 'isvalid':
      return [{ kind: 'valid', shape: shapes[0] ?? 0, is }]
    case 'overlayareatest':
      return [{ kind: 'balance' }]
    case 'relate': {
      // what interior, exterior and interior have in common: F nothing, 2 land
      const [ii, , ie, , , , ei] = attribute('arg3')
      const said = (sign: string | undefined): { is?: boolean } =>
        sign === '2' ? { is: true } : sign === 'F' ? { is: false } : {}
      const [common, onlyA, onlyB] = [said(ii).is, said(ie).is, said(ei).is]
      if (!is) return []
      return [
        {
          kind: 'relation',
          name,
          is,
          ...(common === undefined ? {} : { common }),
          ...(onlyA === undefined ? {} : { onlyA }),
          ...(onlyB === undefined ? {} : { onlyB }),
        },
      ]
    }
    default: {
      const relation = relations[name]
      if (relation === undefined || shapes.length !== 2) return []
      // named the other way round: b contains a
      const turned = shapes[0] === 1
      const { common, onlyA, onlyB } = relation
      if (!is && common === false) return [] // two that do not merely touch may overlap or lie apart
      return [
        {
          kind: 'relation',
          name,
          is,
          ...(common === undefined ? {} : { common }),
          ...((turned ? onlyB : onlyA) === undefined ? {} : { onlyA: (turned ? onlyB : onlyA)! }),
          ...((turned ? onlyA : onlyB) === undefined ? {} : { onlyB: (turned ? onlyA : onlyB)! }),
        },
      ]
    }
  }
}
