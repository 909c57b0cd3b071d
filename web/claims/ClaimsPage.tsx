import { DownloadOutlined } from '@ant-design/icons'
import { Button, Empty, Segmented, Select, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ConflictPage, ConflictRow } from '../../server/contract.ts'
import { conflictStates } from '../../server/contract/conflict-state.ts'
import { claimsFileUrl } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatCount, formatMu, formatParcelId, inLanguage } from '../format.ts'
import { Answer } from '../panel/Loading.tsx'
import { PagedRows } from '../panel/PagedRows.tsx'
import { useCatalog } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import type { ClaimFilter, Language } from '../view.ts'
import { registersText, statementText } from './claim-text.ts'
import { useClaimPages, useClaimQuery } from './use-claims.ts'

const rowHeight = 84

/** 各方说法: where records contradict each other over the city; a line leads to the parcel. */
export function ClaimsPage() {
  const { t } = useTranslation()
  const { asOf, claims } = useView()
  const pages = useClaimPages()
  const head = pages.data?.pages[0]
  return (
    <section className="claims-page" aria-label={t('page.claims')} aria-busy={pages.isFetching}>
      <Choices head={head} />
      <Answer of={pages}>
        {({ pages: [first] }) => (
          <PagedRows
            of={pages}
            total={first!.total}
            empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('claims.empty')} />}
            rowHeight={rowHeight}
            label={t('page.claims')}
            question={JSON.stringify([asOf, claims])}
            keyOf={(_, at) => at}
            selected={null}
            onOpen={({ parcelId }) =>
              changeView({ page: 'map', parcel: parcelId, tab: 'claims', camera: null })
            }
          >
            {(row) => <ConflictLine row={row} />}
          </PagedRows>
        )}
      </Answer>
    </section>
  )
}

const narrow = (change: Partial<ClaimFilter>, claims: ClaimFilter) =>
  changeView({ claims: { ...claims, ...change } })

function Choices({ head }: { head: ConflictPage | undefined }) {
  const { t } = useTranslation()
  const { lang, claims, asOf } = useView()
  const catalog = useCatalog()
  const query = useClaimQuery()
  const counted = (key: string, list: ConflictPage['counts']['state'] | undefined): string =>
    head ? formatCount(list?.find((each) => each.key === key)?.conflicts ?? 0, lang) : ''
  return (
    <div className="deadline-choice">
      <Segmented<(typeof conflictStates)[number] | 'all'>
        aria-label={t('claims.states')}
        value={claims.state ?? 'all'}
        onChange={(next) => narrow({ state: next === 'all' ? null : next }, claims)}
        options={[
          { value: 'all', label: t('claims.any') },
          ...conflictStates.map((value) => ({
            value,
            label: (
              <>
                {t(`claims.state.${value}`)} <span className="num">{counted(value, head?.counts.state)}</span>
              </>
            ),
          })),
        ]}
      />
      <Facet
        label={t('claims.field')}
        any={t('claims.anyField')}
        value={claims.field}
        counts={head?.counts.field}
        nameOf={(key) => titleIn(head, key, lang)}
        onChange={(field) => narrow({ field }, claims)}
      />
      <Facet
        label={t('claims.pair')}
        any={t('claims.anyPair')}
        value={claims.pair}
        counts={head?.counts.pair}
        nameOf={(key) => pairIn(head, key, lang)}
        onChange={(pair) => narrow({ pair }, claims)}
      />
      <Facet
        label={t('claims.district')}
        any={t('claims.anyDistrict')}
        value={claims.district}
        counts={head?.counts.district}
        nameOf={(key) => titleOf(catalog, 'district', key, lang) || key}
        onChange={(district) => narrow({ district }, claims)}
      />
      {(['xlsx', 'csv'] as const).map((format) => (
        <Button key={format} icon={<DownloadOutlined />} href={claimsFileUrl(format, query, asOf)}>
          {format.toUpperCase()}
        </Button>
      ))}
      <output aria-live="polite" className="muted">
        {head &&
          t('claims.sum', {
            conflicts: formatCount(head.total, lang),
            parcels: formatCount(head.parcels, lang),
            mu: formatMu(head.totalPlanarM2, lang),
          })}
      </output>
    </div>
  )
}

const titleIn = (head: ConflictPage | undefined, key: string, lang: Language): string => {
  const title = head?.titles[key]
  return title ? inLanguage(title, lang) : key
}
const pairIn = (head: ConflictPage | undefined, pair: string, lang: Language): string =>
  pair
    .split('|')
    .map((register) => titleIn(head, register, lang))
    .join(' – ')

function Facet({
  label,
  any,
  value,
  counts,
  nameOf,
  onChange,
}: {
  label: string
  any: string
  value: string | null
  counts: ConflictPage['counts']['field'] | undefined
  nameOf: (key: string) => string
  onChange: (key: string | null) => void
}) {
  const { lang } = useView()
  const keys = counts ?? []
  const missing = value !== null && !keys.some(({ key }) => key === value)
  return (
    <Select<string>
      className="claims-facet"
      aria-label={label}
      value={value ?? ''}
      onChange={(next) => onChange(next || null)}
      popupMatchSelectWidth={false}
      options={[
        { value: '', label: any },
        ...(missing ? [{ value, label: nameOf(value) }] : []),
        ...keys.map((each) => ({
          value: each.key,
          label: `${nameOf(each.key)}　${formatCount(each.conflicts, lang)} · ${formatMu(each.planarM2, lang)}`,
        })),
      ]}
    />
  )
}

/** Sides of a contradiction in a line; a side that several registers share is said once. */
function ConflictLine({ row }: { row: ConflictRow }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const sides = [...new Set(row.statements.map(({ side }) => side))].map((side) =>
    row.statements.filter((each) => each.side === side),
  )
  return (
    <div className="claim-row">
      <div className="claim-row-what">
        <b>{inLanguage(row.title, lang)}</b>
        <Tag className={`claim-state claim-${row.state}`}>{t(`claims.state.${row.state}`)}</Tag>
      </div>
      <div className="claim-row-sides">
        {sides.slice(0, 3).map((side) => {
          const shown = side.find(({ used }) => used) ?? side[0]!
          return (
            <div key={shown.recordId} data-used={side.some(({ used }) => used)}>
              <span className="claim-row-value">{statementText(shown, row.unit, lang)}</span>{' '}
              <span className="muted">
                {registersText(side, lang)} <span className="num">{shown.on ?? ''}</span>
              </span>
            </div>
          )
        })}
      </div>
      <div className="claim-row-land">
        <span>{row.name ?? formatParcelId(row.parcelId)}</span>
        <span className="muted">
          <span className="num">{row.parcelCode ?? formatParcelId(row.parcelId)}</span> ·{' '}
          {formatMu(row.planarM2, lang)} · {titleOf(catalog, 'district', row.district, lang)}
        </span>
      </div>
    </div>
  )
}
