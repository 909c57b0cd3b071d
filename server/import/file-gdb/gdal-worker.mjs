// Turns one layer of a file geodatabase into a GeoPackage, with GDAL as WebAssembly: it sees no file but the one given to
// it and knows no network. A thread of its own, because GDAL works without pause and is done with afterwards.
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { renameSync } from 'node:fs'

const require = createRequire(import.meta.url)
const folder = join(dirname(require.resolve('gdal3.js/package.json')), 'dist', 'package')

const said = []
console.error = (...words) => said.push(words.join(' '))
console.warn = console.error
console.log = console.error

const explained = (error) => {
  if (Array.isArray(error)) return error.map((each) => each?.message ?? String(each)).join('; ')
  return error?.message ?? String(error)
}

try {
  const gdal = await require('gdal3.js/node.js')({
    path: relative(process.cwd(), folder) || '.',
    dest: dirname(workerData.to), // on disk, not in the memory of the program
    useWorker: false,
    logHandler: (text) => said.push(text),
    errorHandler: (text) => said.push(text),
  })
  const { datasets, errors } = await gdal.open(workerData.from)
  const [dataset] = datasets
  if (dataset === undefined || dataset.info.driverShortName !== 'OpenFileGDB') {
    parentPort.postMessage({ kind: 'unreadable', why: explained(errors) })
  } else {
    const layers = dataset.info.layers.map(({ name, geometryFields }) => ({
      name,
      geometry: geometryFields?.[0]?.type ?? null,
    }))
    const asked = new Promise((resolve) => parentPort.once('message', resolve))
    parentPort.postMessage({ kind: 'layers', layers })
    const { layer } = await asked
    const made = await gdal.ogr2ogr(
      dataset,
      [
        '-f',
        'GPKG',
        '-sql',
        `SELECT * FROM "${layer.replaceAll('"', '""')}"`,
        '-nln',
        layer,
        '--config',
        'OGR2OGR_USE_ARROW_API',
        'NO',
      ],
      'layer',
    )
    renameSync(made.real, workerData.to)
    parentPort.postMessage({ kind: 'made' })
  }
} catch (error) {
  parentPort.postMessage({ kind: 'unreadable', why: [explained(error), ...said].join('; ') })
}
