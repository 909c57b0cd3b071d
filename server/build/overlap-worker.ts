import { parentPort, workerData } from 'node:worker_threads'
import { overlapShape } from '../geo/overlap-shape.ts'
import { PairSearch } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { extentOf, type Extent } from './overlap.ts'
import type { OverlapReply, OverlapSetting, OverlapTask } from './overlap-pool.ts'

const { sets, questions } = workerData as OverlapSetting
const shapes = sets.map((set) => PolygonSet.fromShared(set))
const searches = new Map<number, PairSearch>()

parentPort!.on('message', (task: OverlapTask) => {
  const reply = answer(task)
  parentPort!.postMessage(reply, [
    reply.i.buffer as ArrayBuffer,
    reply.j.buffer as ArrayBuffer,
    reply.areaM2.buffer as ArrayBuffer,
  ])
})

function answer(task: OverlapTask): OverlapReply {
  const { a, b, shapesFromM2 } = questions[task.question]!
  const [first, second] = [shapes[a]!, shapes[b ?? a]!]
  let search = searches.get(task.question)
  if (!search) searches.set(task.question, (search = new PairSearch(first, b === null ? null : second)))
  const [is, js, areas]: [number[], number[], number[]] = [[], [], []]
  const extents: [number, Extent][] = []
  search.among(task.from, task.to, (i, j, areaM2) => {
    if (areaM2 >= shapesFromM2)
      extents.push([is.length, extentOf(overlapShape(first.geometry(i), second.geometry(j)))])
    is.push(i)
    js.push(j)
    areas.push(areaM2)
  })
  return {
    ...task,
    i: Uint32Array.from(is),
    j: Uint32Array.from(js),
    areaM2: Float64Array.from(areas),
    extents,
  }
}
