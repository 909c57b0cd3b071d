// A thread that takes facts. The sources are TypeScript: tsx reads them here as it does in the main thread.
import { register } from 'tsx/esm/api'

register()
await import('./fact-worker.ts')
