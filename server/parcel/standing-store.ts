/** Which build answers: found by the room that makes them, asked for by all that read. */
export {
  inHistory,
  instantOf,
  knownIn,
  readLatest,
  readStanding,
  requireLatest,
  standingAt,
  standingOf,
  standingToClassify,
  standsIn,
  versionOf,
  type Moment,
  type Question,
  type Standing,
} from '../build/standing-store.ts'
