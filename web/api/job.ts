/** Jobs, followed to their end. */
import type { Job, ListedJob } from '../../server/contract.ts'
import { ApiUnreachable, type Ask, get, post, send } from './http.ts'

export const startBuild = (ask: Ask) => post<Job>('/api/builds', {}, ask)

export const fetchJob = (id: number, ask: Ask) => get<Job>(`/api/jobs/${id}`, ask)
export const fetchJobs = (ask: Ask) => get<ListedJob[]>('/api/jobs', ask, { limit: '50' })

export const cancelJob = async (id: number, { lang }: Ask): Promise<void> => {
  await send(`/api/jobs/${id}`, lang, { method: 'DELETE' })
}

export const isOver = (job: Job): boolean => !['queued', 'running'].includes(job.state)

/** Times a job is asked for in vain, three seconds apart, before it is said that nothing answers. */
const mostSilent = 20

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
    let silent = 0
    const poll = async () => {
      let next = 1000
      try {
        if (take(await fetchJob(id, { lang, signal }))) return
        silent = 0
      } catch (error) {
        // the job goes on while nothing is heard of it, and a server that stopped is soon there again
        if (!(error instanceof ApiUnreachable) || ++silent > mostSilent) {
          stop()
          reject(error instanceof Error ? error : new Error(String(error)))
          return
        }
        next = 3000
      }
      timer = setTimeout(() => void poll(), next)
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
