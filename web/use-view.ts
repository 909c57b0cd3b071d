import { useSyncExternalStore } from 'react'
import { parseView, serialiseView } from './view-url.ts'
import { changed, type View } from './view.ts'

let current = parseView(globalThis.location?.search ?? '')
const listeners = new Set<() => void>()
const tell = () => listeners.forEach((listener) => listener())

globalThis.addEventListener?.('popstate', () => {
  current = parseView(location.search)
  tell()
})

/**
 * Moves on to another view.
 * @param how `push` makes a step the back button undoes; `replace` is for what changes without being a step,
 * such as where the map has drifted to.
 */
export function changeView(
  change: Partial<View> | ((view: View) => Partial<View>),
  how: 'push' | 'replace' = 'push',
): void {
  const next = changed(current, typeof change === 'function' ? change(current) : change)
  const before = serialiseView(current)
  const after = serialiseView(next)
  current = next
  if (after !== before)
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', after ? `?${after}` : location.pathname)
  tell()
}

export function useView(): View {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

/** A view as the target of a link on this page. */
export const hrefOf = (view: View): string => `${location.pathname}?${serialiseView(view)}`

/** The address of a view, to be sent to a colleague. */
export const linkTo = (view: View): string => new URL(hrefOf(view), location.origin).href
