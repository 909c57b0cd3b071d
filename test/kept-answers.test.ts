import { expect, test } from 'vitest'
import { KeptAnswers } from '../server/kept-answers.ts'

test('an answer is worked out once, also for those who ask meanwhile', async () => {
  const answers = new KeptAnswers<number>(2)
  let worked = 0
  const ask = () => answers.of('a', async () => ++worked)
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
  expect(await ask()).toBe(1)
})

test('the latest few are kept, by when they were last asked for', async () => {
  const answers = new KeptAnswers<string>(2)
  const worked: string[] = []
  const ask = (key: string) => answers.of(key, async () => (worked.push(key), key))
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key)
  expect(worked).toEqual(['a', 'b', 'c', 'b'])
})

test('one that fails tells whoever waited, and is worked out again', async () => {
  const answers = new KeptAnswers<string>(1)
  await expect(answers.of('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await answers.of('a', async () => 'yes')).toBe('yes')
})
