import type { Catalog, Conflicts, Dossier, Explanation, ParcelCard, ReasonNode } from '../contract.ts'
import { ownLanguage, type Message } from '../refusal.ts'
import type { Block, Lang, ReportDocument, Section, TreeLine } from './document.ts'
import type { Picture } from './map-picture.ts'
import { printArea, printNumber, printOr, printShare } from './print.ts'

/** All a parcel report is made of; every part is read from the base at one build and one run. */
export interface ParcelReportInput {
  readonly card: ParcelCard
  readonly dossier: Dossier
  readonly conflicts: Conflicts
  readonly explanation: Explanation | null
  readonly catalog: Catalog
  readonly picture: Picture | null
}

/** The report of one parcel: identity card, map, dossier, conflicts, strategy with reasons, lines to sign. */
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
      { heading: t('五、档案', '5. Dossier'), blocks: dossierBlocks(input.dossier, lang) },
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
    { kind: 'text', text: t('下一步', 'Next actions') },
    { kind: 'list', items: strategy.actions },
  ]
}

function reasonBlocks(explanation: Explanation | null, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  if (!explanation) return []
  const winner = explanation.tried.find((tried) => tried.code === explanation.strategy.code)
  const blocks: Block[] = []
  if (winner) blocks.push({ kind: 'tree', lines: treeLines(winner.reason, lang) })
  const flip = explanation.nearestFlip
  if (flip) {
    blocks.push({
      kind: 'text',
      text: t(
        `最近的翻转:若“${flip.label.zh}”由 ${String(flip.from ?? '不详')} 变为 ${String(flip.to)},策略变为 ${flip.strategy}。`,
        `Nearest flip: if "${flip.label.en}" went from ${String(flip.from ?? 'unknown')} to ${String(flip.to)}, the strategy would be ${flip.strategy}.`,
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
        (unknown) => `${unknown.label[lang]} → ${unknown.couldGive.join('、')}`,
      ),
    })
  }
  return blocks
}

const joints: Record<'and' | 'or' | 'not', Message> = {
  and: { zh: '以下全部成立', en: 'all of these' },
  or: { zh: '以下任一成立', en: 'any of these' },
  not: { zh: '以下不成立', en: 'none of this' },
}

/** The reason tree as indented lines: the condition, its verdict, and at the leaves the facts and their sources. */
export function treeLines(node: ReasonNode, lang: Lang, depth = 0): TreeLine[] {
  const mark = node.verdict === 'true' ? '✓' : node.verdict === 'false' ? '✗' : '?'
  const unknown = lang === 'zh' ? '不详' : 'unknown'
  const facts = node.facts.map(
    (fact) =>
      `${fact.label[lang]} = ${fact.value === null ? unknown : String(fact.value)}${fact.source ? ` [${ownLanguage(fact.source, lang)}]` : ''}`,
  )
  const text =
    node.op === 'test'
      ? `${node.text}${facts.length > 0 ? ` — ${facts.join(', ')}` : ''}`
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
      .join(';') || '—',
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
      widths: [13, 14, 21, 34, 18],
    },
  ]
}
