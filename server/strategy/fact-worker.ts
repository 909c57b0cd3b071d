import { parentPort, workerData } from 'node:worker_threads'
import { FactWork, type FactOrder } from './fact-work.ts'
import type { PageText } from './input-text.ts'

const work = new FactWork(workerData as FactOrder)

parentPort!.on('message', (page: PageText) => {
  try {
    parentPort!.postMessage({ taken: work.take(page) })
  } catch (thrown) {
    const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown))
    parentPort!.postMessage({ failure: { message, stack } })
  }
})
