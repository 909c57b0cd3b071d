// An engine that opens and then never says a word.
import { parentPort } from 'node:worker_threads'

parentPort.on('message', () => {})
parentPort.postMessage({ ready: true })
