/** Which build answers: found by the room that makes them, asked for by all that read. */
export {
  inHistory,
  knownIn,
  readStanding,
  standingAt,
  standingOf,
  standsIn,
  versionOf,
  type Moment,
  type Question,
  type Standing,
} from '../build/standing-store.ts'
