import { App as Antd, Button, Checkbox, Empty, Input, Popconfirm } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as api from '../api.ts'
import { formatCount, formatMoment, formatMu, formatMuNumber, inLanguage, muUnit } from '../format.ts'
import { Answer } from '../panel/Loading.tsx'
import { useTellProblem } from '../panel/use-tell-problem.tsx'
import { changeView, useView } from '../use-view.ts'
import { StrategyTable } from './StrategyTable.tsx'
import { usePacks, useComparison, useScenarios } from './use-lab.ts'

/** What was saved: opened again with its numbers, compared in pairs, closed but never lost. */
export function LabScenarios() {
  const { t } = useTranslation()
  const scenarios = useScenarios()
  const [chosen, setChosen] = useState<readonly number[]>([])
  const pair = chosen.length === 2 ? ([chosen[0]!, chosen[1]!] as const) : null
  return (
    <div className="lab-scroll" role="region" aria-label={t('lab.tab.scenarios')} tabIndex={0}>
      <Answer of={scenarios}>
        {(list) =>
          list.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('lab.noScenarios')} />
          ) : (
            <>
              <p className="muted">{t('lab.compareHint')}</p>
              <ul className="plain lab-scenarios">
                {list.map((scenario) => (
                  <li key={scenario.scenarioId}>
                    <Scenario
                      scenario={scenario}
                      chosen={chosen.includes(scenario.scenarioId)}
                      onChoose={(isChosen) =>
                        setChosen((now) =>
                          isChosen
                            ? [...now, scenario.scenarioId].slice(-2)
                            : now.filter((id) => id !== scenario.scenarioId),
                        )
                      }
                    />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Answer>
      {pair && <Comparison pair={pair} />}
    </div>
  )
}

function Scenario({
  scenario,
  chosen,
  onChoose,
}: {
  scenario: api.Scenario
  chosen: boolean
  onChoose: (chosen: boolean) => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { data: packs } = usePacks()
  const { scenarioId, name, by, note, savedAt, moved, base, set, when, wholePack, adoptedAs } = scenario
  const changes = [
    ...Object.entries(set).map(([key, value]) => `${key} = ${value}`),
    ...Object.keys(when).map((code) => t('lab.conditionOf', { code })),
  ]
  return (
    <article className="lab-scenario" aria-label={name}>
      <Checkbox
        checked={chosen}
        onChange={({ target }) => onChoose(target.checked)}
        aria-label={t('lab.compareThis', { name })}
      />
      <div>
        <b>{name}</b>{' '}
        <span className="muted">
          {by} · {formatMoment(savedAt, lang)}
        </span>
        {adoptedAs !== null && <span className="lab-adopted"> {t('lab.isAdopted')}</span>}
        <div className="muted">
          {inLanguage(base.title, lang)} v{base.version} ·{' '}
          {wholePack ? t('lab.wholePack') : changes.join(t('listSemicolon'))}
        </div>
        {note !== '' && <div>{note}</div>}
        <div className="num">
          {formatCount(moved.parcels, lang)} {t('list.parcels')} · {formatMu(moved.planarM2, lang)}
        </div>
      </div>
      <div className="lab-scenario-actions">
        <Button
          size="small"
          onClick={() =>
            changeView({
              trial: { base: base.hash === packs?.current ? null : base.hash, set, when },
              labTab: 'moves',
              move: null,
            })
          }
        >
          {t('lab.open')}
        </Button>
        <CloseButton scenarioId={scenarioId} name={name} />
      </div>
    </article>
  )
}

function CloseButton({ scenarioId, name }: { scenarioId: number; name: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const client = useQueryClient()
  const tell = useTellProblem()
  const { message } = Antd.useApp()
  const [by, setBy] = useState('')
  const close = async () => {
    try {
      await api.closeScenario(scenarioId, by, { lang })
      await client.invalidateQueries({ queryKey: ['lab', 'scenarios'] })
      void message.success(t('lab.closed', { name }))
    } catch (error) {
      tell(error)
    }
  }
  return (
    <Popconfirm
      title={t('lab.closeTitle')}
      description={
        <Input
          size="small"
          aria-label={t('lab.by')}
          placeholder={t('lab.by')}
          value={by}
          onChange={({ target }) => setBy(target.value)}
        />
      }
      okButtonProps={{ disabled: by.trim() === '' }}
      okText={t('lab.closeScenario')}
      cancelText={t('draw.cancel')}
      onConfirm={() => void close()}
    >
      <Button size="small" type="text">
        {t('lab.closeScenario')}
      </Button>
    </Popconfirm>
  )
}

function Comparison({ pair }: { pair: readonly [number, number] }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const comparison = useComparison(pair)
  return (
    <Answer of={comparison}>
      {({ first, second, strategies, differ }) => (
        <section className="lab-comparison" aria-label={t('lab.comparison')}>
          <h3>
            {first.name} ⇄ {second.name}
          </h3>
          <p>{t('lab.differ', { count: differ.parcels, area: formatMu(differ.planarM2, lang) })}</p>
          <StrategyTable
            heads={[t('lab.now'), first.name, second.name, t('lab.differenceMu', { unit: muUnit(lang) })]}
            rows={strategies.filter(
              (each) => each.first.parcels !== each.second.parcels || each.now.parcels !== each.first.parcels,
            )}
            cells={({ now, first: a, second: b }) => [
              formatCount(now.parcels, lang),
              formatCount(a.parcels, lang),
              formatCount(b.parcels, lang),
              formatMuNumber(b.planarM2 - a.planarM2, lang),
            ]}
          />
        </section>
      )}
    </Answer>
  )
}
