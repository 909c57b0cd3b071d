import { Checkbox, Table, Tag, type TableColumnsType } from 'antd'
import { useTranslation } from 'react-i18next'
import type { BatchBooks } from '../api.ts'
import {
  formatCount,
  formatDay,
  formatIn,
  formatM2,
  inLanguage,
  unknownText,
  type AreaUnit,
} from '../format.ts'
import { useBatches } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import type { BatchFigure } from '../view.ts'
import { bookPages } from './book-pages.ts'
import { LedgerAnswer } from './LedgerAnswer.tsx'
import { LedgerFigure } from './LedgerFigure.tsx'
import { LedgerPieces } from './LedgerPieces.tsx'

type Row = BatchBooks['rows'][number]
type Figures = Readonly<Partial<Record<BatchFigure, number>>>

/** Columns of figures under their headings, in the order land goes through them. */
const groups = {
  delivered: ['supplied', 'titled'],
  outside: ['used', 'notSuppliable'],
  unexpropriated: ['notExpropriated', 'partlyExpropriated', 'unknown'],
  expropriated: ['inReserve', 'clean', 'notClean', 'siteUnknown'],
  measured: ['noise'],
} as const satisfies Record<string, readonly BatchFigure[]>
const groupsBeside = {
  ended: ['withdrawn', 'lapsed', 'reduced'],
  elsewhere: ['approvedEarlier', 'endedEarlier', 'approvedAgain'],
} as const satisfies Record<string, readonly BatchFigure[]>

/** 批次闭合: per approval document, where its land went, and whether that adds up. */
export function LedgerBatches({ unit }: { unit: AreaUnit }) {
  const { t } = useTranslation()
  const { onlyOpen } = useView()
  return (
    <>
      <Checkbox checked={onlyOpen} onChange={({ target }) => changeView({ onlyOpen: target.checked })}>
        {t('ledger.onlyOpen')}
      </Checkbox>
      <Batches unit={unit} />
    </>
  )
}

function Batches({ unit }: { unit: AreaUnit }) {
  const { t } = useTranslation()
  const { lang, batchFigure } = useView()
  const answer = useBatches()
  return (
    <LedgerAnswer of={answer}>
      {(books) => {
        const docNo = books.rows.find(({ batch }) => batch === batchFigure?.doc)?.docNo
        return (
          <>
            <p className="muted">
              {t('ledger.batchesIntro', {
                batches: formatCount(books.batches, lang),
                open: formatCount(books.open, lang),
              })}
              {books.ledgerDifferenceM2 !== null &&
                ` ${t('ledger.tiesToDistricts', { m2: formatM2(books.ledgerDifferenceM2, lang, 4) })}`}
            </p>
            {batchFigure ? (
              <LedgerPieces of={docNo ?? batchFigure.doc} figure={t(`batch.${batchFigure.figure}`)} />
            ) : (
              <p className="muted">{t('ledger.hint')}</p>
            )}
            <BatchTable books={books} unit={unit} loading={answer.isPlaceholderData} />
            <p className="muted">{inLanguage(books.p615Rule, lang)}</p>
          </>
        )
      }}
    </LedgerAnswer>
  )
}

function BatchTable({ books, unit, loading }: { books: BatchBooks; unit: AreaUnit; loading: boolean }) {
  const { t } = useTranslation()
  const { lang, bookPage } = useView()
  const area = (m2: number | null): string => (m2 === null ? unknownText : formatIn(unit, m2, lang))
  const totals: Figures = { ...books.total.inside, ...books.total.ended, ...books.shapes?.elsewhere }
  // Two or three of twenty accounts have anything in them; the empty ones are named below instead.
  const isUsed = (figure: BatchFigure): boolean => totals[figure] !== 0
  const allGroups = { ...groups, ...groupsBeside }
  const unused = Object.values(allGroups)
    .flat()
    .filter((figure) => !isUsed(figure))
  const figureColumn = (figure: BatchFigure, of: (row: Row) => number) => ({
    key: figure,
    title: t(`batch.${figure}`),
    align: 'right' as const,
    className: 'num',
    render: (_: unknown, row: Row) => (
      <BatchFigureCell doc={row.batch} figure={figure} m2={of(row)} text={area(of(row))} />
    ),
  })
  const groupColumns = (some: Partial<typeof allGroups>) =>
    Object.entries(some).flatMap(([name, figures]) => {
      const used = figures.filter(isUsed)
      if (used.length === 0) return []
      const children = used.map((figure) => figureColumn(figure, (row) => figuresOf(row)[figure] ?? 0))
      return [{ key: name, title: t(`ledger.group.${name as keyof typeof allGroups}`), children }]
    })
  const areaColumn = (key: string, of: (row: Row) => number | null) => ({
    key,
    title: t(`ledger.area.${key as 'document'}`),
    align: 'right' as const,
    className: 'num',
    render: (_: unknown, row: Row) => area(of(row)),
  })
  const columns: TableColumnsType<Row> = [
    {
      key: 'doc',
      title: t('ledger.document'),
      fixed: 'start',
      rowScope: 'row',
      render: (_, row) => (
        <>
          <div>{row.docNo ?? row.batch}</div>
          <div className="muted num">{formatDay(row.approvedOn, lang)}</div>
        </>
      ),
    },
    { key: 'p615', title: 'P615', render: (_, { p615 }) => <Closes p615={p615} /> },
    {
      key: 'areas',
      title: t('ledger.group.areas'),
      children: [
        areaColumn('document', ({ area }) => area.documentM2),
        areaColumn('planar', ({ area }) => area.planarM2),
        areaColumn('ellipsoid', ({ area }) => area.ellipsoidM2),
        areaColumn('difference', ({ area }) => area.documentDifferenceM2),
      ],
    },
    figureColumn('booked', ({ bookedM2 }) => bookedM2),
    ...groupColumns(groups),
    {
      key: 'closure',
      title: `${t('balance.closure')} (m²)`,
      align: 'right',
      className: 'num',
      render: (_, { closureM2 }) => <Closure m2={closureM2} />,
    },
    ...groupColumns(groupsBeside),
  ]
  const sums: readonly string[] = [
    ...[books.total.documentM2, books.shapes?.planarM2 ?? null, books.shapes?.ellipsoidM2 ?? null].map(area),
    unknownText,
    area(books.total.bookedM2),
    ...Object.values(groups).flatMap((some) => some.filter(isUsed).map((one) => area(totals[one] ?? null))),
  ]
  const sumsBeside = Object.values(groupsBeside).flatMap((some) =>
    some.filter(isUsed).map((one) => area(totals[one] ?? null)),
  )
  return (
    <>
      <Table<Row>
        className="ledger-list"
        size="small"
        rowKey="batch"
        loading={loading}
        dataSource={books.rows}
        columns={columns}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('ledger.noBatch') }}
        pagination={bookPages(bookPage, books.batches)}
        summary={() => (
          <Table.Summary.Row>
            <Table.Summary.Cell index={0}>{t('balance.total')}</Table.Summary.Cell>
            <Table.Summary.Cell index={1}>{formatCount(books.open, lang)}</Table.Summary.Cell>
            {sums.map((text, i) => (
              <SumCell key={i} index={2 + i} text={text} />
            ))}
            <Table.Summary.Cell index={2 + sums.length} align="right">
              <Closure m2={books.total.closureM2} />
            </Table.Summary.Cell>
            {sumsBeside.map((text, i) => (
              <SumCell key={i} index={3 + sums.length + i} text={text} />
            ))}
          </Table.Summary.Row>
        )}
      />
      {unused.length > 0 && (
        <p className="muted">
          {t('ledger.empty', { accounts: unused.map((one) => t(`batch.${one}`)).join(t('listComma')) })}
        </p>
      )}
    </>
  )
}

const figuresOf = ({ inside, ended, elsewhere }: Row): Figures => ({ ...inside, ...ended, ...elsewhere })

const SumCell = ({ index, text }: { index: number; text: string }) => (
  <Table.Summary.Cell index={index} align="right" className="num">
    {text}
  </Table.Summary.Cell>
)

function BatchFigureCell({
  doc,
  figure,
  m2,
  text,
}: {
  doc: string
  figure: BatchFigure
  m2: number
  text: string
}) {
  const { batchFigure } = useView()
  const isShown = batchFigure?.doc === doc && batchFigure.figure === figure
  return (
    <LedgerFigure
      text={m2 === 0 ? null : text}
      isShown={isShown}
      onToggle={() => changeView({ batchFigure: isShown ? null : { doc, figure } })}
    />
  )
}

/** P615 面积不闭合. Unknown is neither. */
function Closes({ p615 }: { p615: boolean | null }) {
  const { t } = useTranslation()
  if (p615 === null) return <span className="muted">{t('ledger.closes.unknown')}</span>
  return p615 ? <Tag color="error">{t('ledger.closes.no')}</Tag> : <>{t('ledger.closes.yes')}</>
}

function Closure({ m2 }: { m2: number }) {
  const { lang } = useView()
  return (
    <span className="num closure" data-open={Math.abs(m2) > 0.01}>
      {formatM2(m2, lang, 4).replace(' m²', '')}
    </span>
  )
}
