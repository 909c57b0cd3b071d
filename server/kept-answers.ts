/**
 * Answers that stay true, such as those about a build and the run over it, kept by what was asked: the latest few. Whoever
 * asks while one is being worked out waits for it; one that failed is worked out again for the next.
 */
export class KeptAnswers<T> {
  readonly #most: number
  readonly #kept = new Map<string, Promise<T>>()

  constructor(most: number) {
    this.#most = most
  }

  of(asked: string, workOut: () => Promise<T>): Promise<T> {
    const answer = this.#kept.get(asked) ?? workOut()
    this.#kept.delete(asked) // put last again: the one asked for longest ago goes first
    this.#kept.set(asked, answer)
    for (const oldest of this.#kept.keys()) if (this.#kept.size > this.#most) this.#kept.delete(oldest)
    answer.catch(() => {
      if (this.#kept.get(asked) === answer) this.#kept.delete(asked) // the caller is told
    })
    return answer
  }
}
