import { formatM2, formatMu } from '../format.ts'
import { useView } from '../use-view.ts'

/** An area in 亩 with its square metres beside it. Which kind of area it is says the label in front. */
export function Area({ m2, decimals }: { m2: number | null; decimals?: number }) {
  const { lang } = useView()
  return (
    <span className="area">
      <span className="num">{formatM2(m2, lang, decimals)}</span>
      {m2 !== null && <span className="num muted">{formatMu(m2, lang)}</span>}
    </span>
  )
}
