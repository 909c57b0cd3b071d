import { Input, Select, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DeliveryPreview } from '../api.ts'
import { formatCount } from '../format.ts'
import { useView } from '../use-view.ts'
import { headingOf } from '../word.ts'

type Column = DeliveryPreview['columns'][number]
export type Mapping = DeliveryPreview['mapping']

/** Not a field: the column is left with the delivered row. */
const UNUSED = '#unused'
const units = ['ha', 'm2', 'mu', 'wan', 'yuan'] as const

/** Columns of a file against the fields of a register; a person's word goes over what the heading seems to mean. */
export function DeliveryColumns({
  seen,
  mapping,
  onChange,
}: {
  seen: DeliveryPreview
  mapping: Mapping
  onChange: (mapping: Mapping) => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const choose = (column: Column, chosen: string) => {
    const fields = Object.fromEntries(
      Object.entries(mapping.fields ?? {}).filter(
        ([field, from]) => from !== column.column && field !== chosen,
      ),
    )
    const ignore = (mapping.ignore ?? []).filter((name) => name !== column.column)
    onChange({
      ...mapping,
      fields: chosen === UNUSED ? fields : { ...fields, [chosen]: column.column },
      ignore: chosen === UNUSED ? [...ignore, column.column] : ignore,
    })
  }
  return (
    <div className="scroll-x">
      <table className="columns-table">
        <caption>{t('intake.columns')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('intake.column')}</th>
            <th scope="col">{t('intake.meaning')}</th>
            <th scope="col">{t('intake.how')}</th>
            <th scope="col">{t('intake.samples')}</th>
          </tr>
        </thead>
        <tbody>
          {seen.columns.map((column) => {
            const given = Object.entries(mapping.fields ?? {}).find(([, from]) => from === column.column)?.[0]
            const isIgnored = mapping.ignore?.includes(column.column) ?? false
            const value = isIgnored ? UNUSED : (given ?? (column.role === 'field' ? column.field : null))
            return (
              <tr key={column.column}>
                <th scope="row">{column.column}</th>
                <td>
                  <Select
                    size="small"
                    showSearch={{ optionFilterProp: 'label' }}
                    value={value}
                    placeholder={t(`intake.${roleName(column)}`)}
                    aria-label={`${column.column} ${t('intake.meaning')}`}
                    onChange={(chosen: string) => choose(column, chosen)}
                    options={[
                      { value: UNUSED, label: t('intake.unused') },
                      ...seen.fields.map((each) => ({
                        value: each.field,
                        label: `${headingOf(each, lang)} · ${each.field}`,
                      })),
                    ]}
                    popupMatchSelectWidth={false}
                  />
                  {column.unit && value === column.field && (
                    <Select
                      size="small"
                      value={mapping.units?.[column.field!] ?? column.unit}
                      aria-label={`${column.column} ${t('intake.unit')}`}
                      onChange={(unit) =>
                        onChange({ ...mapping, units: { ...mapping.units, [column.field!]: unit } })
                      }
                      options={units.map((unit) => ({ value: unit, label: unitText[unit][lang] }))}
                    />
                  )}
                </td>
                <td>
                  <Tag>{t(`intake.confidence.${given || isIgnored ? 'mapped' : column.confidence}`)}</Tag>
                  {column.unreadable > 0 && (
                    <span data-alarm="true">{t('intake.unreadable', { count: column.unreadable })}</span>
                  )}
                </td>
                <td className="muted">
                  {column.samples.join(' · ')}{' '}
                  <span className="num">({formatCount(column.filled, lang)})</span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** What a column without a field is there for. */
function roleName({ role }: Column): 'rowId' | 'areaUnit' | 'unused' | 'unknown' {
  if (role === 'row_id') return 'rowId'
  if (role === 'area_unit') return 'areaUnit'
  return role === 'unused' ? 'unused' : 'unknown'
}

const unitText = {
  ha: { zh: '公顷', en: 'ha' },
  m2: { zh: '平方米', en: 'm²' },
  mu: { zh: '亩', en: 'mu' },
  wan: { zh: '万元', en: '10,000 CNY' },
  yuan: { zh: '元', en: 'CNY' },
} as const

/** The mapping as JSON, for constants and joins the table has no room for. */
export function MappingText({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t } = useTranslation()
  return (
    <details>
      <summary>{t('intake.mapping')}</summary>
      <Input.TextArea
        value={text}
        onChange={({ target }) => onChange(target.value)}
        rows={6}
        className="code"
        aria-label={t('delivery.mapping')}
        placeholder={t('delivery.mappingExample')}
      />
    </details>
  )
}
