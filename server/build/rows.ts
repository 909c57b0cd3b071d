/** Rows made one at a time, so that a city of them never stands in memory twice. */
export function* mapRows<T>(
  items: Iterable<T>,
  row: (item: T, at: number) => Record<string, unknown>,
): Generator<Record<string, unknown>> {
  let at = 0
  for (const item of items) yield row(item, at++)
}
