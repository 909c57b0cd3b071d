import type { TFunction } from 'i18next'

const known = ['created', 'redrawn', 'split', 'merged', 'retired', 'restored'] as const

/** What happened to a number, in the reader's language; a kind this page has never heard of is shown as it came. */
export function eventName(t: TFunction, kind: string): string {
  const name = known.find((each) => each === kind)
  return name ? t(`event.${name}`) : kind
}
