// The first thing that runs, on nothing but Node: installs what is missing, builds the page when its sources are
// newer than the last build, and hands over to server/main.ts (the page) or, with --cli, to server/cli.ts.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [flag, ...rest] = process.argv.slice(2)
const asCli = flag === '--cli'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `需要 Node 20.19 或更新版本,当前为 ${process.versions.node}。请升级 Node。`,
    `Node 20.19 or newer is needed; this is ${process.versions.node}. Please upgrade Node.`,
  )
}

ensurePackages()
if (!asCli) ensurePage()

// glibc keeps what a thread has freed in an arena of that thread, as many as eight a core; compiling the embedded engine
// alone left 130 MB there. With two arenas, given back from 128 kB on, it is at hand again. (mallopt(3))
const memory = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' }
const entry = join(root, 'server', asCli ? 'cli.ts' : 'main.ts')
const args = asCli ? rest : ['--demo', '--open', ...process.argv.slice(2)]
// Rows of a delivery live for a moment; with room for more of them (MB) fewer are copied before they are gone.
const child = spawn(process.execPath, ['--max-semi-space-size=32', '--import', 'tsx', entry, ...args], {
  stdio: 'inherit',
  env: { TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'), ...memory, ...process.env },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))

/** Installs the locked packages once per lock file. Everything goes to stderr: stdout belongs to the commands. */
function ensurePackages() {
  const lock = sha(readFileSync(join(root, 'package-lock.json')))
  const stamp = join(root, 'node_modules', '.terrier-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (existsSync(join(root, 'node_modules', 'tsx')) && !existsSync(stamp)) return writeFileSync(stamp, lock)
  say('正在安装依赖包(首次约半分钟)…', 'Installing packages (half a minute the first time)…')
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0)
    fail(
      '依赖包安装失败,原因见上。请检查网络或 npm 源后重试。',
      'Installing packages failed, see above. Check the network or the npm registry and try again.',
    )
  writeFileSync(stamp, lock)
}

/** Builds the page into dist/web when a file it is made of has changed since. */
function ensurePage() {
  const stamp = join(root, 'dist', 'web', '.terrier-sources')
  const hash = createHash('sha256')
  for (const file of filesUnder([
    'web',
    'server/contract.ts',
    'server/geo',
    'server/analysis',
    'server/units.ts',
    'package-lock.json',
  ])) {
    hash.update(file).update(readFileSync(join(root, file)))
  }
  const sources = hash.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  say('正在生成页面…', 'Building the page…')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const done = spawnSync(
    process.execPath,
    [vite, 'build', 'web', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  )
  if (done.status !== 0) fail('页面生成失败,原因见上。', 'Building the page failed, see above.')
  writeFileSync(stamp, sources)
}

function filesUnder(entries) {
  return entries
    .flatMap((entry) =>
      statSync(join(root, entry)).isDirectory()
        ? readdirSync(join(root, entry), { recursive: true }).map((name) => join(entry, name))
        : [entry],
    )
    .filter((file) => statSync(join(root, file)).isFile())
    .toSorted()
}

function sha(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function say(zh, en) {
  process.stderr.write(`${zh} ${en}\n`)
}

function fail(zh, en) {
  say(zh, en)
  process.exit(1)
}
