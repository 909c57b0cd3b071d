import { Button, Input, InputNumber, Select, Space, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classesOf } from '../catalog.ts'
import { inLanguage, muUnit } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { emptyFilter, filterLists, isFiltered, type Filter, type FilterList } from '../filter.ts'

export function FilterPanel() {
  const { t } = useTranslation()
  const { filter, lang } = useView()
  const [advanced, setAdvanced] = useState(filter.cql !== '')
  return (
    <form className="filters" aria-label={t('filter.title')} onSubmit={(event) => event.preventDefault()}>
      <div className="filter-grid">
        {filterLists.map((name) => (
          <ListFilter
            key={name}
            name={name}
            chosen={filter[name]}
            onChange={(keys) => change({ [name]: keys })}
          />
        ))}
      </div>
      <div className="filter-line">
        <Space.Compact className="filter-range">
          <AmountInput
            label={t('filter.minArea')}
            value={filter.minMu}
            onCommit={(minMu) => change({ minMu })}
          />
          <span className="filter-dash" aria-hidden>
            –
          </span>
          <AmountInput
            label={t('filter.maxArea')}
            value={filter.maxMu}
            onCommit={(maxMu) => change({ maxMu })}
          />
          <span className="filter-unit">{muUnit(lang)}</span>
        </Space.Compact>
        <Button type="link" size="small" aria-expanded={advanced} onClick={() => setAdvanced(!advanced)}>
          CQL2
        </Button>
        <Button type="link" size="small" disabled={!isFiltered(filter)} onClick={() => change(emptyFilter)}>
          {t('filter.clear')}
        </Button>
      </div>
      {advanced && (
        <Input.Search
          key={filter.cql}
          defaultValue={filter.cql}
          aria-label={t('filter.cql')}
          placeholder={t('filter.cqlExample')}
          enterButton={t('filter.apply')}
          onSearch={(cql) => change({ cql: cql.trim() })}
        />
      )}
      {filter.q !== '' && (
        <Tag closable onClose={() => change({ q: '' })}>
          {t('filter.text', { text: filter.q })}
        </Tag>
      )}
    </form>
  )
}

function ListFilter({
  name,
  chosen,
  onChange,
}: {
  name: FilterList
  chosen: readonly string[]
  onChange: (keys: string[]) => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const showsCode = name === 'strategy' || name === 'flag'
  return (
    <Select
      mode="multiple"
      size="middle"
      value={[...chosen]}
      onChange={onChange}
      allowClear
      maxTagCount="responsive"
      maxTagPlaceholder={(rest) => `+${rest.length}`}
      placeholder={t(`filter.${name}`)}
      aria-label={t(`filter.${name}`)}
      popupMatchSelectWidth={260}
      optionFilterProp="search"
      tagRender={({ value, closable, onClose }) => (
        <Tag closable={closable} onClose={onClose} className="filter-tag">
          {showsCode
            ? value
            : inLanguage(
                classesOf(catalog, name).find(({ code }) => code === value)?.title ?? {
                  zh: String(value),
                  en: String(value),
                },
                lang,
              )}
        </Tag>
      )}
      options={classesOf(catalog, name).map(({ code, title }) => ({
        value: code,
        search: `${code} ${title.zh} ${title.en}`,
        label: showsCode ? (
          <>
            <b>{code}</b> {inLanguage(title, lang)}
          </>
        ) : (
          inLanguage(title, lang)
        ),
      }))}
    />
  )
}

/** Takes effect on Enter or when left: a map that filters at every digit would blink. */
function AmountInput({
  label,
  value,
  onCommit,
}: {
  label: string
  value: number | null
  onCommit: (value: number | null) => void
}) {
  const [draft, setDraft] = useState<number | null>(value)
  const [committed, setCommitted] = useState(value)
  if (committed !== value) {
    setCommitted(value)
    setDraft(value)
  }
  const commit = () => {
    if (draft !== value) onCommit(draft)
  }
  return (
    <InputNumber
      min={0}
      value={draft}
      onChange={setDraft}
      onBlur={commit}
      onPressEnter={commit}
      placeholder={label}
      aria-label={label}
      controls={false}
    />
  )
}

const change = (part: Partial<Filter>): void =>
  changeView((view) => ({ filter: { ...view.filter, ...part } }))
