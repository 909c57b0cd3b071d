/**
 * What passes between map and panels too often, or too briefly, to be part of the view: which parcel the pointer is
 * on, and where the map is asked to go.
 */
import { useSyncExternalStore } from 'react'
import type { Bounds } from './geography.ts'

let hovered: number | null = null
const hoverListeners = new Set<() => void>()

export function setHovered(parcel: number | null): void {
  if (parcel === hovered) return
  hovered = parcel
  hoverListeners.forEach((listener) => listener())
}
export const currentHovered = (): number | null => hovered

export function onHover(listener: () => void): () => void {
  hoverListeners.add(listener)
  return () => void hoverListeners.delete(listener)
}

/** Whether the pointer is on this parcel, on the map or in a list. */
export const useIsHovered = (parcel: number): boolean =>
  useSyncExternalStore(onHover, () => hovered === parcel)

type FitListener = (bounds: Bounds) => void
let waiting: Bounds | null = null
const fitListeners = new Set<FitListener>()

/** Shows these bounds; when the map is still loading, as soon as it is there. */
export function fitMapTo(bounds: Bounds): void {
  if (fitListeners.size === 0) waiting = bounds
  else fitListeners.forEach((listener) => listener(bounds))
}

export function onFit(listener: FitListener): () => void {
  fitListeners.add(listener)
  if (waiting) listener(waiting)
  waiting = null
  return () => void fitListeners.delete(listener)
}
