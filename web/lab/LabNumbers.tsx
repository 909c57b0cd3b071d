import { UndoOutlined } from '@ant-design/icons'
import { Button, InputNumber, Slider, Tag } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { LabPack } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { inLanguage } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { numberText, reachOf, unitText, yearsOf } from './number-text.ts'
import { tryNumber } from './use-lab.ts'

/** The numbers of a pack, each with its name, whose it is, what it rests on, and a slider to try another. */
export function LabNumbers({ pack }: { pack: LabPack }) {
  const { t } = useTranslation()
  return (
    <div className="lab-numbers">
      <h3>{t('lab.numbers')}</h3>
      {pack.parameters.toSorted(byKind).map((parameter) => (
        <LabNumber key={parameter.name} number={parameter} />
      ))}
      {pack.tables.map((table) => (
        <LabTable key={table.name} table={table} />
      ))}
    </div>
  )
}

/** Numbers set by law first: they move the most land. */
const byKind = (a: TriedNumber, b: TriedNumber): number => Number(b.kind === 'law') - Number(a.kind === 'law')

interface TriedNumber {
  readonly name: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly value: number | string
  readonly unit: string
  readonly kind: 'law' | 'mgmt' | null
  readonly basis: string
  readonly usedBy: readonly string[]
}

function LabNumber({ number }: { number: TriedNumber }) {
  const { t } = useTranslation()
  const { lang, trial } = useView()
  const catalog = useCatalog()
  const id = useId()
  const { name, title, value, unit, kind, basis, usedBy } = number
  const tried = trial.set[name] ?? value
  const changed = tried !== value
  const label = inLanguage(title, lang)
  const years = unit === 'month' && typeof tried === 'number' ? yearsOf(tried) : null
  return (
    <section className="lab-number" data-changed={changed} aria-labelledby={id}>
      <div className="lab-number-head">
        <b id={id} title={name}>
          {label}
        </b>
        {kind !== null && (
          <Tag className={kind === 'law' ? 'tag-law' : undefined}>{t(`deadlineKind.${kind}`)}</Tag>
        )}
        {changed && (
          <Button
            size="small"
            type="text"
            icon={<UndoOutlined />}
            aria-label={t('lab.undo', { name: label, value: numberText(value, unit, lang) })}
            title={t('lab.undo', { name: label, value: numberText(value, unit, lang) })}
            onClick={() => tryNumber(name, value, value)}
          />
        )}
      </div>
      <div className="lab-number-input">
        {typeof value === 'string' ? (
          <input
            type="date"
            className="lab-date"
            aria-labelledby={id}
            value={String(tried)}
            onChange={({ target }) => target.value !== '' && tryNumber(name, target.value, value)}
          />
        ) : (
          <TriedInput name={name} label={label} value={value} tried={Number(tried)} unit={unit} />
        )}
        {years !== null && <span className="muted">{t('lab.years', { count: years })}</span>}
      </div>
      <p className="muted lab-basis">
        {changed && <b>{t('lab.was', { value: numberText(value, unit, lang) })} </b>}
        {basis}
        {usedBy.length > 0 && (
          <span
            className="lab-used"
            title={usedBy.map((code) => `${code} ${titleOf(catalog, 'strategy', code, lang)}`).join('\n')}
          >
            {' '}
            · {t('lab.usedBy', { codes: usedBy.join(' ') })}
          </span>
        )}
      </p>
    </section>
  )
}

function TriedInput({
  name,
  label,
  value,
  tried,
  unit,
}: {
  name: string
  label: string
  value: number
  tried: number
  unit: string
}) {
  const { lang } = useView()
  const { min, max, step } = reachOf(value, unit)
  const whole = unit === 'month' || unit === 'year'
  return (
    <>
      <Slider
        className="lab-slider"
        min={min}
        max={max}
        step={step}
        value={Math.min(max, tried)}
        marks={{ [value]: { label: ' ' } }}
        included={false}
        tooltip={{ formatter: null }}
        ariaLabelForHandle={label}
        ariaValueTextFormatterForHandle={(at) => numberText(at, unit, lang)}
        onChange={(next) => tryNumber(name, next, value)}
      />
      <InputNumber
        size="small"
        className="lab-input"
        aria-label={label}
        min={0}
        {...(whole ? { precision: 0, max: 1200 } : {})}
        step={step}
        value={tried}
        suffix={unitText(unit, lang) || undefined}
        onChange={(next) => next !== null && tryNumber(name, next, value)}
      />
    </>
  )
}

/** A number for each use group. */
function LabTable({ table }: { table: LabPack['tables'][number] }) {
  const { t } = useTranslation()
  const { lang, trial } = useView()
  const catalog = useCatalog()
  const { name, title, unit, basis, values, otherwise, usedBy } = table
  const rows = [...Object.entries(values), ['otherwise', otherwise] as const]
  const changed = rows.some(([key, value]) => (trial.set[`${name}.${key}`] ?? value) !== value)
  const nameOf = (key: string): string =>
    key === 'otherwise' ? t('lab.otherwise') : titleOf(catalog, 'use', key, lang)
  return (
    <section className="lab-number" data-changed={changed}>
      <div className="lab-number-head">
        <b title={name}>{inLanguage(title, lang)}</b> <span className="muted">{unitText(unit, lang)}</span>
      </div>
      <div className="lab-table">
        {rows.map(([key, value]) => {
          const tried = trial.set[`${name}.${key}`] ?? value
          return (
            <label key={key} data-changed={tried !== value}>
              <span>{nameOf(key)}</span>
              <InputNumber
                size="small"
                min={0}
                step={100}
                value={Number(tried)}
                onChange={(next) => next !== null && tryNumber(`${name}.${key}`, next, value)}
              />
            </label>
          )
        })}
      </div>
      <p className="muted lab-basis">
        {basis} · {t('lab.usedBy', { codes: usedBy.join(' ') })}
      </p>
    </section>
  )
}
