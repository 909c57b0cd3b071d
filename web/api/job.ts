/** Jobs, followed to their end. */
import type { Job, ListedJob } from '../../server/contract.ts'
import { type Ask, get, post, send } from './http.ts'

export const startBuild = (ask: Ask) => post<Job>('/api/builds', {}, ask)

export const fetchJob = (id: number, ask: Ask) => get<Job>(`/api/jobs/${id}`, ask)
export const fetchJobs = (ask: Ask) => get<ListedJob[]>('/api/jobs', ask, { kind: 'import', limit: '20' })

export const cancelJob = async (id: number, { lang }: Ask): Promise<void> => {
  await send(`/api/jobs/${id}`, lang, { method: 'DELETE' })
}

export const isOver = (job: Job): boolean => !['queued', 'running'].includes(job.state)

/**
 * Follows a job to its end by server-sent events; falls back to asking when the stream breaks.
 * @returns the job as it ended.
 */
export function followJob(id: number, { lang, signal }: Ask, onProgress: (job: Job) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/api/jobs/${id}`)
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = () => {
      events.close()
      clearTimeout(timer)
    }
    const take = (job: Job) => {
      onProgress(job)
      if (!isOver(job)) return false
      stop()
      resolve(job)
      return true
    }
    const poll = async () => {
      try {
        if (!take(await fetchJob(id, { lang, signal }))) timer = setTimeout(() => void poll(), 1000)
      } catch (error) {
        stop()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    const onEvent = (event: MessageEvent<string>) => take(JSON.parse(event.data) as Job)
    events.addEventListener('progress', onEvent)
    events.addEventListener('end', onEvent)
    events.addEventListener('error', () => {
      events.close()
      void poll()
    })
    signal?.addEventListener('abort', () => {
      stop()
      reject(new DOMException('aborted', 'AbortError'))
    })
  })
}
