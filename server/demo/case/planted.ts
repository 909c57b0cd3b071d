import { approvalCases } from './approval.ts'
import type { PlantedCase } from './case.ts'
import { changeCases } from './change.ts'
import { clockCases } from './clock.ts'
import { efficiencyCases } from './efficiency.ts'
import { linkCases } from './link.ts'
import { planCases } from './plan.ts'
import { qualityCases } from './quality.ts'
import { rightCases } from './right.ts'
import { unusedCases } from './unused.ts'
import { useCases } from './use.ts'

/** Everything that is planted, each on a plot of its own. */
export const plantedCases: readonly PlantedCase[] = [
  ...approvalCases,
  ...useCases,
  ...planCases,
  ...rightCases,
  ...clockCases,
  ...qualityCases,
  ...efficiencyCases,
  ...changeCases,
  ...linkCases,
  ...unusedCases,
]
