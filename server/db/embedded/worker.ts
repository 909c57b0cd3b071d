import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { DurableNodeFS } from './durable-fs.ts'
import { GuardedPGlite } from './guarded-pglite.ts'
import { cell, type EngineReply, type EngineRequest, type EngineStart } from './protocol.ts'

// The embedded engine, alone in its thread: it computes without ever yielding, so the watchdog must live elsewhere.

/** An answer goes out in pieces of about this size, so that a large one is not held twice. */
const PIECE_BYTES = 1_000_000

const port = parentPort!
const start = workerData as EngineStart
const cells = new Int32Array(start.cells)
const reply = (message: EngineReply, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer)

try {
  const engine = await openEngine()
  port.on('message', (request: EngineRequest) => {
    if ('close' in request) void close(engine)
    else answer(engine, request.number, request.bytes)
  })
  reply({ ready: true })
} catch (error) {
  reply({ refused: error instanceof Error ? error.message : String(error) })
}

async function openEngine(): Promise<GuardedPGlite> {
  const postgis = {
    name: 'postgis',
    setup: async (_: unknown, emscriptenOpts: { PGLITE_ENV?: Record<string, string> }) => ({
      emscriptenOpts: {
        ...emscriptenOpts,
        PGLITE_ENV: { ...emscriptenOpts.PGLITE_ENV, PROJ_DATA: '/pglite/share/proj' },
      },
      bundlePath: pathToFileURL(start.postgisBundle),
    }),
  }
  return GuardedPGlite.open({
    fs: new DurableNodeFS(start.folder, () => Atomics.add(cells, cell.fsyncs, 1)),
    extensions: { postgis },
    startParams: PGlite.defaultStartParams
      .filter((parameter) => parameter !== '-F') // which switches fsync off
      .concat('-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=16MB', '-c', 'max_wal_size=1GB'),
  })
}

function answer(engine: GuardedPGlite, number: number, bytes: Uint8Array): void {
  let pieces: Uint8Array[] = []
  let size = 0
  const send = (done: boolean): void => {
    const whole = new Uint8Array(size)
    let at = 0
    for (const piece of pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    pieces = []
    size = 0
    reply({ number, bytes: whole, done }, [whole.buffer])
  }
  const onRawData = (piece: Uint8Array): void => {
    pieces.push(piece.slice()) // the engine's memory is overwritten by what it says next
    size += piece.length
    if (size >= PIECE_BYTES) send(false)
  }
  engine.execProtocolRawStream(bytes, { onRawData, syncToFs: false }).then(
    () => {
      Atomics.store(cells, cell.answered, number)
      send(true)
    },
    (error: unknown) => {
      Atomics.store(cells, cell.answered, number)
      reply({ number, fault: error instanceof Error ? error.message : String(error) })
    },
  )
}

async function close(engine: GuardedPGlite): Promise<void> {
  await engine.close()
  reply({ closed: true })
}
