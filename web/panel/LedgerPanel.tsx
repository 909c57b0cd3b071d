import { Segmented, Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { areaUnits, unitName, type AreaUnit } from '../format.ts'
import { changeView, useView } from '../use-view.ts'
import { books, type Book } from '../view.ts'
import { LedgerBatches } from './LedgerBatches.tsx'
import { LedgerDistricts } from './LedgerDistricts.tsx'
import { LedgerRates } from './LedgerRates.tsx'
import { LedgerRemainders } from './LedgerRemainders.tsx'

/** 台账: where every square metre is booked. Any figure opens into the pieces it sums, on the map beside it. */
export function LedgerPanel() {
  const { t } = useTranslation()
  const { lang, book, unit } = useView()
  const bodies: Record<Book, ReactNode> = {
    districts: <LedgerDistricts unit={unit} />,
    batches: <LedgerBatches unit={unit} />,
    remainders: <LedgerRemainders unit={unit} />,
    rates: <LedgerRates unit={unit} />,
  }
  return (
    <section className="ledger" aria-label={t('ledger.title')}>
      <header className="section-head ledger-head">
        <h2>{t('ledger.title')}</h2>
        <Segmented<AreaUnit>
          size="small"
          aria-label={t('ledger.unit')}
          value={unit}
          onChange={(next) => changeView({ unit: next }, 'replace')}
          options={areaUnits.map((value) => ({ value, label: unitName(value, lang) }))}
        />
      </header>
      <Tabs
        className="ledger-books"
        activeKey={book}
        // what is not in sight asks the server nothing
        destroyOnHidden
        onChange={(key) => changeView({ book: books.find((each) => each === key) ?? 'districts' })}
        items={books.map((key) => ({
          key,
          label: t(`ledger.book.${key}`),
          children: <div className="ledger-body">{bodies[key]}</div>,
        }))}
      />
    </section>
  )
}
