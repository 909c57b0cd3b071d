import { App, Button, Form, Input, Popconfirm, Select, Tag } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Explanation } from '../../server/contract.ts'
import { endOverride, setOverride, type SetOverride } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatDay, inLanguage } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { StrategyChip } from './Chip.tsx'
import { DecisionForm, useNeeded } from './DecisionForm.tsx'
import { useTellProblem } from './use-tell-problem.tsx'

/** 人工改定: what a person decided instead of the rules, with all it rests on; and the way to decide. */
export function OverrideCard({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation()
  const { lang, asOf: pastDay } = useView()
  const [deciding, setDeciding] = useState(false)
  const { parcel, override, ruled, asOf } = explanation
  return (
    <section className="override" data-standing={override !== null} aria-label={t('decision.override')}>
      <h3>{t('decision.override')}</h3>
      {override ? (
        <>
          <p className="override-head">
            <Tag className="tag-override">{t('decision.isOverride')}</Tag> {t('decision.ruled')}{' '}
            <StrategyChip code={ruled.code} /> {inLanguage(ruled.title, lang)}
          </p>
          <dl className="facts">
            <Row name={t('decision.reason')}>{override.reason}</Row>
            <Row name={t('decision.document')}>{override.document}</Row>
            <Row name={t('decision.by')}>
              {override.by} · {t('decision.setOn', { day: formatDay(override.setOn, lang) })}
            </Row>
            <Row name={t('decision.expiresOn')}>{formatDay(override.expiresOn, lang)}</Row>
          </dl>
          {!deciding && pastDay === null && (
            <div className="override-actions">
              <EndOverride parcel={parcel} label={t('decision.end')} />
              <Button size="small" onClick={() => setDeciding(true)}>
                {t('decision.decideAgain')}
              </Button>
            </div>
          )}
        </>
      ) : (
        !deciding && (
          <>
            <p className="muted">{t(pastDay === null ? 'decision.overrideHint' : 'decision.overrideNow')}</p>
            <Button size="small" disabled={pastDay !== null} onClick={() => setDeciding(true)}>
              {t('decision.decide')}
            </Button>
          </>
        )
      )}
      {deciding && (
        <OverrideForm parcel={parcel} ruled={ruled.code} asOf={asOf} onDone={() => setDeciding(false)} />
      )}
    </section>
  )
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function OverrideForm({
  parcel,
  ruled,
  asOf,
  onDone,
}: {
  parcel: number
  ruled: string
  asOf: string
  onDone: () => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const needed = useNeeded()
  return (
    <DecisionForm<SetOverride>
      what={
        <Form.Item name="strategy" label={t('decision.strategy')} rules={needed}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={catalog.strategies
              .filter(({ code }) => code !== ruled)
              .map(({ code }) => ({
                value: code,
                label: `${code} ${titleOf(catalog, 'strategy', code, lang)}`,
              }))}
          />
        </Form.Item>
      }
      day={
        <Form.Item name="expiresOn" label={t('decision.expiresOn')} rules={needed}>
          <Input type="date" min={asOf} />
        </Form.Item>
      }
      documentExample={t('decision.documentExample')}
      by={t('decision.by')}
      saveText={t('decision.save')}
      savedText={t('decision.done')}
      save={(decided) => setOverride(parcel, decided, { lang })}
      onDone={onDone}
    />
  )
}

/** Asks who and why, then ends it. */
export function EndOverride({ parcel, label }: { parcel: number; label: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const client = useQueryClient()
  const { message } = App.useApp()
  const tellProblem = useTellProblem()
  const [by, setBy] = useState('')
  const [reason, setReason] = useState('')
  const end = async () => {
    try {
      await endOverride(parcel, { by, reason }, { lang })
      void message.success(t('decision.ended'))
      await client.invalidateQueries()
    } catch (error) {
      tellProblem(error)
    }
  }
  return (
    <Popconfirm
      title={t('decision.endAsk')}
      description={
        <div className="override-end">
          <Input
            size="small"
            aria-label={t('decision.by')}
            placeholder={t('decision.by')}
            value={by}
            onChange={({ target }) => setBy(target.value)}
          />
          <Input
            size="small"
            aria-label={t('decision.reason')}
            placeholder={t('decision.reason')}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </div>
      }
      okText={label}
      cancelText={t('decision.cancel')}
      okButtonProps={{ disabled: by.trim() === '' || reason.trim() === '' }}
      onConfirm={end}
    >
      <Button size="small">{label}</Button>
    </Popconfirm>
  )
}
