import { createRequire } from 'node:module'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import { fixture } from './given.ts'
import { kml, placemark } from './given-xml.ts'

const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm')

async function firstValues(bytes: Uint8Array, name: string): Promise<Record<string, unknown>> {
  const source = await openSource(DeliveredFile.of(bytes, name))
  try {
    for await (const { values } of source.rows()) return Object.fromEntries(values)
    return {}
  } finally {
    await source.close?.()
  }
}

test('cells of a description keep their text, however it is formatted', async () => {
  const table =
    '<table><tr><td>宗地代码</td><td>430211001001GB00001</td></tr><tr><th><b>权利人</b></th><td><font color="red">甲 &amp; 乙</font>公司</td></tr><tr><td>备注</td><td>一<br/>二 &lt; 三</td></tr></table>'
  const described = placemark('地块').replace(
    '</name>',
    `</name><description><![CDATA[${table}]]></description>`,
  )
  expect(await firstValues(kml(described), 'a.kml')).toEqual({
    name: '地块',
    宗地代码: '430211001001GB00001',
    权利人: '甲 & 乙公司',
    备注: '一\n二 < 三',
  })
})

test('a column of a GeoPackage that is worked out from others is a column', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'terrier-test-'))
  try {
    const path = join(folder, 'a.gpkg')
    await writeFile(path, fixture('plots.gpkg'))
    const db = new Database(path)
    const layer = String(
      db.get("select table_name from gpkg_contents where data_type = 'features'")!['table_name'],
    )
    db.exec(
      `alter table "${layer}" add column 坐落 text generated always as ('天元区' || fid || '号') virtual`,
    )
    db.close()
    expect(await firstValues(await readFile(path), 'a.gpkg')).toMatchObject({ 坐落: '天元区1号' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
