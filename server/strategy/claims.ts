import type { ChooseClaim, ClaimChoice, FieldStatements, ParcelClaims } from '../contract.ts'
import { decide, seenClaims, seenHash, type Choice, type Decided } from '../claim/choice.ts'
import { fieldClaims, type FieldClaims } from '../claim/claims.ts'
import { precedence, type ClaimRule } from '../claim/precedence.ts'
import { Speakers } from '../claim/speakers.ts'
import type { Base } from '../db/open.ts'
import { maskPersonal } from '../identifier/mask.ts'
import { standingAt, type Moment } from '../parcel/standing-store.ts'
import { resolveParcel } from '../parcel/store.ts'
import { maskField } from '../record/mask-field.ts'
import { Refusal } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { choicesOf, insertChoice, type ChoiceOfParcel } from './choice-store.ts'
import { assessAgain } from './classify.ts'
import { lawfulNumbers } from './fact-number.ts'
import { takePapers } from './one-parcel-store.ts'
import { countyOf, currentRun, parcelNotFound } from './run-store.ts'
import { fieldOf, statementTeller, valueText } from './statement-store.ts'

type Language = 'zh' | 'en'

/**
 * What every record says about a parcel, field by field: contradictions first, what is used of them and why, and what people
 * chose. As a build knew it, with the choices the classification of it rests on.
 * @throws as `standingAt` and `resolveParcel`
 */
export async function parcelClaims(
  { db }: Pick<Base, 'db'>,
  idOrCode: string,
  language: Language,
  moment: Moment = {},
): Promise<ParcelClaims> {
  const standing = await standingAt(db, moment)
  const parcelId = await resolveParcel(db, standing, idOrCode)
  const run = standing.runId === null ? null : await currentRun(db, standing)
  const choicesBy = run?.choicesBy ?? standing.knownAt
  const asOf = run?.asOf ?? standing.asOf
  const papers = await takePapers(db, standing, { asOf, choicesBy, numbers: lawfulNumbers }, parcelId)
  if (!papers) throw parcelNotFound(idOrCode)
  const speakers = new Speakers(papers.input)
  const history = await choicesOf(db, parcelId, choicesBy)
  const spoken = precedence().rules.flatMap((rule) => {
    const said = fieldClaims(rule, speakers)
    const chosen = history.filter(({ field }) => field === rule.field)
    if (!said && chosen.length === 0) return []
    const field: FieldClaims = said ?? { rule, claims: [], sides: [], pairs: [], ruled: undefined }
    return [{ field, chosen, decided: decide(field, papers.choices.get(rule.field)) }]
  })
  const ids = spoken.flatMap(({ field }) => field.claims.map(({ link }) => link.recordId))
  const tell = await statementTeller(db, standing, ids, language)
  const fields = spoken.map(({ field, chosen, decided }): FieldStatements => {
    const { rule, claims, sides, pairs } = field
    return {
      field: rule.field,
      title: rule.title,
      unit: rule.unit,
      areaKind: rule.compare === 'area' ? 'document' : null,
      rule: ruleInfo(rule),
      state: decided.state,
      pairs: [...pairs],
      usedBy: decided.choice ? 'person' : 'rule',
      used: decided.used?.link.recordId ?? null,
      statements: claims.map((claim, i) =>
        tell({
          recordId: claim.link.recordId,
          register: claim.register,
          from: claim.from,
          value: claim.value,
          side: sides[i]!,
          used: claim === decided.used,
        }),
      ),
      seen: seenHash(seenClaims(field)),
      choices: chosen.map((choice, i) => toChoice(choice, rule, i === 0 ? decided : null, language)),
    }
  })
  return {
    parcelId,
    asOf,
    knownAt: standing.knownAt,
    precedence: { version: precedence().version, hash: precedence().hash },
    conflicts: fields.filter(({ pairs }) => pairs.length > 0).length,
    fields: fields.toSorted((a, b) => Number(b.pairs.length > 0) - Number(a.pairs.length > 0)),
  }
}

/**
 * A person says which of contradicting statements is right, or takes that back. Kept with all it was made on; facts and
 * strategy of the parcel are taken anew at once.
 * @param now when, and which day it is there; given by the entry point
 * @throws Refusal `CLAIM_FIELD_UNKNOWN`, `CLAIM_AGREED`, `CLAIM_RECORD_UNKNOWN`, `CLAIM_CHANGED`, `CLAIM_DAY_INVALID`
 */
export async function chooseClaim(
  base: Base,
  idOrCode: string,
  chosen: ChooseClaim,
  now: { readonly at: string; readonly today: IsoDate },
  language: Language = 'zh',
): Promise<ParcelClaims> {
  const { db } = base
  const rule = ruleOf(chosen.field)
  if (!isIsoDate(chosen.decidedOn) || chosen.decidedOn > now.today) throw badDay(chosen.decidedOn, now.today)
  const standing = await standingAt(db)
  const run = await currentRun(db)
  const parcelId = await resolveParcel(db, standing, idOrCode)
  const papers = await takePapers(db, standing, { ...run, numbers: lawfulNumbers }, parcelId)
  if (!papers) throw parcelNotFound(idOrCode)
  const field = fieldClaims(rule, new Speakers(papers.input))
  const before = papers.choices.get(rule.field)
  if (!field || (field.pairs.length === 0 && !(chosen.recordId === null && before))) throw agreed(rule)
  const seen = seenClaims(field)
  if (chosen.seen !== undefined && chosen.seen !== seenHash(seen)) throw changed(rule)
  const claim = field.claims.find(({ link }) => link.recordId === chosen.recordId)
  if (chosen.recordId !== null && !claim) throw silent(rule, chosen.recordId)
  const countyCode = await countyOf(db, standing, parcelId)
  await base.transaction((tx) =>
    insertChoice(tx, {
      countyCode,
      parcelId,
      field: rule.field,
      recordId: chosen.recordId,
      value: (claim ?? field.ruled)?.value ?? null,
      rule: rule.rule,
      precedenceHash: precedence().hash,
      seen,
      by: chosen.by,
      reason: chosen.reason,
      document: chosen.document,
      decidedOn: chosen.decidedOn,
      chosenAt: now.at,
    }),
  )
  await assessAgain(base, parcelId, now.at)
  return parcelClaims(base, String(parcelId), language)
}

export const ruleInfo = ({ rule, title, text, basis }: ClaimRule): FieldStatements['rule'] => ({
  rule,
  title,
  text,
  basis,
})

/** @param newest what came of it, for the choice that counts; null: another was made since */
function toChoice(
  choice: ChoiceOfParcel,
  rule: ClaimRule,
  newest: Decided | null,
  language: Language,
): ClaimChoice {
  const value = choice.value as string | number | boolean | null
  const from = rule.sources[0]!.from
  return {
    choiceNo: choice.choice_no,
    recordId: choice.record_id,
    value: typeof value === 'string' ? maskField(fieldOf(from), value) : value,
    text: value === null ? null : valueText(from, value, language),
    by: maskPersonal(choice.by_person),
    reason: choice.reason,
    document: choice.document,
    decidedOn: choice.decided_on,
    chosenAt: choice.chosen_at,
    state: newest === null ? 'replaced' : isStanding(choice, newest.choice) ? 'standing' : 'reopened',
  }
}

const isStanding = ({ choice_no, record_id }: ChoiceOfParcel, standing: Choice | null): boolean =>
  record_id === null || standing?.choiceNo === choice_no

/** @throws Refusal `CLAIM_FIELD_UNKNOWN` */
export function ruleOf(field: string): ClaimRule {
  const rule = precedence().byField.get(field)
  if (rule) return rule
  const known = [...precedence().byField.keys()]
  throw new Refusal(
    'CLAIM_FIELD_UNKNOWN',
    {
      zh: `没有名为“${field.slice(0, 40)}”的说法字段。`,
      en: `Records make no statement called "${field.slice(0, 40)}".`,
    },
    { zh: `可用:${known.join('、')}。`, en: `There are: ${known.join(', ')}.` },
    { field: 'field' },
  )
}

const agreed = ({ title, field }: ClaimRule): Refusal =>
  new Refusal(
    'CLAIM_AGREED',
    {
      zh: `关于该宗地的${title.zh},各方说法并不矛盾,无需择定。`,
      en: `Nobody contradicts about the ${title.en} of this parcel; there is nothing to choose.`,
    },
    {
      zh: '如记录有误,请更正来源后重新导入。',
      en: 'If the record is wrong, correct its source and import it again.',
    },
    { field },
  )

const silent = ({ title }: ClaimRule, recordId: number): Refusal =>
  new Refusal(
    'CLAIM_RECORD_UNKNOWN',
    {
      zh: `记录 ${recordId} 没有说明该宗地的${title.zh}。`,
      en: `Record ${recordId} says nothing of the ${title.en} of this parcel.`,
    },
    {
      zh: '请从 /api/parcels/{id}/claims 所列说法中选择。',
      en: 'Choose one of the statements of /api/parcels/{id}/claims.',
    },
    { field: 'recordId' },
  )

const changed = ({ title }: ClaimRule): Refusal =>
  new Refusal(
    'CLAIM_CHANGED',
    {
      zh: `关于${title.zh}的说法已与您所见不同,未作择定。`,
      en: `Statements about the ${title.en} are no longer those you saw; nothing was chosen.`,
    },
    { zh: '请刷新后重新选择。', en: 'Load them again, then choose.' },
    { field: 'seen' },
  )

const badDay = (text: string, today: IsoDate): Refusal =>
  new Refusal(
    'CLAIM_DAY_INVALID',
    {
      zh: `决定日期“${text}”不是 ${today} 当日或以前的日期。`,
      en: `"${text}" is no day on or before ${today}.`,
    },
    { zh: '写作 2025-06-30。', en: 'Write it as 2025-06-30.' },
    { field: 'decidedOn' },
  )
