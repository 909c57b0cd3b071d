import type pg from 'pg'

/**
 * Rows for `COPY … FROM STDIN` in PostgreSQL's text format, as the one parameter of a statement of that kind. A third less
 * work for the base than the same rows in an INSERT, and half of it here. The base refuses it for a table with row rules.
 */
export class CopyText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Runs a COPY on a connection; how many rows went in. All of them or, with an error, none. */
export function copyIn(client: pg.PoolClient, statement: string, rows: CopyText): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new Copy(statement, rows, resolve, reject))
  })
}

/** What the pg client calls while it is the query under way; the rest of what it might call cannot come of a COPY. */
class Copy implements pg.Submittable {
  readonly #message: Buffer
  readonly #resolve: (rows: number) => void
  readonly #reject: (error: Error) => void
  #rows = 0

  constructor(
    statement: string,
    { text }: CopyText,
    resolve: (rows: number) => void,
    reject: (error: Error) => void,
  ) {
    this.#message = copyMessage(statement, text)
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(connection: pg.Connection): void {
    connection.stream.write(this.#message)
  }

  /** The rows are on their way already. */
  handleCopyInResponse(): void {}

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text)?.[1])
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#rows)
  }

  /** The base passes over the rest of the rows by itself. */
  handleError(error: Error): void {
    this.#reject(error)
  }
}

const [QUERY, COPY_DATA, COPY_DONE] = [0x51, 0x64, 0x63] // 'Q', 'd', 'c'

/**
 * Query, CopyData and CopyDone at once. To wait for the base's word that it is ready would cost a turn, and the embedded
 * engine cannot give it: it answers a message whole.
 */
function copyMessage(statement: string, text: string): Buffer {
  const [asked, data] = [Buffer.byteLength(statement), Buffer.byteLength(text)]
  const message = Buffer.allocUnsafe(6 + asked + 5 + data + 5)
  let at = message.writeUInt8(QUERY)
  at = message.writeInt32BE(4 + asked + 1, at)
  at += message.write(statement, at)
  at = message.writeUInt8(0, at)
  at = message.writeUInt8(COPY_DATA, at)
  at = message.writeInt32BE(4 + data, at)
  at += message.write(text, at)
  at = message.writeUInt8(COPY_DONE, at)
  message.writeInt32BE(4, at)
  return message
}
