import { copyValue } from '../db/copy-text.ts'
import { factColumn, factDefinitions, factNames, type Facts, type FactSources } from '../rule/fact.ts'

/** The facts of one parcel, before they are a row of table `fact`. */
export interface FactRow {
  readonly countyCode: string
  readonly parcelId: number
  readonly facts: Facts
  readonly sources: FactSources
}

/** Columns of table `fact` in the order `factRow` writes them. */
export const factColumns = ['run_id', 'county_code', 'parcel_id', 'evidence', ...factNames.map(factColumn)]

/** A row of table `fact` as COPY text, without quotes or names: most of its hundred columns are unknown. */
export function factRow(runId: number, { countyCode, parcelId, facts, sources }: FactRow): string {
  let text = `${runId}\t${countyCode}\t${parcelId}\t{${evidenceOf(sources).join()}}`
  for (const [name, type] of columnTypes) {
    const value = facts[name]
    text += value === undefined ? '\t\\N' : `\t${copyValue(name, type, value)}`
  }
  return `${text}\n`
}

/** The records facts were taken from, each once. */
export function evidenceOf(sources: FactSources): number[] {
  const records = new Set<number>()
  for (const source of Object.values(sources))
    for (const { recordId } of source?.from ?? [source ?? {}])
      if (recordId !== undefined) records.add(recordId)
  return [...records]
}

const columnTypes = factNames.map((name): [string, 'bool' | 'float8' | 'date' | 'text'] => [
  name,
  ({ boolean: 'bool', number: 'float8', date: 'date', text: 'text' } as const)[factDefinitions[name].type],
])
