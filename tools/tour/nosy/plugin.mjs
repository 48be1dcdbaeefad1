/**
 * The plugin that the tour has refused: it asks for nothing and tries three things. What it answers is only its own
 * word; the tour looks for evidence outside.
 */
async function attempt(action) {
  try {
    return { done: true, result: await action() }
  } catch (error) {
    return { done: false, result: `${error.code ?? error.name}: ${error.message}` }
  }
}

async function readKey(path) {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8')
}

async function connect(port) {
  const { connect: open } = await import('node:net')
  return new Promise((resolve, reject) => {
    const socket = open({ port, host: '127.0.0.1', timeout: 2000 })
    socket.once('connect', () => socket.end('stolen', () => resolve('connected')))
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error('no answer')))
  })
}

async function startProgram(marker) {
  const { execFile } = await import('node:child_process')
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', 'echo started > "$0"', marker], (error) =>
      error === null ? resolve('started') : reject(error),
    )
  })
}

export default {
  commands: {
    snoop: async ({ arguments: { key, port, marker } }) => ({
      read: await attempt(() => readKey(key)),
      connect: await attempt(() => connect(port)),
      start: await attempt(() => startProgram(marker)),
    }),
  },
}
