#!/usr/bin/env node
'use strict'

// This file is read by whatever Node is installed, so nothing newer than Node 12 knows may stand in it.
var major = Number(process.versions.node.split('.')[0])

if (major < 24) {
  process.stderr.write(
    'mb needs Node 24 or newer, and this is Node ' +
      process.versions.node +
      ': install it from https://nodejs.org\n',
  )
  process.exitCode = 1
} else {
  start()
}

function start() {
  keepCompiledCode()
  var exitCode = require('../dist/router.cjs').answer(process)
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  // It reports every error itself; what is thrown while it is loaded ends the process as Node does.
  void require('../dist/main.cjs').main(process, function (command) {
    if (command.path.join(' ') === 'sandbox run')
      return require('../dist/short.cjs').loadSandboxRun()
    return import('../dist/commands.js').then(function (commands) {
      return commands.loadCommand(command)
    })
  })
}

// In the person's own cache and nowhere else: in a folder that others can write to, they could leave code for us. Not in
// MB_HOME, which changes only when something is installed or set. A cache is not made for it.
function keepCompiledCode() {
  var path = require('path')
  var cache = process.env.XDG_CACHE_HOME || path.join(require('os').homedir(), '.cache')
  if (path.isAbsolute(cache) && require('fs').existsSync(cache))
    require('module').enableCompileCache(path.join(cache, 'milkbottle', 'compile'))
}
