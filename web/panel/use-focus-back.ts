import { useEffect, useRef, type RefObject } from 'react'

/** A panel has just gone, and with it what had the focus. */
let isLeaving = false

/**
 * Where the keyboard stands when a panel comes and goes: what opened it has the focus again once it is closed; a panel put
 * in the place of another, whose own button was pressed for it, takes the focus itself.
 */
export function useFocusBack(): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    if (isLeaving && before === document.body) panel.current?.focus({ preventScroll: true })
    return () => {
      isLeaving = true
      setTimeout(() => {
        isLeaving = false
        if (document.activeElement !== document.body) return
        const places = [before, document.querySelector('.rows'), document.getElementById('main')]
        places
          .find(
            (place): place is HTMLElement =>
              place instanceof HTMLElement && place !== document.body && place.isConnected,
          )
          ?.focus({ preventScroll: true })
      })
    }
  }, [])
  return panel
}
