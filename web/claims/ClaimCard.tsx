import { Alert, Button, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClaimChoice, FieldStatements, Statement } from '../../server/contract.ts'
import { formatDay, inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'
import { ChooseForm } from './ChooseForm.tsx'
import { statementText } from './claim-text.ts'

/** One thing records contradict each other about: every statement with its source, which is used and by what. */
export function ClaimCard({ parcel, field, asOf }: { parcel: number; field: FieldStatements; asOf: string }) {
  const { t } = useTranslation()
  const view = useView()
  const { lang } = view
  const [choosing, setChoosing] = useState(false)
  const { title, state, statements, unit, choices, rule } = field
  const [newest, ...older] = choices
  const isDecided = newest?.state === 'standing' && newest.recordId !== null
  const mayChoose = view.asOf === null && (state !== 'agreed' || newest?.recordId != null)
  const name = inLanguage(title, lang)
  return (
    <section className="claim" data-state={state} aria-label={name}>
      <h3>
        <span>{name}</span> <Tag className={`claim-state claim-${state}`}>{t(`claims.state.${state}`)}</Tag>
      </h3>
      <ul className="statements">
        {statements.map((statement) => (
          <li key={`${statement.recordId} ${statement.from}`} data-used={statement.used}>
            <StatementLine statement={statement} unit={unit} />
          </li>
        ))}
      </ul>
      {state === 'reopened' && <Alert type="warning" showIcon title={t('claims.reopened')} />}
      {isDecided ? (
        <Choice choice={newest} unit={unit} />
      ) : (
        <p className="claim-why">
          <b>
            {t('claims.byRule')} {rule.rule}
          </b>{' '}
          {inLanguage(rule.text, lang)} <span className="muted">{rule.basis}</span>
        </p>
      )}
      {mayChoose &&
        (choosing ? (
          <ChooseForm parcel={parcel} field={field} today={asOf} onDone={() => setChoosing(false)} />
        ) : (
          <Button size="small" onClick={() => setChoosing(true)}>
            {t(isDecided ? 'claims.chooseAgain' : 'claims.choose')}
          </Button>
        ))}
      <History choices={isDecided ? older : choices} unit={unit} />
    </section>
  )
}

/** What a record says, and where that is written. */
export function StatementLine({ statement, unit }: { statement: Statement; unit: FieldStatements['unit'] }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { registerTitle, doc, on, delivery, used } = statement
  return (
    <>
      <span className="statement-value">
        {statementText(statement, unit, lang)} {used && <Tag className="claim-used">{t('claims.used')}</Tag>}
      </span>
      <span className="statement-source muted">
        {inLanguage(registerTitle, lang)} <span className="code">{doc ?? t('finding.noNumber')}</span>{' '}
        <span className="num nowrap">{formatDay(on, lang)}</span> · {delivery.fileName}{' '}
        <span className="num nowrap">{t('problem.row', { row: delivery.row })}</span>
      </span>
    </>
  )
}

function Choice({ choice, unit }: { choice: ClaimChoice; unit: FieldStatements['unit'] }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { reason, document, by, decidedOn, recordId, value, text, state } = choice
  return (
    <dl className="facts tight claim-choice" data-standing={state === 'standing'}>
      <div>
        <dt>{t(`claims.choice.${state}`)}</dt>
        <dd>
          {recordId === null || value === null || text === null
            ? t('claims.backToRule')
            : statementText({ value, text }, unit, lang)}
        </dd>
      </div>
      <div>
        <dt>{t('decision.reason')}</dt>
        <dd>{reason}</dd>
      </div>
      <div>
        <dt>{t('decision.document')}</dt>
        <dd>{document}</dd>
      </div>
      <div>
        <dt>{t('claims.by')}</dt>
        <dd>
          {by} · <span className="num">{formatDay(decidedOn, lang)}</span>
        </dd>
      </div>
    </dl>
  )
}

/** Choices are never taken away: those that no longer count stay to be read. */
function History({ choices, unit }: { choices: readonly ClaimChoice[]; unit: FieldStatements['unit'] }) {
  const { t } = useTranslation()
  if (choices.length === 0) return null
  return (
    <details className="claim-history">
      <summary>{t('claims.history', { count: choices.length })}</summary>
      {choices.map((choice) => (
        <Choice key={choice.choiceNo} choice={choice} unit={unit} />
      ))}
    </details>
  )
}
