import { useTranslation } from 'react-i18next'
import { formatIn, formatM2, roundedToTotal, unitName, type AreaUnit } from '../format.ts'
import { M2_PER_MU } from '../../server/units.ts'
import { useView } from '../use-view.ts'

const inside = ['suppliedInside', 'titledInside', 'remainder', 'noise'] as const
const beside = [
  'approvedTwice',
  'suppliedOutside',
  'suppliedTwice',
  'titledOutside',
  'titleOverlap',
  'withdrawn',
] as const
const size: Record<AreaUnit, number> = { mu: M2_PER_MU, ha: 10_000, m2: 1 }
const decimals: Record<AreaUnit, number> = { mu: 2, ha: 4, m2: 2 }

/** The land ledger of one area as a sum that ties: what was approved, where it went, and by how much that misses. */
export function Balance({
  accounts,
  closureM2,
}: {
  accounts: Readonly<Record<string, number>>
  closureM2: number
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const of = (account: string) => accounts[account] ?? 0
  const column = (unit: AreaUnit) =>
    roundedToTotal(
      inside.map((account) => of(account) / size[unit]),
      decimals[unit],
    ).map((value) => value * size[unit])
  const [mu, m2] = [column('mu'), column('m2')]
  const cells = (muValue: number, m2Value: number) => (
    <>
      <td className="num">{formatIn('mu', muValue, lang)}</td>
      <td className="num">{formatIn('m2', m2Value, lang)}</td>
    </>
  )
  return (
    <table className="balance">
      <thead>
        <tr>
          <th scope="col">{t('balance.account')}</th>
          <th scope="col" className="num">
            {unitName('mu', lang)}
          </th>
          <th scope="col" className="num">
            {unitName('m2', lang)}
          </th>
        </tr>
      </thead>
      <tbody>
        <tr className="sum">
          <th scope="row">{t('account.approved')}</th>
          {cells(of('approved'), of('approved'))}
        </tr>
        {inside.map((account, i) => (
          <tr key={account}>
            <th scope="row">
              <span className="sign">{i === 0 ? '=' : '+'}</span> {t(`account.${account}`)}
            </th>
            {cells(mu[i]!, m2[i]!)}
          </tr>
        ))}
        <tr className="closure" data-open={Math.abs(closureM2) > 0.01}>
          <th scope="row">{t('balance.closure')}</th>
          <td colSpan={2} className="num">
            {formatM2(closureM2, lang, 4)}
          </td>
        </tr>
        {beside
          .filter((account) => of(account) !== 0)
          .map((account) => (
            <tr key={account} className="beside">
              <th scope="row">{t(`account.${account}`)}</th>
              {cells(of(account), of(account))}
            </tr>
          ))}
      </tbody>
    </table>
  )
}
