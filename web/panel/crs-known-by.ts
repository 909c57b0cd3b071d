const ways = ['prj', 'header', 'option', 'magnitude', 'format', 'none'] as const

/** How the CRS of a file is known, as a key of its words; undefined: nothing was said of it. */
export const wayOfKnowing = (said: string | null | undefined): (typeof ways)[number] | undefined =>
  ways.find((way) => way === said)
