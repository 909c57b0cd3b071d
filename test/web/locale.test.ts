import { expect, test } from 'vitest'
import { en } from '../../web/locale/en.ts'
import { zh } from '../../web/locale/zh.ts'

type Words = { readonly [key: string]: string | Words }

const texts = (words: Words, under = ''): [key: string, text: string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[under + key, value]] : texts(value, `${under}${key}.`),
  )

test('punctuation beside a Chinese character is full-width', () => {
  const half = texts(zh).filter(([, text]) => /[\p{sc=Han}”）][,;:?!(]|[,;:?!)][\p{sc=Han}“（]/u.test(text))
  expect(half).toEqual([])
})

test('an English text is in English: Chinese stands only beside it, as the name of a thing of the law', () => {
  const chinese = texts(en).filter(([, text]) => /\p{sc=Han}/u.test(text))
  expect(chinese.map(([key]) => key)).toEqual([
    'header.fictional',
    'identity.parcelCode',
    'identity.unitCode',
    'delivery.mappingExample',
  ])
})
