import { Segmented } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../server/build/account.ts'
import { totalDistrict, type Ledger } from '../api.ts'
import { titleOf } from '../catalog.ts'
import {
  areaUnits,
  formatColumn,
  formatCount,
  formatDay,
  formatIn,
  formatM2,
  formatMu,
  unitName,
  type AreaUnit,
} from '../format.ts'
import { collectionBounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useCatalog, useLedger, useLedgerPieces } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { Answer } from './Loading.tsx'

const inside = [
  'approved',
  'suppliedInside',
  'titledInside',
  'remainder',
  'noise',
] as const satisfies readonly Account[]
const beside = [
  'approvedTwice',
  'suppliedOutside',
  'titledOutside',
  'titleOverlap',
  'withdrawn',
] as const satisfies readonly Account[]

/** 台账: where every square metre is booked. Any figure opens into the pieces it sums, on the map beside it. */
export function LedgerPanel() {
  const { t } = useTranslation()
  const { lang } = useView()
  const [unit, setUnit] = useState<AreaUnit>('mu')
  return (
    <section className="ledger" aria-label={t('ledger.title')}>
      <header className="section-head">
        <h2>{t('ledger.title')}</h2>
        <Segmented<AreaUnit>
          size="small"
          aria-label={t('ledger.unit')}
          value={unit}
          onChange={setUnit}
          options={areaUnits.map((value) => ({ value, label: unitName(value, lang) }))}
        />
      </header>
      <Answer of={useLedger()}>
        {(ledger) => (
          <>
            <p className="muted">{t('ledger.intro', { day: formatDay(ledger.asOf, lang) })}</p>
            <LedgerTable
              caption={t('ledger.inside')}
              accounts={inside}
              withClosure
              ledger={ledger}
              unit={unit}
            />
            <LedgerTable caption={t('ledger.beside')} accounts={beside} ledger={ledger} unit={unit} />
          </>
        )}
      </Answer>
      <Pieces />
    </section>
  )
}

interface TableProps {
  readonly caption: string
  readonly accounts: readonly Account[]
  readonly ledger: Ledger
  readonly unit: AreaUnit
  readonly withClosure?: boolean
}

function LedgerTable({ caption, accounts, ledger, unit, withClosure = false }: TableProps) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const columns = accounts.map((account) =>
    formatColumn(
      unit,
      ledger.districts.map((district) => district.accounts[account]),
      lang,
    ),
  )
  return (
    <div className="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className="ledger-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('ledger.district')}</th>
            {accounts.map((account, i) => (
              <th key={account} scope="col" className="num">
                {withClosure && i > 0 && <span className="sign">{i === 1 ? '=' : '+'} </span>}
                {t(`account.${account}`)}
              </th>
            ))}
            {withClosure && (
              <th scope="col" className="num">
                {t('balance.closure')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {ledger.districts.map((district, row) => (
            <tr key={district.code}>
              <th scope="row">{titleOf(catalog, 'district', district.code, lang) || district.name}</th>
              {accounts.map((account, i) => (
                <Figure
                  key={account}
                  district={district.code}
                  account={account}
                  text={columns[i]!.rows[row]!}
                  empty={district.accounts[account] === 0}
                />
              ))}
              {withClosure && <Closure m2={district.closureM2} />}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('balance.total')}</th>
            {accounts.map((account) => (
              <Figure
                key={account}
                district={totalDistrict}
                account={account}
                text={formatIn(unit, ledger.total.accounts[account], lang)}
                empty={ledger.total.accounts[account] === 0}
              />
            ))}
            {withClosure && <Closure m2={ledger.total.closureM2} />}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function Figure({
  district,
  account,
  text,
  empty,
}: {
  district: string
  account: Account
  text: string
  empty: boolean
}) {
  const { t } = useTranslation()
  const { cell } = useView()
  const isShown = cell?.district === district && cell.account === account
  if (empty) return <td className="num muted">0</td>
  return (
    <td className="num">
      <button
        type="button"
        className="figure"
        aria-pressed={isShown}
        title={t('ledger.showPieces')}
        onClick={() => changeView({ cell: isShown ? null : { district, account } })}
      >
        {text}
      </button>
    </td>
  )
}

function Closure({ m2 }: { m2: number }) {
  const { lang } = useView()
  return (
    <td className="num closure" data-open={Math.abs(m2) > 0.01}>
      {formatM2(m2, lang, 4)}
    </td>
  )
}

function Pieces() {
  const { t } = useTranslation()
  const { cell, lang } = useView()
  const catalog = useCatalog()
  const pieces = useLedgerPieces(cell)
  const shown = pieces.data
  useEffect(() => {
    const bounds = shown && collectionBounds(shown)
    if (bounds) fitMapTo(bounds)
  }, [shown])
  if (!cell) return <p className="muted">{t('ledger.hint')}</p>
  const district =
    cell.district === totalDistrict ? t('balance.total') : titleOf(catalog, 'district', cell.district, lang)
  return (
    <Answer of={pieces}>
      {({ features, total, totalPlanarM2 }) => (
        <div aria-live="polite" className="pieces">
          <b>{district}</b> · {t(`account.${knownAccount(cell.account)}`)}:{' '}
          {t('ledger.pieces', { text: formatCount(total, lang) })}{' '}
          <span className="num">{formatM2(totalPlanarM2, lang)}</span>{' '}
          <span className="num muted">{formatMu(totalPlanarM2, lang)}</span>
          {features.length < total && (
            <span className="muted"> {t('ledger.cut', { text: formatCount(features.length, lang) })}</span>
          )}
        </div>
      )}
    </Answer>
  )
}

function knownAccount(account: string): Account {
  return [...inside, ...beside].find((known) => known === account) ?? 'approved'
}
