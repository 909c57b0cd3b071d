import { areaM2 } from '../shape.ts'
import type { PlantedCase } from './case.ts'

const legacy = { legacy_built: true } as const
const CHANGED_ON = '2025-05-20'

/** Titles that are split, merged or given a new number between the two states of the city. */
export const changeCases: readonly PlantedCase[] = [
  {
    name: 'a title split in two',
    write(scene) {
      const before = scene.title('2006-11-11', null, legacy)
      scene.ended(before, CHANGED_ON)
      const after = [scene.part(0, 0.6), scene.part(0.6, 1)].map((shape) =>
        scene.title(CHANGED_ON, null, legacy, { shape, from: CHANGED_ON, isLater: true }),
      )
      scene.moves({
        kind: 'split',
        from: [before.doc!],
        to: after.map((title) => title.doc!),
        areaM2: areaM2(scene.whole),
      })
    },
  },
  {
    name: 'two titles merged into one',
    write(scene) {
      const before = [scene.part(0, 0.5), scene.part(0.5, 1)].map((shape) =>
        scene.title('2006-11-11', null, legacy, { shape }),
      )
      for (const title of before) scene.ended(title, CHANGED_ON)
      const after = scene.title(CHANGED_ON, null, legacy, { from: CHANGED_ON, isLater: true })
      scene.moves({
        kind: 'merged',
        from: before.map((title) => title.doc!),
        to: [after.doc!],
        areaM2: areaM2(scene.whole),
      })
    },
  },
  {
    name: 'a title given a new number',
    write(scene) {
      const before = scene.title('2006-11-11', null, legacy)
      scene.ended(before, CHANGED_ON)
      const after = scene.title(CHANGED_ON, null, legacy, { from: CHANGED_ON, isLater: true })
      scene.moves({ kind: 'renumbered', from: [before.doc!], to: [after.doc!], areaM2: areaM2(scene.whole) })
    },
  },
]
