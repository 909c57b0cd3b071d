/** The lab's questions to the server. Everything hangs on the preview: it is what map, tables and list show. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import * as api from '../api.ts'
import { changeView, useView } from '../use-view.ts'
import { noTrial, type Trial } from '../view.ts'

/** How long a number must stand still before it is tried: a slider passes many on its way. */
const SETTLE_MS = 60

export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

export function triedRules({ base, set, when }: Trial): api.TriedRules {
  return {
    ...(base !== null && { base }),
    ...(Object.keys(set).length > 0 && { set }),
    ...(Object.keys(when).length > 0 && { when }),
  }
}

/** What the trial in the view would change; the answer before stays until the next is there. */
export function usePreview() {
  const { lang, page, trial } = useView()
  const tried = useSettled(trial)
  return useQuery({
    queryKey: ['lab', 'preview', triedRules(tried)],
    queryFn: ({ signal }) => api.previewRules(triedRules(tried), { lang, signal }),
    enabled: page === 'lab',
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}

export function useComplaints(id: string | undefined) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['lab', 'complaints', id],
    queryFn: ({ signal }) => api.fetchComplaints(id!, { lang, signal }),
    enabled: id !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}

export function usePacks() {
  const { lang } = useView()
  return useQuery({ queryKey: ['lab', 'packs'], queryFn: ({ signal }) => api.fetchPacks({ lang, signal }) })
}

/** The pack changes are made to. */
export function useBasePack() {
  const { lang, trial } = useView()
  return useQuery({
    queryKey: ['lab', 'pack', trial.base],
    queryFn: ({ signal }) => api.fetchPack(trial.base, { lang, signal }),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}

const moversAPage = 100

/** Movers, largest first, page after page. */
export function useMovers(id: string) {
  const { lang, move } = useView()
  const query: api.Query = { from: move?.from, to: move?.to, limit: String(moversAPage) }
  return useInfiniteQuery({
    queryKey: ['lab', 'movers', id, query],
    queryFn: ({ signal, pageParam }) =>
      api.fetchMovers(id, { ...query, cursor: pageParam }, { lang, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}

export function useTriedReason(id: string | undefined, parcel: number | null) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['lab', 'reason', id, parcel, lang],
    queryFn: ({ signal }) => api.fetchTriedReason(id!, parcel!, { lang, signal }),
    enabled: id !== undefined && parcel !== null,
    staleTime: 300_000,
  })
}

export function useScenarios() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['lab', 'scenarios'],
    queryFn: ({ signal }) => api.fetchScenarios({ lang, signal }),
  })
}

export function useComparison(pair: readonly [number, number] | null) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['lab', 'comparison', pair],
    queryFn: ({ signal }) => api.compareScenarios(pair![0], pair![1], { lang, signal }),
    enabled: pair !== null,
  })
}

/** Tries another value of a number; the value the pack has takes the change back. */
export function tryNumber(name: string, value: number | string, inPack: number | string): void {
  changeView(({ trial }) => {
    const { [name]: _, ...others } = trial.set
    return { trial: { ...trial, set: value === inPack ? others : { ...others, [name]: value } }, move: null }
  }, 'replace')
}

export function tryCondition(code: string, text: string, inPack: string): void {
  changeView(({ trial }) => {
    const { [code]: _, ...others } = trial.when
    return {
      trial: { ...trial, when: text.trim() === inPack.trim() ? others : { ...others, [code]: text } },
      move: null,
    }
  }, 'replace')
}

export const resetTrial = (): void => changeView({ trial: noTrial, move: null })
