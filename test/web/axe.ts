import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'
import { expect } from 'vitest'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious and critical complaints of axe (WCAG 2.2 A and AA) about a page at rest, as `rule: element`. */
export async function complaints(page: Page): Promise<string[]> {
  await expect.poll(() => isAtRest(page), { timeout: 20_000 }).toBe(true)
  await page.addScriptTag({ content: axeSource })
  return page.evaluate(async () => {
    interface Axe {
      run(
        context: unknown,
        options: unknown,
      ): Promise<{
        violations: {
          id: string
          impact: string | null
          nodes: { html: string; failureSummary?: string }[]
        }[]
      }>
    }
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${(node.failureSummary ?? '').slice(0, 200)}`),
      )
  })
}

/** A few frames after the last change nothing moves or changes colour any more. What turns for ever may go on. */
const isAtRest = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame)
    return document
      .getAnimations()
      .every(
        ({ playState, effect }) =>
          playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
      )
  })
