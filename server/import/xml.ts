import { Refusal } from '../refusal.ts'

/**
 * A document type can name files and addresses, and can grow without end; data needs none, so it is refused unread.
 * @throws Refusal XML_DTD_FORBIDDEN
 */
export function refuseDtd(text: string, fileName: string): void {
  if (!/<!(?:DOCTYPE|ENTITY)/i.test(text)) return
  throw new Refusal(
    'XML_DTD_FORBIDDEN',
    {
      zh: `“${fileName}”含 DTD 或实体声明,不予读取。`,
      en: `"${fileName}" declares a document type or entities and is not read.`,
    },
    {
      zh: '请由来源软件重新导出,不带 <!DOCTYPE>。',
      en: 'Export it again from its program, without a <!DOCTYPE>.',
    },
    { file: fileName },
  )
}
