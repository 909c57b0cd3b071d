import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { receiveUpload } from '../../server/http/upload.ts'
import type { Refusal } from '../../server/refusal.ts'
import { ownTemporaryFolder } from '../helpers/temporary.ts'

const temporary = ownTemporaryFolder()
const LIMIT = 1_000_000

/** What a server with that limit answers to a form with a file of so many bytes, sent in pieces without a length. */
async function answerTo(bytes: number): Promise<string> {
  const server = createServer((request, response) => {
    receiveUpload(request, LIMIT).then(
      async ({ path, discard }) => {
        const { size } = statSync(path)
        await discard()
        response.end(`kept ${size}`)
      },
      (error: Refusal) => response.end(`${error.code} ${error.text.en}`),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await new Promise((resolve, reject) => {
      let answer = ''
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
        const piece = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
        socket.write(
          'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n',
        )
        socket.write(piece('--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'))
        for (let left = bytes; left > 0; left -= 50_000)
          socket.write(piece('x'.repeat(Math.min(left, 50_000))))
        socket.write(`${piece('\r\n--b--\r\n')}0\r\n\r\n`)
      })
      socket.on('data', (data) => (answer += data.toString()))
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })
  } finally {
    server.close()
  }
}

test.each([
  [999_999, 'kept 999999'],
  [1_000_001, 'UPLOAD_TOO_LARGE The file is over 1 MB'],
  [4_000_000, 'UPLOAD_TOO_LARGE The file is over 1 MB'],
])(
  'of %i bytes on their way, at most a million are taken, and what is refused leaves nothing',
  async (bytes, told) => {
    expect(await answerTo(bytes)).toContain(told)
    expect(readdirSync(temporary())).toEqual([])
  },
)
