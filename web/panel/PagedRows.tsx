import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, type ReactNode } from 'react'
import { ApiProblem } from '../api.ts'
import { ProblemNotice } from './ProblemNotice.tsx'
import { Rows, type RowsProps } from './Rows.tsx'

interface PagedRowsProps<Row> extends Omit<RowsProps<Row>, 'rows' | 'onNearEnd'> {
  /** Pages as they came; the next is asked for before the reader gets there. */
  readonly of: UseInfiniteQueryResult<InfiniteData<{ readonly rows: readonly Row[] }>>
  /** Stands where there is no row at all. */
  readonly empty: ReactNode
}

/** A list that comes page by page; nothing while the first is on its way (`Answer` tells of that). */
export function PagedRows<Row>({ of, empty, ...list }: PagedRowsProps<Row>) {
  const { data, error, hasNextPage, isFetching, isError, isFetchNextPageError, fetchNextPage, refetch } = of
  const isOutdated = isFetchNextPageError && !isFetching && isOfCursor(error)
  useEffect(() => {
    if (isOutdated) void refetch() // another build is shown by now: the list is read again from its first page
  }, [isOutdated, refetch])
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data])
  if (rows.length === 0) return empty
  return (
    <>
      <Rows {...list} rows={rows} onNearEnd={onNearEnd} />
      {isFetchNextPageError && !isOfCursor(error) && (
        <ProblemNotice error={error} onRetry={() => void fetchNextPage()} />
      )}
    </>
  )
}

/** The next page was asked for with a mark of a list that is no more. */
const isOfCursor = (error: Error | null): boolean =>
  error instanceof ApiProblem && error.problem.field === 'cursor'
