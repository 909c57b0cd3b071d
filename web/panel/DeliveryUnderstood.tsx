import { Alert, Button, Tag } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeliveryPreview } from '../api.ts'
import { formatCount, inLanguage } from '../format.ts'
import { DeliveryMap, type LooseShape } from '../map/DeliveryMap.tsx'
import { useView } from '../use-view.ts'
import { headingOf } from '../word.ts'
import { wayOfKnowing } from './crs-known-by.ts'

const formats: Readonly<Record<string, string>> = {
  geojson: 'GeoJSON',
  'shapefile-zip': 'Shapefile (ZIP)',
  geopackage: 'GeoPackage',
  'file-gdb': 'File Geodatabase',
  kml: 'KML',
  dxf: 'DXF',
  'boundary-txt': 'TXT 界址点',
  csv: 'CSV',
  xlsx: 'XLSX',
  'json-table': 'JSON',
}

/** Format, encoding, CRS and how it is known, and where the shapes lie. */
export function DeliveryUnderstood({
  seen,
  row,
  withMap,
}: {
  seen: DeliveryPreview
  row: number | null
  /** A browser draws few maps at a time. */
  withMap: boolean
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const shapes = useMemo(
    (): LooseShape[] =>
      seen.shapes.map(({ row: each, geometry }) => ({
        geometry: geometry as unknown,
        tone: each === row ? 'conflict' : 'piece',
      })),
    [seen, row],
  )
  const known = wayOfKnowing(seen.crsKnownBy)
  return (
    <section className="understood" aria-label={t('intake.understood')}>
      <dl className="facts">
        <Fact name={t('intake.format')}>
          {formats[seen.format] ?? seen.format}
          {seen.encoding && ` · ${seen.encoding}`} · {t('intake.rowsInFile', { count: seen.rows })}
        </Fact>
        <Fact name={t('delivery.crs')}>
          {seen.crs ?? t('delivery.crsKnownBy.none')}
          {known && known !== 'none' && <Tag>{t(`delivery.crsKnownBy.${known}`)}</Tag>}
        </Fact>
        {seen.extent && (
          <Fact name={t('intake.where')}>
            <span className="num">{seen.extent.map((degrees) => degrees.toFixed(5)).join(' ')}</span>
          </Fact>
        )}
        <Fact name="">
          {t('intake.withShape', { count: seen.withShape, looked: seen.looked })}
          {seen.profile && (
            <Tag>{t('intake.profile', { name: seen.profile.name, version: seen.profile.version })}</Tag>
          )}
        </Fact>
      </dl>
      {seen.crsProblem && (
        <Alert
          type="error"
          showIcon
          title={inLanguage(seen.crsProblem.message, lang)}
          description={inLanguage(seen.crsProblem.hint, lang)}
        />
      )}
      {seen.shapes.length > 0 ? (
        <>
          {withMap && <DeliveryMap shapes={shapes} label={t('intake.map')} />}
          <p className="muted">{t('intake.shownShapes', { count: seen.shapes.length })}</p>
        </>
      ) : (
        <p className="muted">{t('intake.noPlace')}</p>
      )}
    </section>
  )
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

/** The first rows as they are understood; a row can be found on the map. */
export function FirstRows({
  seen,
  row: chosen,
  onRow,
}: {
  seen: DeliveryPreview
  row: number | null
  onRow: (row: number) => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const fields = [...new Set(seen.firstRows.flatMap((row) => Object.keys(row.fields)))]
  const headings = new Map(seen.fields.map((each) => [each.field, headingOf(each, lang)]))
  const onMap = new Set(seen.shapes.map(({ row }) => row))
  return (
    <div className="scroll-x">
      <table className="columns-table">
        <caption>{t('intake.firstRows')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('intake.row')}</th>
            {fields.map((field) => (
              <th key={field} scope="col">
                {headings.get(field) ?? field}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seen.firstRows.map(({ row, fields: values }) => (
            <tr key={row} data-chosen={row === chosen}>
              <th scope="row" className="num">
                {onMap.has(row) ? (
                  <Button
                    type="link"
                    size="small"
                    aria-label={`${t('intake.seeRow', { row })}, ${t('intake.place')}`}
                    onClick={() => onRow(row)}
                  >
                    {formatCount(row, lang)}
                  </Button>
                ) : (
                  formatCount(row, lang)
                )}
              </th>
              {fields.map((field) => (
                <td key={field}>{values[field] === undefined ? '—' : String(values[field])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
