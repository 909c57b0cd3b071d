import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { FieldStatements, ParcelClaims } from '../../server/contract.ts'
import { inLanguage } from '../format.ts'
import { Answer } from '../panel/Loading.tsx'
import { useView } from '../use-view.ts'
import { ClaimCard } from './ClaimCard.tsx'
import { registersText, statementText } from './claim-text.ts'
import './claims.css'
import { useClaims } from './use-claims.ts'

/** 各方说法: what each record says of one thing; where they differ both stay, and it is told which is used and why. */
export function ClaimsTab({ id }: { id: number }) {
  return <Answer of={useClaims(id)}>{(claims) => <Fields claims={claims} />}</Answer>
}

function Fields({ claims: { parcelId, fields, asOf } }: { claims: ParcelClaims }) {
  const { t } = useTranslation()
  const contradicted = fields.filter(({ state, choices }) => state !== 'agreed' || choices.length > 0)
  const agreed = fields.filter((field) => !contradicted.includes(field) && field.statements.length > 0)
  return (
    <>
      {contradicted.length === 0 ? (
        <p className="muted">{t('claims.allAgree')}</p>
      ) : (
        contradicted.map((field) => (
          <ClaimCard key={field.field} parcel={parcelId} field={field} asOf={asOf} />
        ))
      )}
      {agreed.length > 0 && (
        <section aria-label={t('claims.agreed')}>
          <h3>{t('claims.agreed')}</h3>
          <dl className="facts">
            {agreed.map((field) => (
              <Agreed key={field.field} field={field} />
            ))}
          </dl>
        </section>
      )}
    </>
  )
}

function Agreed({ field: { title, statements, unit, used } }: { field: FieldStatements }) {
  const { lang } = useView()
  const { t } = useTranslation()
  const shown = statements.find((each) => each.used) ?? statements[0]!
  return (
    <div>
      <dt>{inLanguage(title, lang)}</dt>
      <dd>
        {statementText(shown, unit, lang)}{' '}
        <div className="muted">
          {registersText(statements, lang)}
          {used === null && <Tag className="claim-unused">{t('claims.notUsed')}</Tag>}
        </div>
      </dd>
    </div>
  )
}
