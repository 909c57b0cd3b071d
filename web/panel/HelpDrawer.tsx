import { Drawer } from 'antd'
import { useTranslation } from 'react-i18next'
import { inLanguage } from '../format.ts'
import { groupOf, strategyGroups } from '../map/palette.ts'
import { useCatalogQuery } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { pages } from '../view.ts'

const steps = ['filter', 'card', 'draw', 'day', 'link'] as const
const areas = ['document', 'planar', 'ellipsoid', 'mu'] as const
const kinds = ['titled', 'supplied', 'remainder'] as const
const checks = ['conflict', 'clean', 'not_checked'] as const
const flagGroups = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'] as const

/** What the page is for, where to begin, and every code and kind of area it shows, in plain words. */
export default function HelpDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalogQuery().data
  return (
    <Drawer open={open} onClose={onClose} title={t('help.title')} size={520} className="help">
      <p>{t('help.what')}</p>
      <h3>{t('help.start')}</h3>
      <ol>
        {steps.map((step) => (
          <li key={step}>{t(`help.step.${step}`)}</li>
        ))}
      </ol>
      <h3>{t('header.pages')}</h3>
      <Terms of={pages.map((page) => [t(`page.${page}`), t(`help.page.${page}`)])} />
      <h3>{t('identity.areas')}</h3>
      <Terms of={areas.map((area) => [t(`help.areaName.${area}`), t(`help.area.${area}`)])} />
      <h3>{t('identity.kind')}</h3>
      <Terms
        of={kinds.map((kind) => {
          const named = catalog?.kinds.find(({ code }) => code === kind)
          return [named ? inLanguage(named.title, lang) : kind, t(`help.kind.${kind}`)]
        })}
      />
      <h3>{t('help.checks')}</h3>
      <Terms of={checks.map((check) => [t(`check.${check}`), t(`help.check.${check}`)])} />
      <h3>{t('help.strategies')}</h3>
      <p>{t('help.strategyNote')}</p>
      {strategyGroups.map((group) => (
        <Codes
          key={group}
          title={`${group} ${t(`strategyGroup.${group}`)}`}
          of={catalog?.strategies.filter(({ code }) => groupOf(code) === group) ?? []}
        />
      ))}
      <h3>{t('help.flags')}</h3>
      <p>{t('help.flagNote')}</p>
      {flagGroups.map((group) => (
        <Codes
          key={group}
          title={`${group}xx ${t(`help.flagGroup.${group}`)}`}
          of={catalog?.flags.filter(({ code }) => code.startsWith(group)) ?? []}
        />
      ))}
    </Drawer>
  )
}

function Terms({ of }: { of: readonly (readonly [term: string, means: string])[] }) {
  return (
    <dl className="facts">
      {of.map(([term, means]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{means}</dd>
        </div>
      ))}
    </dl>
  )
}

function Codes({
  title,
  of,
}: {
  title: string
  of: readonly { readonly code: string; readonly title: { readonly zh: string; readonly en: string } }[]
}) {
  const { lang } = useView()
  return (
    <details>
      <summary>{title}</summary>
      <ul className="plain">
        {of.map(({ code, title: name }) => (
          <li key={code}>
            <b className="code">{code}</b> {inLanguage(name, lang)}
          </li>
        ))}
      </ul>
    </details>
  )
}
