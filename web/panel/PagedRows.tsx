import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useCallback, type ReactNode } from 'react'
import { Rows, type RowsProps } from './Rows.tsx'

interface PagedRowsProps<Row> extends Omit<RowsProps<Row>, 'rows' | 'onNearEnd'> {
  /** Pages as they came; the next is asked for before the reader gets there. */
  readonly of: UseInfiniteQueryResult<InfiniteData<{ readonly rows: readonly Row[] }>>
  /** Stands where there is no row at all. */
  readonly empty: ReactNode
}

/** A list that comes page by page; nothing while the first is on its way (`Answer` tells of that). */
export function PagedRows<Row>({ of, empty, ...list }: PagedRowsProps<Row>) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = of
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const rows = data?.pages.flatMap((page) => page.rows) ?? []
  return rows.length === 0 ? empty : <Rows {...list} rows={rows} onNearEnd={onNearEnd} />
}
