import { Button, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Conflicts, Finding } from '../api.ts'
import { formatDay, formatShare, inLanguage } from '../format.ts'
import { collectionBounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useConflicts } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { detailText, inReadingOrder, nameOf } from '../word.ts'
import { Area } from './Area.tsx'
import { Answer } from './Loading.tsx'
import { knownKind } from './record-kind.ts'

/** 冲突: every question has one of three answers, and "not checked" is said aloud. */
export function ConflictsTab({ id }: { id: number }) {
  return <Answer of={useConflicts(id)}>{(conflicts) => <Checks conflicts={conflicts} />}</Answer>
}

const stateOrder = ['conflict', 'not_checked', 'clean'] as const

function Checks({ conflicts }: { conflicts: Conflicts }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const checks = conflicts.checks.toSorted(
    (a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state),
  )
  return (
    <>
      <p className="muted">
        {stateOrder
          .map((state) => `${t(`check.${state}`)} ${checks.filter((check) => check.state === state).length}`)
          .join(' · ')}
      </p>
      <ul className="checks">
        {checks.map(({ check, title, state, findings }) => (
          <li key={check}>
            <div className="check" data-state={state}>
              <span>{inLanguage(title, lang)}</span>
              <span className="check-state">{t(`check.${state}`)}</span>
            </div>
            {findings.map((finding) => (
              <FindingCard key={finding.findingNo} finding={finding} />
            ))}
          </li>
        ))}
      </ul>
    </>
  )
}

function FindingCard({ finding }: { finding: Finding }) {
  const { t } = useTranslation()
  const { lang, finding: shown } = useView()
  const isShown = shown === finding.findingNo
  const show = () => {
    changeView({ finding: isShown ? null : finding.findingNo })
    const bounds = collectionBounds({ features: [finding] })
    if (!isShown && bounds) fitMapTo(bounds)
  }
  const details = inReadingOrder(finding.detail)
  return (
    <div className="finding">
      <div className="finding-head">
        <span className="flag" data-severity={finding.severity}>
          <b>{finding.code}</b> {inLanguage(finding.title, lang)}
        </span>
        <span className="muted">{t(`severity.${finding.severity}`)}</span>
        {finding.noise && <Tag>{t('finding.noise')}</Tag>}
        {finding.geometry && (
          <Button size="small" aria-pressed={isShown} type={isShown ? 'primary' : 'default'} onClick={show}>
            {isShown ? t('finding.hide') : t('finding.show')}
          </Button>
        )}
      </div>
      <dl className="facts tight">
        {finding.planarM2 !== null && (
          <div>
            <dt>{t('area.planar')}</dt>
            <dd>
              <Area m2={finding.planarM2} />
            </dd>
          </div>
        )}
        {finding.ellipsoidM2 !== null && (
          <div>
            <dt>{t('area.ellipsoid')}</dt>
            <dd>
              <Area m2={finding.ellipsoidM2} />
            </dd>
          </div>
        )}
        {(finding.shareOfFirst !== null || finding.shareOfSecond !== null) && (
          <div>
            <dt>{t('finding.shares')}</dt>
            <dd className="num">
              {[finding.shareOfFirst, finding.shareOfSecond]
                .filter((share) => share !== null)
                .map((share) => formatShare(share, lang))
                .join(' / ')}
            </dd>
          </div>
        )}
        {finding.records.map((record) => (
          <div key={record.recordId}>
            <dt>{t(`recordKind.${knownKind(record.kind)}`)}</dt>
            <dd>
              <span className="code">{record.doc ?? t('finding.noNumber')}</span>{' '}
              <span className="muted num nowrap">{formatDay(record.date, lang)}</span>
            </dd>
          </div>
        ))}
        {details.map(([name, value]) => (
          <div key={name}>
            <dt>{nameOf(name, lang)}</dt>
            <dd>{detailText(name, value, lang)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
