import { Alert, Button, Collapse, Input, Tag } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem, type LabPack } from '../api.ts'
import { inLanguage } from '../format.ts'
import { StrategyChip } from '../panel/Chip.tsx'
import { useView } from '../use-view.ts'
import { tryCondition } from './use-lab.ts'

/** For those who write rules: the condition of each strategy, to be changed and tried; what is wrong is said as it is typed. */
export function LabConditions({ pack, error }: { pack: LabPack; error: Error | null }) {
  const { t } = useTranslation()
  const { lang, trial } = useView()
  const wrong = error instanceof ApiProblem ? error.problem : null
  const field = wrong?.field ?? ''
  return (
    <div className="lab-scroll" role="region" aria-label={t('lab.tab.conditions')} tabIndex={0}>
      <p className="muted">{t('lab.conditionsHint')}</p>
      {wrong && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={wrong.detail || wrong.title}
          description={wrong.hint}
        />
      )}
      <Collapse
        size="small"
        ghost
        defaultActiveKey={Object.keys(trial.when)}
        items={pack.strategies.map(({ code, title, when }) => ({
          key: code,
          label: (
            <>
              <StrategyChip code={code} /> {inLanguage(title, lang)}{' '}
              {trial.when[code] !== undefined && <Tag color="orange">{t('lab.changed')}</Tag>}
            </>
          ),
          children: <Condition code={code} when={when} isWrong={field.includes(`strategies.${code}.`)} />,
        }))}
      />
    </div>
  )
}

function Condition({ code, when, isWrong }: { code: string; when: string; isWrong: boolean }) {
  const { t } = useTranslation()
  const { trial } = useView()
  const id = useId()
  const [text, setText] = useState(trial.when[code] ?? when)
  const put = (next: string) => {
    setText(next)
    if (next.trim() !== '') tryCondition(code, next, when)
  }
  return (
    <div className="lab-condition">
      <label htmlFor={id} className="visually-hidden">
        {t('lab.conditionOf', { code })}
      </label>
      <Input.TextArea
        id={id}
        autoSize={{ minRows: 2, maxRows: 8 }}
        spellCheck={false}
        status={isWrong ? 'error' : ''}
        aria-invalid={isWrong}
        value={text}
        onChange={({ target }) => put(target.value)}
      />
      <Button size="small" disabled={text === when} onClick={() => put(when)}>
        {t('lab.undoCondition')}
      </Button>
    </div>
  )
}
