#!/usr/bin/env node
// Nothing of ours may be imported before this: an older Node would fail on it, and say nothing that helps.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`create-mb-plugin needs Node 24 or later, and this is ${process.version}\n`)
  process.exit(1)
}

const { run } = await import('./run.ts')
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
process.exitCode = await run(process.argv.slice(2), process, { signal: stop.signal })
