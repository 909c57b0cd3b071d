import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { changeView, useView } from '../use-view.ts'
import { desks, type Desk } from '../view.ts'
import { DeadlineDates } from './DeadlineDates.tsx'
import { OverrideDesk } from './OverrideDesk.tsx'
import { UnknownDesk } from './UnknownDesk.tsx'

/** 期限: what comes up, what is to be found out, what people decided. */
export function DeadlinesPanel() {
  const { t } = useTranslation()
  const { desk } = useView()
  const bodies: Record<Desk, ReactNode> = {
    dates: <DeadlineDates />,
    unknowns: <UnknownDesk />,
    overrides: <OverrideDesk />,
  }
  return (
    <section className="deadlines" aria-label={t('page.deadlines')}>
      <Tabs
        className="deadlines-desks"
        activeKey={desk}
        // what is not in sight asks the server nothing
        destroyOnHidden
        onChange={(key) => changeView({ desk: desks.find((each) => each === key) ?? 'dates' })}
        items={desks.map((key) => ({ key, label: t(`decision.desk.${key}`), children: bodies[key] }))}
      />
    </section>
  )
}
