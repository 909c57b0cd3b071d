import { useTranslation } from 'react-i18next'
import type { Maturity } from '../../server/contract.ts'
import { inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'

/** 成熟度: the score part by part, as a range while parts are unknown, and the horizon that follows. */
export function MaturityCard({ maturity }: { maturity: Maturity }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { least, most, max, horizon, parts, unknown } = maturity
  const score = least === most ? String(least) : `${least}–${most}`
  return (
    <section className="maturity">
      <h3>{t('maturity.title')}</h3>
      <p>
        <b className="num">{score}</b> / {max} ·{' '}
        {horizon ? <b>{inLanguage(horizon.title, lang)}</b> : t('maturity.open')}
        {unknown > 0 && <span className="muted"> · {t('maturity.unknown', { count: unknown })}</span>}
      </p>
      <div
        className="maturity-bar"
        role="img"
        aria-label={t('maturity.bar', { least, most, max })}
        style={{
          background: `linear-gradient(to right, #2c7a5b 0 ${(100 * least) / max}%, #b9d8c9 0 ${(100 * most) / max}%, #e4e8e6 0)`,
        }}
      />
      <table className="maturity-parts">
        <thead>
          <tr>
            <th scope="col">{t('maturity.part')}</th>
            <th scope="col">{t('maturity.score')}</th>
            <th scope="col">{t('maturity.why')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ code, title, score: earned, max: worth, why }) => (
            <tr key={code}>
              <th scope="row">{inLanguage(title, lang)}</th>
              <td className="num">
                {earned ?? '?'} / {worth}
              </td>
              <td className={earned === null ? 'muted' : undefined}>{inLanguage(why, lang)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">{t('maturity.note')}</p>
    </section>
  )
}
