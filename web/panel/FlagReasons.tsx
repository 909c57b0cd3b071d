import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Explanation } from '../api.ts'
import { inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'
import { ReasonTree } from './ReasonTree.tsx'

type Flag = Explanation['flags'][number]

/** Flags raised from facts, each with the facts it rests on; the one the reader came for is brought into sight. */
export function FlagReasons({ flags }: { flags: readonly Flag[] }) {
  const { t } = useTranslation()
  const { raised } = useView()
  if (flags.length === 0) return null
  return (
    <section aria-label={t('strategy.flags')}>
      <h3>{t('strategy.flags')}</h3>
      {flags.map((flag) => (
        <FlagReason key={flag.code} flag={flag} isAskedFor={flag.code === raised} />
      ))}
    </section>
  )
}

function FlagReason({ flag, isAskedFor }: { flag: Flag; isAskedFor: boolean }) {
  const { lang } = useView()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isAskedFor) place.current?.scrollIntoView({ block: 'center' })
  }, [isAskedFor])
  return (
    <div ref={place} className="flag-reason" data-chosen={isAskedFor}>
      <span className="flag" data-severity={flag.severity}>
        <b>{flag.code}</b> {inLanguage(flag.title, lang)}
      </span>
      <ReasonTree node={flag.reason} />
    </div>
  )
}
