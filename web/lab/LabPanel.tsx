import { Alert, Button, Select, Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { inLanguage } from '../format.ts'
import { Answer } from '../panel/Loading.tsx'
import { ProblemNotice } from '../panel/ProblemNotice.tsx'
import { changeView, useView } from '../use-view.ts'
import { isTrying, labTabs, type LabTab } from '../view.ts'
import { LabActions } from './LabActions.tsx'
import { LabConditions } from './LabConditions.tsx'
import { LabCounts } from './LabCounts.tsx'
import { LabMoves } from './LabMoves.tsx'
import { LabMovers } from './LabMovers.tsx'
import { LabNumbers } from './LabNumbers.tsx'
import { LabScenarios } from './LabScenarios.tsx'
import { LabSummary } from './LabSummary.tsx'
import { resetTrial, useBasePack, useComplaints, usePacks, usePreview } from './use-lab.ts'

/** 策略试算: what another number, another condition or another pack would move, before anything is saved. */
export function LabPanel() {
  const { t } = useTranslation()
  const { lang, trial, labTab } = useView()
  const packs = usePacks()
  const pack = useBasePack()
  const preview = usePreview()
  const complaints = useComplaints(preview.isPlaceholderData ? undefined : preview.data?.id)
  const shown = preview.data
  const bodies: Record<LabTab, ReactNode> = {
    moves: <Answer of={preview}>{(answer) => <LabMoves preview={answer} />}</Answer>,
    counts: <Answer of={preview}>{(answer) => <LabCounts preview={answer} />}</Answer>,
    movers: <Answer of={preview}>{(answer) => <LabMovers preview={answer} />}</Answer>,
    conditions: (
      <Answer of={pack}>{(loaded) => <LabConditions pack={loaded} error={preview.error} />}</Answer>
    ),
    scenarios: <LabScenarios />,
  }
  return (
    <section className="lab" aria-label={t('lab.title')}>
      <header className="section-head lab-head">
        <h2>{t('lab.title')}</h2>
        <Select
          size="small"
          className="lab-pack"
          aria-label={t('lab.pack')}
          loading={packs.isPending}
          value={trial.base ?? packs.data?.current ?? undefined}
          onChange={(hash) =>
            changeView({
              trial: { base: hash === packs.data?.current ? null : hash, set: {}, when: {} },
              move: null,
            })
          }
          options={packs.data?.packs.map(({ hash, title, version, validFrom }) => ({
            value: hash,
            label: `${inLanguage(title, lang)} · v${version} · ${validFrom}${hash === packs.data.current ? ` · ${t('lab.inUse')}` : ''}`,
          }))}
        />
        <Button size="small" disabled={!isTrying(trial)} onClick={resetTrial}>
          {t('lab.reset')}
        </Button>
        <LabActions />
      </header>
      {shown && <LabSummary preview={shown} busy={preview.isFetching} />}
      {preview.error && labTab === 'scenarios' && <ProblemNotice error={preview.error} />}
      {complaints.data && complaints.data.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t('lab.checker')}
          description={
            <ul className="plain">
              {complaints.data.slice(0, 5).map(({ text }) => (
                <li key={text.zh}>{inLanguage(text, lang)}</li>
              ))}
            </ul>
          }
        />
      )}
      <div className="lab-columns">
        <div className="lab-left">
          <Answer of={pack}>{(loaded) => <LabNumbers pack={loaded} />}</Answer>
        </div>
        <div className="lab-right">
          <Tabs
            size="small"
            activeKey={labTab}
            destroyOnHidden
            onChange={(key) => changeView({ labTab: labTabs.find((each) => each === key) ?? 'moves' })}
            items={labTabs.map((key) => ({ key, label: t(`lab.tab.${key}`), children: bodies[key] }))}
          />
        </div>
      </div>
    </section>
  )
}
