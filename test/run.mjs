// `npm test`: installs what is missing, starts a PostgreSQL with PostGIS of its own, checks types and lint, and runs
// every test: on the embedded base, on the server, and in Chromium. Nothing is skipped; what cannot be had is an error.
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

ensurePackages()
ensureDebian()
const server = await startPostgres()
let status = 1
try {
  status =
    run('node_modules/.bin/tsc', ['--noEmit']) ||
    run('node_modules/.bin/oxlint', ['--config', '.oxlintrc.json', '--type-aware', '--quiet'])
  if (status === 0) {
    status = run(
      'node_modules/.bin/vitest',
      ['run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)],
      {
        TERRIER_TEST_DATABASE_URL: server.url,
        CHROMIUM: chromium(),
      },
    )
  }
} finally {
  server.stop()
}
process.exit(status)

function ensurePackages() {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  const stamp = 'node_modules/.terrier-lock'
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync('node_modules/vitest')) return
  if (run('npm', ['ci', '--no-audit', '--no-fund']) !== 0) fail('npm ci failed')
  writeFileSync(stamp, lock)
}

/** The Debian packages the tests need, installed when this user may; else named, so that an administrator can. */
function ensureDebian() {
  if (postgresBin() && chromium() && hasShapely() && hasGdal()) return
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = (...args) =>
    run(...split([...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]))
  const updated = apt('update', '-q') === 0
  const missing = [
    ...(postgresBin() ? [] : ['postgresql', postgisPackage()]),
    ...(chromium() ? [] : ['chromium']),
    ...(hasGdal() ? [] : ['gdal-bin']), // a second reader of the files we write
    ...(hasShapely() ? [] : ['python3-shapely']), // GEOS for test/oracle, which shares no code with us
  ]
  const installed = updated && apt('install', '-y', '-q', '--no-install-recommends', ...missing) === 0
  if (!installed || !postgresBin() || !chromium() || !hasShapely() || !hasGdal()) {
    fail(
      `The tests need these Debian packages: ${missing.join(' ')}. Install them as root and run npm test again.`,
    )
  }
}

/** PostGIS for the PostgreSQL this Debian brings: postgresql-15-postgis-3 on 12, postgresql-17-postgis-3 on 13. */
function postgisPackage() {
  const { stdout } = spawnSync('apt-cache', ['pkgnames', 'postgresql-'], { encoding: 'utf8' })
  const known = (stdout ?? '').match(/^postgresql-\d+-postgis-3$/gm) ?? []
  return (
    known.toSorted((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]))[0] ??
    'postgresql-15-postgis-3'
  )
}

function split([command, ...args]) {
  return [command, args]
}

/** Newest PostgreSQL on this machine that has PostGIS beside it. */
function postgresBin() {
  const home = '/usr/lib/postgresql'
  if (!existsSync(home)) return undefined
  const versions = readdirSync(home).toSorted((a, b) => Number(b) - Number(a))
  const found = versions.find(
    (v) =>
      Number(v) >= 15 &&
      existsSync(`/usr/share/postgresql/${v}/extension/postgis.control`) &&
      existsSync(`${home}/${v}/bin/initdb`),
  )
  return found && `${home}/${found}/bin`
}

function chromium() {
  return (
    ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
      existsSync(path),
    ) ?? ''
  )
}

function hasGdal() {
  return spawnSync('ogr2ogr', ['--version']).status === 0
}

function hasShapely() {
  return spawnSync('/usr/bin/python3', ['-c', 'import shapely']).status === 0
}

/** A throw-away cluster on a free port of the loopback; PostgreSQL refuses to run as root, so root lends it to postgres. */
async function startPostgres() {
  const bin = postgresBin()
  const home = mkdtempSync(join(tmpdir(), 'terrier-pg-'))
  const asPostgres = process.getuid?.() === 0
  if (asPostgres) {
    const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
    chownSync(home, id('-u'), id('-g'))
  }
  const pg = (command, args) => {
    const done = asPostgres
      ? spawnSync(
          'setpriv',
          ['--reuid=postgres', '--regid=postgres', '--init-groups', `${bin}/${command}`, ...args],
          { encoding: 'utf8', cwd: home },
        )
      : spawnSync(`${bin}/${command}`, args, { encoding: 'utf8', cwd: home })
    if (done.status !== 0) fail(`${command} failed: ${done.stderr || done.stdout}`)
  }
  const port = await freePort()
  pg('initdb', ['-D', `${home}/data`, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync'])
  const settings = `-p ${port} -k ${home} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=256MB -c work_mem=32MB`
  pg('pg_ctl', ['-D', `${home}/data`, '-o', settings, '-l', `${home}/log`, '-w', 'start'])
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop() {
      pg('pg_ctl', ['-D', `${home}/data`, '-m', 'immediate', '-w', 'stop'])
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

function run(command, args, env = {}) {
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
