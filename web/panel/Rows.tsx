import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'

export interface RowsProps<Row> {
  readonly rows: readonly Row[]
  readonly total: number
  readonly rowHeight: number
  readonly label: string
  /** What the rows answer. Rows of another question are read from the first one; those of a question left, from where they were. */
  readonly question: string
  readonly keyOf: (row: Row, at: number) => number
  readonly selected: number | null
  readonly onOpen: (row: Row) => void
  readonly onNearEnd?: () => void
  readonly children: (row: Row) => ReactNode
}

/** Rows beyond the window on each side, so that scrolling shows no white. */
const spare = 6

/**
 * A list of any length with only the rows in sight in the document. Arrow keys move, Enter opens; the list is one stop
 * on the way of the tab key, as a list box should be (WAI-ARIA listbox).
 */
export function Rows<Row>({
  rows,
  total,
  rowHeight,
  label,
  question,
  keyOf,
  selected,
  onOpen,
  onNearEnd,
  children,
}: RowsProps<Row>) {
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const [top, setTop] = useState(0)
  const [active, setActive] = useState(-1)
  const height = useHeight(box)
  const first = Math.max(0, Math.floor(top / rowHeight) - spare)
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + spare)

  useEffect(() => {
    if (onNearEnd && last >= rows.length - 2 * spare) onNearEnd()
  }, [last, rows.length, onNearEnd])

  usePlaceInList(box, `${label} ${question}`, rows.length * rowHeight)
  const [answered, setAnswered] = useState(question)
  if (answered !== question) {
    setAnswered(question)
    setActive(-1)
  }

  const selectedAt = selected === null ? -1 : rows.findIndex((row, at) => keyOf(row, at) === selected)
  useEffect(() => {
    if (selectedAt < 0 || !box.current) return
    const { scrollTop, clientHeight } = box.current
    const y = selectedAt * rowHeight
    if (y < scrollTop || y + rowHeight > scrollTop + clientHeight)
      box.current.scrollTo({ top: y - clientHeight / 3 })
  }, [selectedAt, rowHeight])

  const move = (to: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, to))
    setActive(at)
    const y = at * rowHeight
    if (!box.current) return
    const { scrollTop, clientHeight } = box.current
    if (y < scrollTop) box.current.scrollTop = y
    else if (y + rowHeight > scrollTop + clientHeight) box.current.scrollTop = y + rowHeight - clientHeight
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const from =
      active < 0 ? Math.max(0, selectedAt) - (event.key === 'ArrowDown' && selectedAt < 0 ? 1 : 0) : active
    const steps: Record<string, number> = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: rows.length - 1,
    }
    const to = steps[event.key]
    if (to !== undefined) {
      event.preventDefault()
      move(to)
    } else if ((event.key === 'Enter' || event.key === ' ') && active >= 0 && rows[active]) {
      event.preventDefault()
      onOpen(rows[active])
    }
  }
  return (
    <div
      ref={box}
      className="rows"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active >= first && active < last ? `${id}-${active}` : undefined}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div className="rows-all" role="presentation" style={{ height: rows.length * rowHeight }}>
        {rows.slice(first, last).map((row, i) => {
          const at = first + i
          return (
            <div
              key={keyOf(row, at)}
              id={`${id}-${at}`}
              className="row"
              role="option"
              aria-selected={keyOf(row, at) === selected}
              aria-posinset={at + 1}
              aria-setsize={total}
              data-active={at === active}
              style={{ top: at * rowHeight, height: rowHeight }}
              onClick={() => {
                setActive(at)
                onOpen(row)
              }}
            >
              {children(row)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Where the reader was in each list of this visit, pixels from its top. */
const places = new Map<string, number>()
const mostPlaces = 100

/** Rows of another question start at their top; a list come back to stands where it was left. */
function usePlaceInList(box: RefObject<HTMLDivElement | null>, list: string, height: number): void {
  const shown = useRef<string | null>(null)
  useLayoutEffect(() => {
    const rows = box.current
    if (!rows || shown.current === list) return
    const isBack = shown.current === null
    shown.current = list
    const place = isBack ? (places.get(list) ?? 0) : 0
    rows.scrollTo({ top: place < height ? place : 0 })
  }, [box, list, height])
  useEffect(() => {
    const rows = box.current
    if (!rows) return
    const keep = () => {
      places.delete(list)
      places.set(list, rows.scrollTop)
      if (places.size > mostPlaces) places.delete(places.keys().next().value!)
    }
    rows.addEventListener('scroll', keep, { passive: true })
    return () => rows.removeEventListener('scroll', keep)
  }, [box, list])
}

function useHeight(box: RefObject<HTMLDivElement | null>): number {
  const [height, setHeight] = useState(600)
  useEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
  return height
}
