import { z } from 'zod'

/** GeoJSON, lon/lat in degrees (EPSG:4490). */
export const featureCollectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      id: z.union([z.number(), z.string()]).optional(),
      geometry: z.any().nullable(),
      properties: z.record(z.string(), z.any()),
    }),
  ),
})
export type FeatureCollection = z.infer<typeof featureCollectionSchema>
