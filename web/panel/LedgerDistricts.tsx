import { useTranslation } from 'react-i18next'
import type { Account } from '../../server/build/account.ts'
import { totalDistrict, type Ledger } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatColumn, formatIn, formatM2, type AreaUnit } from '../format.ts'
import { useCatalog, useLedger } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { LedgerAnswer } from './LedgerAnswer.tsx'
import { LedgerFigure } from './LedgerFigure.tsx'
import { LedgerPieces } from './LedgerPieces.tsx'

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
  'suppliedTwice',
  'titledOutside',
  'titleOverlap',
  'withdrawn',
] as const satisfies readonly Account[]

const known = [...inside, ...beside]

/** 行政区: where every square metre is booked, by district. */
export function LedgerDistricts({ unit }: { unit: AreaUnit }) {
  const { t } = useTranslation()
  const { lang, cell } = useView()
  const catalog = useCatalog()
  return (
    <LedgerAnswer of={useLedger()}>
      {(ledger) => (
        <>
          <p className="muted">{t('ledger.intro')}</p>
          <LedgerTable
            caption={t('ledger.inside')}
            accounts={inside}
            withClosure
            ledger={ledger}
            unit={unit}
          />
          <LedgerTable caption={t('ledger.beside')} accounts={beside} ledger={ledger} unit={unit} />
          {cell ? (
            <LedgerPieces
              of={
                cell.district === totalDistrict
                  ? t('balance.total')
                  : titleOf(catalog, 'district', cell.district, lang)
              }
              figure={t(`account.${known.find((account) => account === cell.account) ?? 'approved'}`)}
            />
          ) : (
            <p className="muted">{t('ledger.hint')}</p>
          )}
        </>
      )}
    </LedgerAnswer>
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
                <td key={account} className="num">
                  <CellFigure
                    district={district.code}
                    account={account}
                    text={columns[i]!.rows[row]!}
                    empty={district.accounts[account] === 0}
                  />
                </td>
              ))}
              {withClosure && <Closure m2={district.closureM2} />}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('balance.total')}</th>
            {accounts.map((account) => (
              <td key={account} className="num">
                <CellFigure
                  district={totalDistrict}
                  account={account}
                  text={formatIn(unit, ledger.total.accounts[account], lang)}
                  empty={ledger.total.accounts[account] === 0}
                />
              </td>
            ))}
            {withClosure && <Closure m2={ledger.total.closureM2} />}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function CellFigure({
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
  const { cell } = useView()
  const isShown = cell?.district === district && cell.account === account
  return (
    <LedgerFigure
      text={empty ? null : text}
      isShown={isShown}
      onToggle={() => changeView({ cell: isShown ? null : { district, account } })}
    />
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
