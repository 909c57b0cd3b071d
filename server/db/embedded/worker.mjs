// A worker thread starts as plain JavaScript; this one learns TypeScript and becomes the engine.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
