/**
 * The number nearest to `same` on the way to `other` for which a test holds that fails for `same` and holds for `other`.
 * Halves the numbers a double can take, not the distance, so it ends after at most 64 looks with two neighbours.
 */
export function nearestDouble(same: number, other: number, holds: (value: number) => boolean): number {
  let [fails, last] = [rank(same), rank(other)]
  while (fails - last > 1n || last - fails > 1n) {
    const middle = (fails + last) / 2n
    if (middle === fails || middle === last) break
    if (holds(valueOf(middle))) last = middle
    else fails = middle
  }
  return valueOf(last)
}

const bits = new BigInt64Array(1)
const floats = new Float64Array(bits.buffer)

/** Doubles in their order, as whole numbers: neighbours differ by one. */
function rank(value: number): bigint {
  floats[0] = value === 0 ? 0 : value // minus nothing is nothing
  const raw = bits[0]!
  return raw >= 0n ? raw : -(raw & 0x7fff_ffff_ffff_ffffn)
}

function valueOf(order: bigint): number {
  bits[0] = order >= 0n ? order : -order | -0x8000_0000_0000_0000n
  return floats[0]!
}
