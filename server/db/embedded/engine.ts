import { Worker } from 'node:worker_threads'
import { EngineFault, shortStatement, StatementStopped } from '../failure.ts'
import { cell, CELL_BYTES, type EngineReply, type EngineRequest, type EngineStart } from './protocol.ts'

export interface EngineOptions {
  readonly folder: string
  readonly postgisBundle: string
  /** Another script in the engine's place; only tests have one. */
  readonly script?: URL
}

/** Opening replays what a killed engine left unfinished, so it is given more time than a statement. */
const OPEN_LIMIT_MS = 300_000
const CLOSE_LIMIT_MS = 30_000
/** An answer that has left the worker is waited for this much longer, while this thread is busy. */
const GRACE_MS = 10_000

/** What it was doing when it broke off before the first statement. */
const OPENING = '(opening)'
/** A message begins with its type and its length. */
const MESSAGE_HEAD = 5
const PARSE = 0x50 // 'P'
/** Enough of a message to name its statement by. */
const STATEMENT_BYTES = 1000

interface Pending {
  readonly number: number
  readonly onBytes: (bytes: Uint8Array) => void
  readonly statement: () => string
  readonly settle: (failure: Error | null) => void
}

/**
 * One life of the embedded engine, in a thread of its own so that this one keeps serving. It ends at the first fault
 * or overlong statement; whoever holds it then opens another on the same folder.
 */
export class Engine {
  readonly #worker: Worker
  readonly #cells: Int32Array
  #pending: Pending | null = null
  #number = 0
  #end: Error | null = null
  #opened: ((failure: Error | null) => void) | null = null
  #closed: (() => void) | null = null

  private constructor(worker: Worker, cells: Int32Array) {
    this.#worker = worker
    this.#cells = cells
    worker.on('message', (message: EngineReply) => this.#hear(message))
    worker.on('error', (error) => this.#die(new EngineFault(error.message, this.#statement())))
    worker.on('exit', () => this.#die(new EngineFault('its thread ended', this.#statement())))
  }

  /** @throws EngineFault when the engine does not open, or not in time. */
  static async open({ folder, postgisBundle, script }: EngineOptions): Promise<Engine> {
    const start: EngineStart = { folder, postgisBundle, cells: new SharedArrayBuffer(CELL_BYTES) }
    const worker = new Worker(script ?? new URL('./worker.mjs', import.meta.url), {
      workerData: start,
      execArgv: [],
    })
    const engine = new Engine(worker, new Int32Array(start.cells))
    const late = new EngineFault(`it did not open within ${OPEN_LIMIT_MS / 1000} s`, OPENING)
    const timer = setTimeout(() => engine.#die(late), OPEN_LIMIT_MS)
    try {
      await new Promise<void>((resolve, reject) => {
        engine.#opened = (failure) => (failure ? reject(failure) : resolve())
      })
    } finally {
      clearTimeout(timer)
    }
    worker.unref() // an open base alone does not keep a program running
    return engine
  }

  /** Why it takes no more work; null while it does. */
  get end(): Error | null {
    return this.#end
  }

  /** Times the engine has forced a file to disk. */
  get fsyncs(): number {
    return Atomics.load(this.#cells, cell.fsyncs)
  }

  /**
   * Sends PostgreSQL wire bytes and passes on the answer as it comes. One request at a time.
   * @throws StatementStopped, EngineFault: the engine is gone afterwards, with the transaction it was in.
   */
  async exchange(
    bytes: Uint8Array<ArrayBuffer>,
    limitMs: number,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<void> {
    if (this.#end) throw this.#end
    if (this.#pending) throw new Error('The embedded engine takes one request at a time.')
    const number = (this.#number = (this.#number + 1) & 0x7fffffff)
    const first = bytes.slice(0, STATEMENT_BYTES) // the rest is transferred away
    const statement = (): string => statementOf(first)
    const stop = (): void => this.#die(new StatementStopped(statement(), limitMs))
    let timer = setTimeout(() => {
      if (Atomics.load(this.#cells, cell.answered) === number) timer = setTimeout(stop, GRACE_MS)
      else stop()
    }, limitMs)
    this.#worker.ref()
    try {
      await new Promise<void>((resolve, reject) => {
        const settle = (failure: Error | null): void => (failure ? reject(failure) : resolve())
        this.#pending = { number, onBytes, statement, settle }
        this.#post({ number, bytes }, [bytes.buffer])
      })
    } finally {
      clearTimeout(timer)
      this.#pending = null
      this.#worker.unref()
    }
  }

  /** Ends this life in good order: the next start has nothing to replay. */
  async close(): Promise<void> {
    if (this.#end) return
    this.#worker.ref()
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#closed = resolve
      timer = setTimeout(resolve, CLOSE_LIMIT_MS)
      this.#post({ close: true })
    })
    clearTimeout(timer)
    this.#end = new EngineFault('it was closed', OPENING)
    await this.#worker.terminate()
  }

  #post(request: EngineRequest, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer)
  }

  #hear(message: EngineReply): void {
    if ('ready' in message) return this.#opened?.(null)
    if ('refused' in message) return this.#die(new EngineFault(message.refused, OPENING))
    if ('closed' in message) return this.#closed?.()
    const pending = this.#pending
    if (message.number !== pending?.number) return
    if ('fault' in message) return this.#die(new EngineFault(message.fault, pending.statement()))
    pending.onBytes(message.bytes)
    if (message.done) pending.settle(null)
  }

  #die(reason: Error): void {
    if (this.#end) return
    this.#end = reason
    // The folder belongs to this life until its thread is gone; only then may another one open it.
    void this.#worker.terminate().then(() => {
      this.#opened?.(reason)
      this.#pending?.settle(reason)
      this.#closed?.()
    })
  }

  #statement(): string {
    return this.#pending?.statement() ?? OPENING
  }
}

/** The SQL at the head of a Query ('Q') or Parse ('P', after a name) message, shortened. */
function statementOf(message: Uint8Array): string {
  const text = new TextDecoder().decode(message.subarray(MESSAGE_HEAD))
  const sql = message[0] === PARSE ? text.slice(text.indexOf('\0') + 1) : text
  return shortStatement(sql.split('\0', 1)[0]!)
}
