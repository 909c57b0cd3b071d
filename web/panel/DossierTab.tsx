import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DossierEntry } from '../../server/contract.ts'
import { formatDay, formatShare, inLanguage } from '../format.ts'
import { useDossier } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { Area } from './Area.tsx'
import { Answer } from './Loading.tsx'

/** 档案: the papers in order, and a gap where one is expected and missing. */
export function DossierTab({ id }: { id: number }) {
  return (
    <Answer of={useDossier(id)}>
      {({ entries }) => (
        <ol className="timeline">
          {entries.map((entry, i) => (
            <Entry key={`${entry.kind}-${entry.recordId ?? i}`} entry={entry} />
          ))}
        </ol>
      )}
    </Answer>
  )
}

function Entry({ entry }: { entry: DossierEntry }) {
  const { t } = useTranslation()
  const { lang } = useView()
  if (!entry.present) {
    return (
      <li className="timeline-entry" data-gap>
        <div className="timeline-head">
          <b>{inLanguage(entry.title, lang)}</b>
          <span className="gap-word">{t('dossier.gap')}</span>
        </div>
      </li>
    )
  }
  return (
    <li className="timeline-entry">
      <div className="timeline-head">
        <b>{inLanguage(entry.title, lang)}</b>
        <time className="num" dateTime={entry.on ?? undefined}>
          {entry.on ? formatDay(entry.on, lang) : t('dossier.noDate')}
        </time>
      </div>
      {entry.doc && <div className="code">{entry.doc}</div>}
      {entry.areaInCommonM2 !== null && (
        <div>
          <span className="muted">{t('dossier.common')}</span> <Area m2={entry.areaInCommonM2} />{' '}
          {entry.shareOfParcel !== null && (
            <span className="muted">
              {t('brackets', {
                text: t('dossier.ofParcel', { share: formatShare(entry.shareOfParcel, lang) }),
              })}
            </span>
          )}
        </div>
      )}
      {entry.facts.length > 0 && (
        <dl className="facts tight">
          {entry.facts.map(({ field, label, value }) => (
            <div key={field}>
              <dt>{inLanguage(label, lang)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className="timeline-foot">
        {entry.certainty && (
          <Tag className={entry.certainty === 'certain' ? 'tag-good' : 'tag-note'}>
            {t(`certainty.${entry.certainty}`)}
          </Tag>
        )}
        {entry.evidence.map((evidence) => (
          <Tag key={evidence}>{t(`evidence.${knownEvidence(evidence)}`)}</Tag>
        ))}
        {entry.delivery && (
          <span className="muted">
            {t('dossier.source', { file: entry.delivery.fileName, row: entry.delivery.row })}
          </span>
        )}
      </div>
    </li>
  )
}

const evidences = [
  'code',
  'unit_code',
  'doc_no',
  'supervision_no',
  'project',
  'holder',
  'shape',
  'source',
] as const
const knownEvidence = (evidence: string): (typeof evidences)[number] | 'other' =>
  evidences.find((known) => known === evidence) ?? 'other'
