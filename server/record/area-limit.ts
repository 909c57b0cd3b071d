/** P608 面积不符, P615 面积不闭合: differences up to here are rounding, of whichever area kind is nearer. */
export const AREA_LIMIT = { m2: 2, share: 0.001 } as const

/** How far the area of a shape may lie from the area its document states, m². */
export const areaLimitM2 = (documentM2: number): number =>
  Math.max(AREA_LIMIT.m2, AREA_LIMIT.share * Math.abs(documentM2))
