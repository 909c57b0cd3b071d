import type {
  Catalog,
  Conflicts,
  Dossier,
  Explanation,
  ParcelCard,
  ParcelClaims,
  ReasonNode,
} from '../contract.ts'
import { decisiveTests } from '../contract/decisive.ts'
import { ownLanguage, type Message } from '../refusal.ts'
import { claimsBlocks } from './claims-section.ts'
import type { Block, Lang, ReportDocument, Section, TreeLine } from './document.ts'
import type { Picture } from './map-picture.ts'
import { printArea, printMu, printNumber, printOr, printShare } from './print.ts'

/** All a parcel report is made of; every part is read from the base at one build and one run. */
export interface ParcelReportInput {
  readonly card: ParcelCard
  readonly dossier: Dossier
  readonly conflicts: Conflicts
  readonly claims: ParcelClaims
  readonly explanation: Explanation | null
  readonly catalog: Catalog
  readonly picture: Picture | null
}

/** The report of one parcel: identity card, map, strategy with reasons, conflicts, what records say, dossier, lines to sign. */
export function parcelReport(input: ParcelReportInput, lang: Lang): ReportDocument {
  const { card, explanation, catalog } = input
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const strategy = explanation?.strategy
  return {
    lang,
    title: t('宗地“一地一策”报告', 'Parcel strategy report'),
    subtitle: [
      `${t('地块编号', 'Parcel')} ${card.parcelId}`,
      card.parcelCode,
      strategy && `${strategy.code} ${strategy.title[lang]}`,
      explanation?.override && overrideMark(explanation.ruled.code, lang),
    ]
      .filter(Boolean)
      .join(' · '),
    notices: [
      ...(catalog.fictional
        ? [
            t(
              '虚构示范数据:地点、单位与事件均为虚构,不得作为依据。',
              'Fictional demonstration data: places, firms and events are invented.',
            ),
          ]
        : []),
      ...(catalog.trial ? [t('本报告由试用库生成。', 'Printed from a trial base.')] : []),
    ],
    sections: [
      { heading: t('一、身份证', '1. Identity'), blocks: identity(input, lang) },
      { heading: t('二、策略', '2. Strategy'), blocks: strategyBlocks(explanation, lang) },
      { heading: t('三、理由', '3. Reasons'), blocks: reasonBlocks(explanation, lang) },
      { heading: t('四、冲突核查', '4. Conflicts'), blocks: conflictBlocks(input.conflicts, lang) },
      { heading: t('五、各方说法', '5. What records say'), blocks: claimsBlocks(input.claims, lang) },
      { heading: t('六、档案', '6. Dossier'), blocks: dossierBlocks(input.dossier, lang) },
    ] satisfies Section[],
    signatures: [t('编制', 'Prepared by'), t('审核', 'Checked by'), t('批准', 'Approved by')],
    footer: [
      `${t('查询日', 'As of')} ${card.asOf}`,
      `${t('所知截至', 'Known by')} ${card.knownAt}`,
      explanation &&
        `${t('规则包', 'Rule pack')} ${explanation.rulePack.code} ${explanation.rulePack.version} (${explanation.rulePack.hash.slice(0, 12)})`,
      `${t('数据版本', 'Base')} ${catalog.tilesVersion}`,
    ]
      .filter(Boolean)
      .join(' · '),
  }
}

function identity({ card, catalog, picture }: ParcelReportInput, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const name = (list: readonly { code: string; title: Message }[], code: string | null) =>
    code === null ? printOr(null, lang) : (list.find((item) => item.code === code)?.title[lang] ?? code)
  const pairs: [string, string][] = [
    [t('地块编号', 'Parcel number'), String(card.parcelId)],
    [t('宗地代码', 'Parcel code'), printOr(card.parcelCode, lang)],
    [t('不动产单元号', 'Unit code'), printOr(card.unitCode, lang)],
    [t('类别', 'Kind'), name(catalog.kinds, card.kind)],
    [t('阶段', 'Stage'), name(catalog.stages, card.stage)],
    [t('行政区', 'District'), name(catalog.districts, card.district)],
    [t('权利主体', 'Holder'), printOr(card.holder, lang)],
    [t('项目', 'Project'), printOr(card.project, lang)],
    [t('坐落', 'Location'), printOr(card.location, lang)],
    [t('用途', 'Use'), card.useText ?? name(catalog.useGroups, card.useGroup)],
    [
      t('文件面积', 'Document area'),
      card.areas.documentM2 === null ? printOr(null, lang) : printArea(card.areas.documentM2, lang),
    ],
    [t('平面面积(CGCS2000 3°带)', 'Planar area (CGCS2000 3° zone)'), printArea(card.areas.planarM2, lang)],
    [t('椭球面积(三调公式)', 'Ellipsoidal area'), printArea(card.areas.ellipsoidM2, lang)],
    [
      t('问题', 'Problems'),
      card.flags.map((code) => `${code} ${name(catalog.flags, code)}`).join(';') || t('无', 'none'),
    ],
    [t('标识', 'Tags'), card.tags.map((code) => name(catalog.tags, code)).join('、') || t('无', 'none')],
  ]
  const map: Block[] = picture
    ? [
        {
          kind: 'picture',
          png: picture.png,
          widthPx: picture.widthPx,
          heightPx: picture.heightPx,
          caption: t('宗地位置图(红线为本宗地)', 'Location (red: this parcel)'),
        },
      ]
    : []
  return [{ kind: 'pairs', rows: pairs }, ...map]
}

function strategyBlocks(explanation: Explanation | null, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  if (!explanation) return [{ kind: 'text', text: t('尚未分类。请先运行分类。', 'Not classified yet.') }]
  const { strategy } = explanation
  return [
    {
      kind: 'pairs',
      rows: [
        [t('策略', 'Strategy'), `${strategy.code} ${strategy.title[lang]}`],
        ...overrideRows(explanation, lang),
        [
          t('法律依据', 'Legal basis'),
          strategy.basis.map((text) => ownLanguage(text, lang)).join(';') || t('管理要求', 'management rule'),
        ],
        [t('牵头单位', 'Lead office'), strategy.lead],
        [t('协同单位', 'With'), strategy.co.join('、') || t('无', 'none')],
        [
          t('时限', 'Deadline'),
          `${ownLanguage(strategy.deadline, lang)}(${strategy.deadlineKind === 'law' ? t('法定', 'legal') : t('管理', 'management')})`,
        ],
        [t('次选', 'Runners-up'), explanation.runnersUp.join('、') || t('无', 'none')],
      ],
    },
    ...deadlineBlocks(explanation, lang),
    ...maturityBlocks(explanation, lang),
    { kind: 'text', text: t('下一步', 'Next actions') },
    { kind: 'list', items: strategy.actions },
  ]
}

/** The maturity of land not yet supplied, part by part; a range while parts are unknown. */
function maturityBlocks({ maturity }: Explanation, lang: Lang): Block[] {
  if (!maturity) return []
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const { least, most, max, horizon, parts } = maturity
  const score = least === most ? String(least) : `${least}–${most}`
  const term = horizon ? horizon.title[lang] : t('取决于未知项', 'hangs on what is unknown')
  return [
    {
      kind: 'text',
      text: t(`成熟度 ${score} / ${max},近中远期:${term}`, `Maturity ${score} of ${max}; horizon: ${term}`),
    },
    {
      kind: 'table',
      head: [t('项目', 'Part'), t('得分', 'Score'), t('依据', 'Because')],
      rows: parts.map((part) => [
        part.title[lang],
        `${part.score ?? t('未知', 'unknown')} / ${part.max}`,
        part.why[lang],
      ]),
      widths: [26, 14, 60],
    },
  ]
}

/** Said wherever the strategy is named: it is not what the rules give. */
const overrideMark = (ruled: string, lang: Lang): string =>
  lang === 'zh' ? `人工改定(规则:${ruled})` : `override (rules: ${ruled})`

function overrideRows({ override, ruled }: Explanation, lang: Lang): [string, string][] {
  if (!override) return []
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  return [
    [t('人工改定', 'Override'), `${t('规则的结论', 'the rules say')} ${ruled.code} ${ruled.title[lang]}`],
    [t('改定人', 'Decided by'), `${override.by} · ${override.setOn}`],
    [t('改定理由', 'Reason'), override.reason],
    [t('改定依据', 'Document'), override.document],
    [t('失效日', 'In force until'), override.expiresOn],
  ]
}

function deadlineBlocks({ deadlines }: Explanation, lang: Lang): Block[] {
  if (deadlines.all.length === 0) return []
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const kinds = { law: t('法定', 'legal'), contract: t('约定', 'contract'), mgmt: t('管理', 'management') }
  const lights = {
    red: t('红:已超期', 'red: overdue'),
    yellow: t('黄:90 日内到期或刚超期', 'yellow: due within 90 days or just missed'),
    green: t('绿:正常', 'green: on schedule'),
    grey: t('灰:缺数据', 'grey: data missing'),
  }
  const left = (days: number | null) =>
    days === null
      ? t('起算日未记录', 'start not on record')
      : days < 0
        ? t(`超 ${-days} 日`, `${-days} days over`)
        : t(`余 ${days} 日`, `${days} days left`)
  return [
    { kind: 'text', text: `${t('期限', 'Deadlines')} · ${lights[deadlines.light]}` },
    {
      kind: 'table',
      head: [
        t('期限', 'Deadline'),
        t('到期日', 'Due'),
        t('余日', 'Left'),
        t('性质', 'Kind'),
        t('起算与依据', 'Counted from, basis'),
      ],
      rows: deadlines.all.map((line) => [
        line.title[lang],
        line.due ?? '—',
        left(line.daysLeft),
        `${kinds[line.kind]}${line.state === 'unsure' ? t('·是否已办不明', ' · not known if met') : ''}`,
        [line.counted[lang], ...line.facts.flatMap(({ source }) => (source === null ? [] : [`[${source[lang]}]`])), ownLanguage(line.basis, lang)].filter(Boolean).join(' '), // prettier-ignore
      ]),
      widths: [24, 14, 14, 12, 36],
    },
  ]
}

function reasonBlocks(explanation: Explanation | null, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  if (!explanation) return []
  const { ruled, tried } = explanation
  const place = tried.findIndex(({ code }) => code === ruled.code)
  const winner = tried[place]
  const blocks: Block[] = []
  if (winner) {
    blocks.push({
      kind: 'text',
      text: t(
        `按次序逐条判断,第 ${place + 1} 条 ${ruled.code} ${ruled.title.zh} 首先成立:`,
        `Tried in order; number ${place + 1}, ${ruled.code} ${ruled.title.en}, was the first to hold:`,
      ),
    })
    blocks.push({ kind: 'tree', lines: treeLines(winner.reason, lang) })
  }
  if (explanation.flags.length > 0) {
    blocks.push({ kind: 'text', text: t('由事实提出的问题', 'Flags raised from facts') })
    for (const { code, title, reason } of explanation.flags)
      blocks.push({
        kind: 'tree',
        lines: [{ depth: 0, mark: '✓', text: `${code} ${title[lang]}` }, ...treeLines(reason, lang, 1)],
      })
  }
  const flip = explanation.nearestFlip
  if (flip) {
    blocks.push({
      kind: 'text',
      text: t(
        `最近的翻转:若“${flip.label.zh}”由 ${flip.shown.from.zh} 变为 ${flip.shown.to.zh}${flip.step.zh && `(${flip.step.zh})`},规则的结论变为 ${flip.strategy}${flip.step.zh && ';变化更小则不变'}。`,
        `Nearest flip: if "${flip.label.en}" went from ${flip.shown.from.en} to ${flip.shown.to.en}${flip.step.en && ` (${flip.step.en})`}, the rules would give ${flip.strategy}${flip.step.en && '; any smaller change gives the same as now'}.`,
      ),
    })
    if (flip.numbers.length > 0)
      blocks.push({
        kind: 'list',
        items: flip.numbers.map(
          ({ title, shown, basis }) =>
            `${t('规则包', 'By the rule pack')}: ${title[lang]} ${shown[lang]}(${basis})`,
        ),
      })
  }
  if (explanation.unknowns.length > 0) {
    blocks.push({
      kind: 'text',
      text: t('待查明、可能改变结论的事实', 'Unknown facts that could change the outcome'),
    })
    blocks.push({
      kind: 'list',
      items: explanation.unknowns.map(
        ({ label, couldGive, alone, planarM2 }) =>
          `${label[lang]} → ${couldGive.join('、')}${planarM2 === null ? '' : ` · ${printMu(planarM2, lang)}`}${alone ? t('(查明此项即可定)', ' (this alone can decide)') : ''}`,
      ),
    })
  }
  if (place > 0) {
    blocks.push({ kind: 'text', text: t('此前各条为何不取', 'Why none before it was taken') })
    blocks.push({
      kind: 'table',
      head: [t('策略', 'Strategy'), t('判断', 'Verdict'), t('取决于', 'Because')],
      rows: tried.slice(0, place).map(({ code, title, verdict, reason }) => [
        `${code} ${title[lang]}`,
        verdict === 'unknown' ? t('不明', 'unknown') : t('不成立', 'false'),
        decisiveTests(reason)
          .slice(0, 3)
          .map((test) => `${test.words[lang]}${factsText(test, lang)}`)
          .join(';'),
      ]),
      widths: [28, 12, 60],
    })
  }
  return blocks
}

/** What was known at a test, without where it is from: `(查封 = 否)`. */
function factsText({ facts }: ReasonNode, lang: Lang): string {
  if (facts.length === 0) return ''
  const values = facts.map(({ label, shown }) => `${label[lang]} = ${shown[lang]}`)
  return lang === 'zh' ? `(${values.join(',')})` : ` (${values.join(', ')})`
}

const joints: Record<'and' | 'or' | 'not', Message> = {
  and: { zh: '以下全部成立', en: 'all of these' },
  or: { zh: '以下任一成立', en: 'any of these' },
  not: { zh: '以下不成立', en: 'none of this' },
}

/** The reason tree as indented lines: the condition, its verdict, and at the leaves the facts and their sources. */
export function treeLines(node: ReasonNode, lang: Lang, depth = 0): TreeLine[] {
  const mark = node.verdict === 'true' ? '✓' : node.verdict === 'false' ? '✗' : '?'
  const facts = node.facts.map(
    (fact) => `${fact.label[lang]} = ${fact.shown[lang]}${fact.source ? ` [${fact.source[lang]}]` : ''}`,
  )
  const text =
    node.op === 'test'
      ? `${node.words[lang]}${facts.length > 0 ? ` — ${facts.join(', ')}` : ''}`
      : joints[node.op][lang]
  return [{ depth, mark, text }, ...node.children.flatMap((child) => treeLines(child, lang, depth + 1))]
}

function conflictBlocks(conflicts: Conflicts, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const states = {
    conflict: t('冲突', 'conflict'),
    clean: t('已查无冲突', 'checked, clean'),
    not_checked: t('未查(无数据)', 'not checked (no data)'),
  }
  const rows = conflicts.checks.map((check) => [
    check.title[lang],
    states[check.state],
    check.findings
      .map(
        (finding) =>
          `${finding.code} ${finding.title[lang]}${finding.planarM2 === null ? '' : ` ${printArea(finding.planarM2, lang)}`} ${finding.records
            .map((record) => record.doc)
            .filter(Boolean)
            .join('、')}`,
      )
      .join('\n') || '—',
  ])
  return [
    {
      kind: 'table',
      head: [t('核查项', 'Check'), t('结论', 'State'), t('说明', 'Detail')],
      rows,
      widths: [22, 20, 58],
    },
  ]
}

function dossierBlocks(dossier: Dossier, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const rows = dossier.entries.map((entry) => [
    entry.on ?? (entry.present ? t('日期不详', 'no date') : '—'),
    entry.title[lang],
    entry.present ? printOr(entry.doc, lang) : t('缺', 'missing'),
    entry.facts.map((fact) => `${fact.label[lang]}:${fact.value}`).join(';'),
    entry.areaInCommonM2 === null
      ? '—'
      : `${printNumber(entry.areaInCommonM2, 2)} m² ${entry.shareOfParcel === null ? '' : printShare(entry.shareOfParcel)}`,
  ])
  return [
    {
      kind: 'table',
      head: [
        t('日期', 'Date'),
        t('环节', 'Step'),
        t('文号', 'Document'),
        t('要点', 'Facts'),
        t('重合(平面)', 'In common (planar)'),
      ],
      rows,
      widths: [12, 13, 24, 34, 17], // a parcel code of 19 characters has one line
    },
  ]
}
