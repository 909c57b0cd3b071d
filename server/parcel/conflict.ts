import type { Conflicts, Finding } from '../contract.ts'
import type { Message } from '../refusal.ts'
import { layerTitles } from './catalog.ts'

type Check = Conflicts['checks'][number]

/** What must have been delivered before a group of findings says anything. */
export interface Coverage {
  /** Zones per layer in the build; a layer missing here was not checked. */
  readonly layers: Readonly<Record<string, number>>
  readonly hasApprovals: boolean
  readonly hasSupplies: boolean
  readonly hasTitles: boolean
  /** Whether a supply is linked to this parcel: without one there is no clock to read. */
  readonly hasSupplyOfItsOwn: boolean
}

const layerChecks: readonly { layer: string; codes: readonly string[] }[] = [
  { layer: 'control_plan', codes: ['P301', 'P305'] },
  { layer: 'farmland', codes: ['P302'] },
  { layer: 'eco_redline', codes: ['P303'] },
  { layer: 'growth_boundary', codes: ['P304'] },
]

const groupChecks: readonly {
  group: string
  title: Message
  prefix: string
  wasChecked: (coverage: Coverage) => boolean
}[] = [
  {
    group: 'approval',
    title: { zh: '报批', en: 'Approval' },
    prefix: 'P1',
    wasChecked: (coverage) => coverage.hasApprovals,
  },
  {
    group: 'supply',
    title: { zh: '供地与用地', en: 'Supply and use' },
    prefix: 'P2',
    wasChecked: (coverage) => coverage.hasApprovals && coverage.hasSupplies,
  },
  {
    group: 'title',
    title: { zh: '权属', en: 'Title' },
    prefix: 'P4',
    wasChecked: (coverage) => coverage.hasTitles,
  },
  {
    group: 'clock',
    title: { zh: '履约时限', en: 'Deadlines' },
    prefix: 'P5',
    wasChecked: (coverage) => coverage.hasSupplyOfItsOwn,
  },
  { group: 'quality', title: { zh: '数据质量', en: 'Data quality' }, prefix: 'P6', wasChecked: () => true },
]

const stateOf = (found: readonly Finding[], wasChecked: boolean): Check['state'] =>
  found.length > 0 ? 'conflict' : wasChecked ? 'clean' : 'not_checked'

/** One line per layer and per group: conflict, checked and clean, or not checked because nothing was delivered. */
export function listChecks(findings: readonly Finding[], coverage: Coverage): Check[] {
  const layers = layerChecks.map(({ layer, codes }): Check => {
    const found = findings.filter((finding) => codes.includes(finding.code))
    return {
      check: layer,
      title: layerTitles[layer]!,
      state: stateOf(found, (coverage.layers[layer] ?? 0) > 0),
      findings: found,
    }
  })
  const listed = new Set(layerChecks.flatMap(({ codes }) => codes))
  // other plan findings, where they were raised
  const otherPlan = findings.filter((finding) => finding.code.startsWith('P3') && !listed.has(finding.code))
  const groups = groupChecks.map(({ group, title, prefix, wasChecked }): Check => {
    const found = findings.filter((finding) => finding.code.startsWith(prefix))
    return { check: group, title, state: stateOf(found, wasChecked(coverage)), findings: found }
  })
  const plan: Check[] =
    otherPlan.length === 0
      ? []
      : [
          {
            check: 'plan',
            title: { zh: '其他规划冲突', en: 'Other plan conflicts' },
            state: 'conflict',
            findings: otherPlan,
          },
        ]
  return [...groups.slice(0, 2), ...layers, ...plan, ...groups.slice(2)]
}
