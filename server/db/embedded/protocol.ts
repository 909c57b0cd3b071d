// What passes between the main thread and the engine's worker.

export interface EngineStart {
  /** Folder of the cluster (PGDATA); it exists. */
  readonly folder: string
  /** The PostGIS bundle, slimmed (slim-postgis.ts). */
  readonly postgisBundle: string
  /** Four 32-bit cells both threads see, see `cell`. */
  readonly cells: SharedArrayBuffer
}

export const cell = {
  /** Number of the last request answered: the watchdog must not stop an engine whose answer is on its way. */
  answered: 0,
  /** Times a file was forced to disk. */
  fsyncs: 1,
} as const
export const CELL_BYTES = 16

/** PostgreSQL wire bytes for the engine, or the wish to close. */
export type EngineRequest =
  { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly close: true }

export type EngineReply =
  | { readonly ready: true }
  | { readonly refused: string }
  | { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly done: boolean }
  | { readonly number: number; readonly fault: string }
  | { readonly closed: true }
