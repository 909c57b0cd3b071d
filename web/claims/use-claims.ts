import { useInfiniteQuery } from '@tanstack/react-query'
import * as api from '../api.ts'
import { ofSameDay, useAboutParcel } from '../use-api.ts'
import { useView } from '../use-view.ts'

const pageSize = 100

/** What the list of contradictions is narrowed by, as the API asks for it. */
export function useClaimQuery(): api.Query {
  const { claims } = useView()
  return {
    field: claims.field ?? undefined,
    pair: claims.pair ?? undefined,
    district: claims.district ?? undefined,
    state: claims.state ?? undefined,
  }
}

/** Contradictions over the city, page after page. */
export function useClaimPages() {
  const { lang, asOf } = useView()
  const query: api.Query = { ...useClaimQuery(), limit: String(pageSize) }
  return useInfiniteQuery({
    queryKey: ['claim-list', asOf, lang, query],
    queryFn: ({ signal, pageParam }) =>
      api.fetchClaimConflicts({ ...query, cursor: pageParam }, { lang, asOf, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (before, asked) => ofSameDay(before, asked, asOf),
  })
}

/** Everything said about a parcel. */
export const useClaims = (id: number | null) => useAboutParcel('claims', id, api.fetchClaims)
