import { Duplex } from 'node:stream'
import type { Engine } from './engine.ts'

/** Who opens engines: the stream of a new connection asks for the living one. */
export interface EngineSource {
  engine(): Promise<Engine>
  /** Limit of the statement about to run, ms. */
  limitMs: number
}

const QUERY = 0x51 // 'Q'
const SYNC = 0x53 // 'S'
const COPY_DONE = 0x63 // 'c'
const TERMINATE = 0x58 // 'X'

/**
 * What the pg client takes for its socket: the other end is the embedded engine. So one client, with one set of
 * parsers and errors, speaks to both bases.
 *
 * The engine has a single session, so there must be only one of these at a time (a pool of one).
 */
export class EngineStream extends Duplex {
  readonly #source: EngineSource
  #engine: Engine | null = null
  #greeted = false
  /** Bytes of messages whose Sync, Query or CopyDone has not come yet. */
  #held: Uint8Array[] = []

  constructor(source: EngineSource) {
    super()
    this.#source = source
  }

  connect(): this {
    this.#source.engine().then(
      (engine) => {
        this.#engine = engine
        this.emit('connect')
      },
      (error: unknown) => this.destroy(asError(error)),
    )
    return this
  }

  // A socket has these; here there is nothing to set.
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send([chunk], done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null)
    done()
  }

  #send(chunks: Uint8Array[], done: (error?: Error | null) => void): void {
    if (!this.#greeted) {
      this.#greeted = true
      this.push(greeting)
      return done()
    }
    this.#held.push(...chunks)
    const message = concat(this.#held)
    const last = lastMessageType(message)
    if (last === TERMINATE) {
      this.#held = []
      return done()
    }
    if (last !== QUERY && last !== SYNC && last !== COPY_DONE) {
      this.#held = [message]
      return done()
    }
    this.#held = []
    this.#engine!.exchange(message, this.#source.limitMs, (bytes) => {
      if (bytes.length > 0) this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    }).then(
      () => done(),
      (error: unknown) => done(asError(error)),
    )
  }
}

/** Type of the last whole message, or null when the bytes end inside one. */
function lastMessageType(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let last: number | null = null
  let at = 0
  while (at + 5 <= bytes.length) {
    last = bytes[at]!
    at += 1 + view.getUint32(at + 1)
  }
  return at === bytes.length ? last : null
}

function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** What a server says to a new client: AuthenticationOk, and ReadyForQuery outside a transaction. */
const greeting = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
