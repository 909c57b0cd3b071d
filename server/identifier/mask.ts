import { parseResidentId } from './resident-id.ts'

/** What a holder is called when it is an organisation; a short name with none of these is taken for a person's. */
const organisation =
  /公司|集团|厂|局|委|政府|中心|学校|大学|学院|中学|小学|幼儿园|医院|银行|合作社|村|组|社区|居民|协会|基金会|管理|办事处|街道|镇|乡|县|市|区|部|院|所|站|队|馆|库|店|行|社|会|处|园|场|矿|军|寺|庙|身份证|证件|电话|手机/

/**
 * A text without the personal data in it: resident ids, mobile numbers and, where the whole text is a list of
 * persons' names, all but the surname. Organisations stay readable. For readers whose role may not see persons.
 */
export function maskPersonal(text: string): string {
  const parts = maskNumbers(text).split(/([、,，;；/\s]+)/)
  return parts.map((part, i) => (i % 2 === 0 ? maskName(part) : part)).join('')
}

/** A text without resident ids and mobile numbers: for what is never a person's name, whatever its length. */
export function maskNumbers(text: string): string {
  return text
    .replaceAll(
      /(?<![0-9A-Za-z])(\d{6})(\d{8})(\d{3}[\dXx])(?![0-9A-Za-z])/g,
      (id, county: string, born: string, rest: string) =>
        parseResidentId(id).ok || looksBorn(born) ? `${county}********${'*'.repeat(rest.length)}` : id,
    )
    .replaceAll(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2')
}

/** Four characters are a person's name only after one of these; short company names have four too. */
const doubleSurname =
  /^(?:欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|夏侯|端木|百里|呼延|南宫|独孤)/

/** Whether a holder reads like a natural person's name: 2 or 3 Chinese characters, 4 with a double surname, or a name with ·, and no word of an organisation. */
export const looksLikePerson = (name: string): boolean =>
  (/^\p{sc=Han}{2,3}$/u.test(name) ||
    (/^\p{sc=Han}{4}$/u.test(name) && doubleSurname.test(name)) ||
    /^\p{sc=Han}{1,6}·\p{sc=Han}{1,8}$/u.test(name)) &&
  !organisation.test(name)

const maskName = (name: string): string =>
  looksLikePerson(name) ? `${[...name][0]}${'*'.repeat([...name].length - 1)}` : name

const looksBorn = (born: string): boolean =>
  /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(born)
