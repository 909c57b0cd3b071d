import type { MouseEvent } from 'react'
import { formatParcelId } from '../format.ts'
import { changeView, hrefOf, useView } from '../use-view.ts'
import { changed, type CardTab } from '../view.ts'

/** A parcel by its code, or by our number where it has none; leads to its card. A real link: it can be opened beside. */
export function ParcelLink({
  id,
  code,
  tab = 'lineage',
  onMap = false,
}: {
  id: number
  code: string | null
  tab?: CardTab
  /** From a page without cards: lands on the map, which moves to the parcel. */
  onMap?: boolean
}) {
  const view = useView()
  const target = {
    parcel: id,
    tab,
    ...(onMap && ({ page: 'map', camera: null } as const)),
  } as const
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    changeView(target)
  }
  return (
    <a
      className="link-row num"
      href={hrefOf(changed(view, target))}
      title={code === null ? undefined : formatParcelId(id)}
      onClick={open}
    >
      {code ?? formatParcelId(id)}
    </a>
  )
}
