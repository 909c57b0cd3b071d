import { z } from 'zod'
import { recordKinds } from '../record/record.ts'
import { Refusal } from '../refusal.ts'

/** What the form of a delivery asks for. */
export interface Order {
  readonly as: string
  readonly crs?: string
  readonly from?: string
  readonly mapping?: { readonly name: string; readonly text: string }
  readonly dryRun: boolean
  readonly allOrNothing: boolean
}

/** The fields of a form, by name. */
export interface FormFields {
  readonly fields: Readonly<Record<string, string>>
}

const orderSchema = z
  .object({
    as: z.union([z.enum(recordKinds), z.string().regex(/^layer:[\p{L}\p{N}_-]{1,60}$/u)]),
    crs: z.string().max(40).optional(),
    from: z.string().max(200).optional(),
    mapping: z.string().max(200_000).optional(),
    dryRun: z.enum(['true', 'false']).optional(),
    allOrNothing: z.enum(['true', 'false']).optional(),
  })
  .strict()

/** What the form asks for. @throws Refusal `UPLOAD_INVALID`. */
export function readOrder({ fields }: FormFields): Order {
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''))
  const checked = orderSchema.safeParse(filled)
  if (!checked.success) {
    const issue = checked.error.issues[0]!
    const field = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.join('.')
    throw badField(String(field).slice(0, 60))
  }
  const { as, crs, from, mapping, dryRun, allOrNothing } = checked.data
  if (as === 'layer') throw badField('as')
  return {
    as,
    ...(crs !== undefined && { crs }),
    ...(from !== undefined && { from }),
    // as text, never as a path: a reader must not name files of ours
    ...(mapping !== undefined && { mapping: { name: 'mapping', text: mapping } }),
    dryRun: dryRun === 'true',
    allOrNothing: allOrNothing === 'true',
  }
}

const badField = (field: string): Refusal =>
  new Refusal(
    'UPLOAD_INVALID',
    { zh: `表单字段“${field}”不可用。`, en: `The form field "${field}" cannot be used.` },
    {
      zh: 'as 取 approval、supply、registration、completion 等或 layer:图层名;mapping 写字段对照的内容。',
      en: 'as is approval, supply, registration, completion … or layer:NAME; mapping holds the text of a mapping.',
    },
    { field },
  )

/** As `readOrder`; what it is need not be said yet. */
export function readPreviewOrder({ fields }: FormFields): Omit<Order, 'as'> & { readonly as?: string } {
  const isSaid = (fields['as'] ?? '').trim() !== ''
  const { as, ...order } = readOrder({ fields: { ...fields, as: isSaid ? fields['as']! : 'approval' } })
  return isSaid ? { ...order, as } : order
}
