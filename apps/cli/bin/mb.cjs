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
  const { load, keepCompiledModules } = require('./load-bundle.cjs')
  // A jail is quick to start, and so is what starts it: that is one file, which holds all of the others that it needs.
  var isShort = process.argv[2] === 'sandbox' && process.argv[3] === 'run'
  var first = load(isShort ? 'short' : 'router')
  var exitCode = first.answer(process)
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  // It reports every error itself; what is thrown while it is loaded ends the process as Node does.
  void (isShort ? first : load('main')).main(process, function (command) {
    if (command.path.join(' ') === 'sandbox run')
      return (isShort ? first : load('short')).loadSandboxRun()
    keepCompiledModules()
    return import('../dist/commands.js').then(function (commands) {
      return commands.loadCommand(command)
    })
  })
}
