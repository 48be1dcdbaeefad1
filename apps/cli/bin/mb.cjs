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
  var router = require('../dist/router.cjs')
  var exitCode = router.answer(process)
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  router.keepCompiledCode(process.env)
  // It reports every error itself; what is thrown while it is loaded ends the process as Node does.
  void require('../dist/main.cjs').main(process, function (command) {
    return import('../dist/commands.js').then(function (commands) {
      return commands.loadCommand(command)
    })
  })
}
