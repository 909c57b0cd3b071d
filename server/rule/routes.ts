import { z } from 'zod'
import { ruleCheckSchema, type RuleCheck } from '../contract.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { checkText } from './check/text.ts'
import type { Facts, FactValue } from './fact.ts'

/** Characters of a rule pack: ours has 20,000. */
const MAX_PACK = 400_000

export function ruleRoutes(): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/rules/check',
      tag: 'strategy',
      summary: {
        zh: '规则包检查:矛盾、遮蔽、缺口、界限,附反例地块',
        en: 'Check of a rule pack: contradictions, shadows, gaps, limits, with example parcels',
      },
      body: z.object({ pack: z.string().min(1).max(MAX_PACK).describe('YAML of a rule pack') }).strict(),
      answer: { json: ruleCheckSchema },
      handle: ({ body }) => Promise.resolve(ruleCheck(body.pack)),
    }),
  ]
}

/** The checker's answer as readers get it. */
export function ruleCheck(packText: string): RuleCheck {
  const { pack, complaints, witnesses } = checkText(packText)
  return {
    usable: pack !== null && complaints.every(({ severity }) => severity !== 'error'),
    pack: pack && { code: pack.code, version: pack.version, hash: pack.hash, title: pack.title },
    complaints: complaints.map(({ example, ...complaint }) => ({
      ...complaint,
      example: example && known(example),
    })),
    witnesses: Object.fromEntries([...witnesses].map(([code, facts]) => [code, known(facts)])),
  }
}

/** Facts as they travel: what is unknown is not there. */
const known = (facts: Facts): Record<string, FactValue> =>
  Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, FactValue] => entry[1] !== undefined),
  )
