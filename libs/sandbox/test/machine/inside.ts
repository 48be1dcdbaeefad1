/** What is seen on a machine with systemd and cgroup v2, as root of it: see `machine`. Prints a line for each, and ends with 1 where one is not as it should be. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

const here = import.meta.dirname
const node = [process.execPath, '--conditions=@mb/source']
const limited = [...node, join(here, 'limited.ts')]
const mb = join(here, '../../../../apps/cli/bin/mb.cjs')
const isBuilt = existsSync(join(here, '../../../../apps/cli/dist'))
/** Has a manager of its own, also where nobody is logged in. */
const person = 'tester'
const number = 1000
/** Has none, and no session. */
const stranger = 65_534

const scope = 'cgroup v2 in a systemd scope'
let failures = 0

await see('an ordinary user in a session of a login gets a scope, without a variable', async () => {
  await keeps(inSession(person, ['/usr/bin/env', '-i', ...limited]), scope)
})
await see('in a unit of its own manager it makes a folder, and asks nobody', async () => {
  await keeps(inSession(person, ['systemd-run', '--user', '-qPG', ...limited]), 'cgroup v2')
})
await see(
  'as by cron, in no session, it gets a scope of the manager that runs all the same',
  async () => {
    await keeps(asUser(number, limited), scope)
  },
)
await see('in a scope that is limited it stays, and the watchdog keeps the limits', async () => {
  const own = ['systemd-run', '--user', '--scope', '-q', '-p', 'MemoryMax=1G', ...limited]
  await keeps(inSession(person, own), 'the watchdog')
})
await see('a user without a manager has the watchdog', async () => {
  await keeps(asUser(stranger, limited), 'the watchdog')
})
await see('root in a session of a login makes a folder', async () => {
  await keeps(inSession('root', limited), 'cgroup v2')
})
await see('nothing is left of a host that is killed', async () => {
  const { host, pid } = await startKillable()
  process.kill(host, 'SIGKILL')
  await until(() => !existsSync(`/proc/${pid}`))
})
await see('nothing is left of a loader that is killed', async () => {
  const { host, loader, pid } = await startKillable()
  process.kill(loader, 'SIGKILL')
  await until(() => !existsSync(`/proc/${pid}`) && !existsSync(`/proc/${host}`))
})
await see(
  'a manager that does not answer is waited for once, and the watchdog keeps the limits',
  async () => {
    const [manager] = await output([
      'systemctl',
      'show',
      '--value',
      '-p',
      'MainPID',
      `user@${number}`,
    ])
    process.kill(Number(manager), 'SIGSTOP')
    try {
      await keeps(asUser(number, limited), 'the watchdog')
      if (isBuilt) match((await doctor(number)).join('\n'), /did not answer within 5000 ms/)
    } finally {
      process.kill(Number(manager), 'SIGCONT')
    }
  },
)
if (isBuilt) {
  await see('mb sandbox doctor names the keeper, or why there is none', async () => {
    match((await doctor(number)).join('\n'), /limits +cgroup v2 in a systemd scope, a watchdog/)
    match((await doctor(0)).join('\n'), /limits +cgroup v2 \(memory, pids, cpuacct\), a watchdog/)
    const none = /limits +a watchdog\nno systemd scope +no systemd of this user runs/
    match((await doctor(stranger)).join('\n'), none)
  })
}

const passed = failures === 0 ? 'all is as it should be' : `${failures} not as they should be`
print(`Linux ${release()}, ${(await output(['systemctl', '--version']))[0]}: ${passed}`)
process.exitCode = failures === 0 ? 0 : 1

async function see(title: string, look: () => Promise<void>): Promise<void> {
  const started = performance.now()
  try {
    await look()
    await until(async () => (await leftFolders()).length === 0)
    deepEqual(await leftUnits(), [])
    print(`ok      ${title} (${Math.round(performance.now() - started)} ms)`)
  } catch (error) {
    failures += 1
    print(`not ok  ${title}: ${error instanceof Error ? error.stack : String(error)}`)
  }
}

/** Runs what exceeds its limits, and looks at what it tells: by whom each was kept, and what it used. */
async function keeps(command: readonly string[], keeper: string): Promise<void> {
  const lines = (await output(command)).map((line): unknown => JSON.parse(line))
  equal(lines.length, 2)
  for (const [index, limit] of ['memoryBytes', 'threads'].entries()) {
    const told = JSON.stringify(lines[index])
    print(`        ${told}`)
    ok(told.includes(`"keeper":"${keeper}"`) && told.includes(`"limit":"${limit}"`), told)
  }
}

function inSession(user: string, command: readonly string[]): readonly string[] {
  return ['su', '-l', user, '-c', command.join(' ')]
}

function asUser(user: number, command: readonly string[]): readonly string[] {
  const ids = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--reset-env']
  return ['setpriv', ...ids, ...command]
}

async function doctor(user: number): Promise<readonly string[]> {
  const lines = await output(asUser(user, [process.execPath, mb, 'sandbox', 'doctor']))
  for (const line of lines) if (/limits|scope/.test(line)) print(`        ${line}`)
  return lines
}

interface Killable {
  readonly host: number
  readonly loader: number
  readonly pid: number
}

/** A host with a program in a scope. */
async function startKillable(): Promise<Killable> {
  const child = start(asUser(number, [...limited, 'wait']))
  const [line]: readonly unknown[] = await once(child.stdout ?? child, 'data')
  print(`        ${String(line).trim()}`)
  ok(String(line).includes(scope), String(line))
  const [, pid] = /"pid":(\d+)/.exec(String(line)) ?? []
  const { pid: host = 0 } = child
  const [loader] = readFileSync(`/proc/${host}/task/${host}/children`, 'utf8').split(' ')
  return { host, loader: Number(loader), pid: Number(pid) }
}

async function output(command: readonly string[]): Promise<readonly string[]> {
  const child = start(command)
  const said = child.stdout === null ? '' : await text(child.stdout)
  return said.split('\n').filter((line) => line !== '')
}

function start([command = '', ...args]: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' })
}

async function leftFolders(): Promise<readonly string[]> {
  return output(['find', '/sys/fs/cgroup', '-name', 'mb-*'])
}

/** Also of failed ones, which systemd keeps to be read unless it is told not to. */
async function leftUnits(): Promise<readonly string[]> {
  const units = ['list-units', '--all', '--plain', '--no-legend', 'mb-*.scope']
  const place = `XDG_RUNTIME_DIR=/run/user/${number}`
  return [
    ...(await output(['systemctl', ...units])),
    ...(await output(asUser(number, ['/usr/bin/env', place, 'systemctl', '--user', ...units]))),
  ]
}

/** An emulated machine takes its time. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- it is the wait between two looks
    if (await isSo()) return
    // oxlint-disable-next-line no-await-in-loop -- it is the wait between two looks
    await delay(100)
  }
  throw new Error(`It did not come to be: ${isSo.toString()}`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
