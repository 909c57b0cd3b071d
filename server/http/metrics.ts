import type { RequestHandler } from 'express'

/** Seconds up to which requests are counted together. */
const BUCKETS = [0.005, 0.02, 0.1, 0.3, 1, 5]

/** Requests answered, by status and time taken, in the text format of Prometheus 0.0.4. */
export class Metrics {
  readonly #byStatus = new Map<string, number>()
  readonly #buckets = BUCKETS.map(() => 0)
  #count = 0
  #seconds = 0

  readonly watch: RequestHandler = (request, response, next) => {
    const start = process.hrtime.bigint()
    response.on('finish', () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9
      const key = `${request.method} ${response.statusCode}`
      this.#byStatus.set(key, (this.#byStatus.get(key) ?? 0) + 1)
      this.#count += 1
      this.#seconds += seconds
      BUCKETS.forEach((limit, i) => {
        if (seconds <= limit) this.#buckets[i]! += 1
      })
    })
    next()
  }

  /** @param gauges further numbers, by name. */
  print(gauges: Readonly<Record<string, number>>): string {
    const lines = ['# TYPE terrier_http_requests_total counter']
    for (const [key, count] of this.#byStatus) {
      const [method, status] = key.split(' ')
      lines.push(`terrier_http_requests_total{method="${method}",status="${status}"} ${count}`)
    }
    lines.push('# TYPE terrier_http_request_seconds histogram')
    BUCKETS.forEach((limit, i) =>
      lines.push(`terrier_http_request_seconds_bucket{le="${limit}"} ${this.#buckets[i]}`),
    )
    lines.push(`terrier_http_request_seconds_bucket{le="+Inf"} ${this.#count}`)
    lines.push(
      `terrier_http_request_seconds_sum ${this.#seconds}`,
      `terrier_http_request_seconds_count ${this.#count}`,
    )
    for (const [name, value] of Object.entries(gauges)) lines.push(`# TYPE ${name} gauge`, `${name} ${value}`)
    return `${lines.join('\n')}\n`
  }
}
