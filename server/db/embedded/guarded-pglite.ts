import { PGlite } from '@electric-sql/pglite'

/** What the engine's JavaScript calls around each turn of PostgreSQL's main loop (PGlite 0.5.8, pglite.ts). */
interface Hooks {
  _PostgresMainLoopOnce: () => void
  _pgl_setPGliteExitStatus: (status: number) => number
  _PostgresSendReadyForQueryIfNecessary: () => void
}

/** Exit status by which the loop says "an SQL error jumped out", the only exception that is none. */
const SQL_ERROR = 100

/** The guard did not see a fault it was shown: with this PGlite a lost answer would look like an empty one. */
export class EngineUnguarded extends Error {
  override readonly name = 'EngineUnguarded'
  readonly code = 'ENGINE_UNGUARDED'
}

/** An exception left the engine that was not an SQL error; its memory can no longer be trusted. */
export class EngineBroken extends Error {
  override readonly name = 'EngineBroken'
  constructor(cause: unknown) {
    super(describe(cause), { cause })
  }
}

/**
 * PGlite drops any exception out of its main loop that is not PostgreSQL's own, goes on with the next message (the
 * Sync that commits) and answers with no rows. Here such a fault leaves the loop at once, so that nothing after it
 * runs, and every later call is refused: the caller throws the engine away and opens another.
 */
export class GuardedPGlite extends PGlite {
  #fault: EngineBroken | null = null
  #pretend: Error | null = null

  /** @throws EngineUnguarded when the self test does not come out as it must. */
  static async open(options: ConstructorParameters<typeof PGlite>[0] & object): Promise<GuardedPGlite> {
    const engine = new GuardedPGlite(options)
    await engine.waitReady
    engine.#arm()
    engine.#selfTest()
    return engine
  }

  override execProtocolRawSync(message: Uint8Array): Uint8Array {
    if (this.#fault) throw this.#fault
    try {
      return super.execProtocolRawSync(message)
    } catch (error) {
      this.#fault ??= error instanceof EngineBroken ? error : new EngineBroken(error)
      throw this.#fault
    }
  }

  #arm(): void {
    const hooks = this.Module as unknown as Hooks
    const { _PostgresMainLoopOnce: loop, _pgl_setPGliteExitStatus: setStatus } = hooks
    const sendReady = hooks._PostgresSendReadyForQueryIfNecessary
    if (typeof loop !== 'function' || typeof setStatus !== 'function' || typeof sendReady !== 'function') {
      throw new EngineUnguarded('This PGlite has no main loop to guard; the adapter was made for 0.5.8.')
    }
    let thrown: { readonly error: unknown } | null = null
    hooks._PostgresMainLoopOnce = () => {
      thrown = null
      try {
        loop()
        if (this.#pretend) throw this.#pretend
      } catch (error) {
        thrown = { error }
        throw error
      }
    }
    hooks._pgl_setPGliteExitStatus = (status) => {
      const before = setStatus(status)
      const caught = thrown
      thrown = null
      if (caught && before !== SQL_ERROR) {
        this.#fault = new EngineBroken(caught.error)
        throw this.#fault // out of PGlite's own catch, past the rest of the message
      }
      return before
    }
    hooks._PostgresSendReadyForQueryIfNecessary = () => {
      if (!this.#fault) sendReady()
    }
  }

  /** An SQL error must pass, a fault must not: the second is thrown from where the engine's own would come. */
  #selfTest(): void {
    super.execProtocolRawSync(simpleQuery('select 1/0'))
    if (this.#fault) throw new EngineUnguarded('The guard takes an SQL error for a fault.')
    this.#pretend = new Error('self test')
    try {
      super.execProtocolRawSync(simpleQuery('select 1'))
      throw new EngineUnguarded('The engine swallowed a fault the guard should have seen.')
    } catch (error) {
      if (!(error instanceof EngineBroken)) throw error
    }
    this.#pretend = null
    this.#fault = null
    super.execProtocolRawSync(simpleQuery('select 1'))
    if (this.#fault) throw new EngineUnguarded('The engine did not recover from the self test.')
  }
}

/** A Query message of the PostgreSQL protocol: 'Q', length, text, zero. */
function simpleQuery(text: string): Uint8Array {
  const body = new TextEncoder().encode(text)
  const message = new Uint8Array(1 + 4 + body.length + 1)
  message[0] = 0x51
  new DataView(message.buffer).setUint32(1, 4 + body.length + 1)
  message.set(body, 5)
  return message
}

/** C++ throws a pointer, WebAssembly a trap, JavaScript an error. */
function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message.split('\n', 1)[0]!.slice(0, 200)
  if (typeof cause === 'number') return 'an exception inside GEOS or PROJ'
  return typeof cause === 'object' && cause !== null ? cause.constructor.name : String(cause)
}
