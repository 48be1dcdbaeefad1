#!/usr/bin/env node
// This file is read by whatever Node is installed, so nothing that it loads is named by an `import` of its own.
const version = process.versions.node

if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(
    `mb-marketplace needs Node 24 or newer, and this is Node ${version}: install it from https://nodejs.org\n`,
  )
  process.exitCode = 1
} else {
  const { main } = await import('../dist/main.js')
  await main(process)
}
