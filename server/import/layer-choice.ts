import { Refusal, type Message } from '../refusal.ts'

/** Which of several is meant must be said; `choices` are what there is. */
export class ChoiceNeeded extends Refusal {
  readonly choices: readonly string[]
  constructor(code: string, text: Message, hint: Message, file: string, choices: readonly string[]) {
    super(code, text, hint, { file })
    this.choices = choices
  }
}

/**
 * Which layer of a file is meant: the one asked for, or the only one. Several without a word are a question, not a guess.
 * @throws Refusal LAYER_UNKNOWN, SEVERAL_LAYERS, both listing what there is
 */
export function chooseLayer(names: readonly string[], wanted: string | undefined, fileName: string): string {
  const list = names.join('、')
  if (wanted !== undefined) {
    const found = names.find((name) => name === wanted) ?? names.find((name) => same(name, wanted))
    if (found !== undefined) return found
    throw new Refusal(
      'LAYER_UNKNOWN',
      {
        zh: `“${fileName}”中没有图层“${wanted}”。`,
        en: `"${fileName}" has no layer "${wanted}".`,
      },
      { zh: `其中有:${list}。`, en: `It holds: ${list}.` },
      { file: fileName, field: wanted },
    )
  }
  if (names.length === 1) return names[0]!
  if (names.length === 0) {
    throw new Refusal(
      'LAYER_UNKNOWN',
      { zh: `“${fileName}”中没有图层。`, en: `"${fileName}" holds no layer.` },
      { zh: '请检查导出是否完整。', en: 'Check that the export is complete.' },
      { file: fileName },
    )
  }
  throw new ChoiceNeeded(
    'SEVERAL_LAYERS',
    {
      zh: `“${fileName}”含 ${names.length} 个图层:${list}。`,
      en: `"${fileName}" holds ${names.length} layers: ${list}.`,
    },
    {
      zh: '请指定其一（命令行用 --from 图层名）,逐个导入。',
      en: 'Say which (--from NAME on the command line), and import them one by one.',
    },
    fileName,
    names,
  )
}

/** Case and a folder in front do not count. */
const same = (name: string, wanted: string): boolean =>
  name.toLowerCase() === wanted.toLowerCase() ||
  name.slice(name.lastIndexOf('/') + 1).toLowerCase() === wanted.toLowerCase()
