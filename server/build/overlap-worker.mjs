// A thread that measures overlaps. The sources are TypeScript: tsx reads them here as it does in the main thread.
import { register } from 'tsx/esm/api'

register()
await import('./overlap-worker.ts')
