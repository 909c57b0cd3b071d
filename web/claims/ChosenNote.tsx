import { useTranslation } from 'react-i18next'
import { changeView, useView } from '../use-view.ts'
import { statementText } from './claim-text.ts'
import { useClaims } from './use-claims.ts'

/** Beside a value of the register: what a person chose instead, which facts and strategy go by. Mostly nothing. */
export function ChosenNote({ parcel, field }: { parcel: number; field: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { data } = useClaims(parcel)
  const chosen = data?.fields.find((each) => each.field === field && each.state === 'chosen')
  const used = chosen?.statements.find((each) => each.used)
  if (!chosen || !used) return null
  return (
    <button type="button" className="claim-note" onClick={() => changeView({ tab: 'claims' }, 'replace')}>
      {t('claims.chosenInstead', { value: statementText(used, chosen.unit, lang) })}
    </button>
  )
}
