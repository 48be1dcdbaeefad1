'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const vm = require('vm')

/**
 * Loads a bundle of `dist` with the code that V8 made of it the last time, that of functions included. Node's own cache keeps what is
 * compiled before anything runs, and two thirds of a start would be spent on compiling functions.
 */
function load(name) {
  const file = path.join(__dirname, '..', 'dist', `${name}.cjs`)
  const kept = findKept(name, file)
  const script = new vm.Script(fs.readFileSync(file, 'utf8'), {
    filename: file,
    cachedData: kept && kept.code,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  if (kept && (kept.code === undefined || script.cachedDataRejected)) keepAtExit(script, kept)
  const module = { exports: {} }
  script
    .runInThisContext()
    .call(module.exports, module.exports, requireInBundle, module, file, path.dirname(file))
  return module.exports
}

/** A bundle asks for others beside it, and for what Node brings. */
function requireInBundle(id) {
  return id.startsWith('./') ? load(path.basename(id, '.cjs')) : require(id)
}

/** Has Node keep what it compiles of the modules that follow. */
function keepCompiledModules() {
  const folder = cacheFolder()
  if (folder === undefined) return
  const compiled = path.join(folder, 'compile')
  try {
    fs.mkdirSync(compiled, { recursive: true, mode: 0o700 })
    // Node looks at neither.
    if (![folder, compiled].every((each) => isOurs(fs.lstatSync(each)))) return
  } catch {
    // It cannot be written to: nothing is kept.
    return
  }
  require('module').enableCompileCache(compiled)
}

/** Where code is kept, and what was found there; undefined where none may be. */
function findKept(name, file) {
  const folder = cacheFolder()
  if (folder === undefined) return undefined
  const version = `${process.version}-${process.arch}`
  const place = path.join(folder, 'start', `${name}-${version}-${shortHash(file)}`)
  // V8 itself compares its own version and settings, but of the text no more than its length.
  const { size, ino, mtimeMs, ctimeMs } = fs.statSync(file)
  const identity = `${size} ${ino} ${mtimeMs} ${ctimeMs}`.padEnd(identityLength)
  try {
    if (!isOurs(fs.lstatSync(path.dirname(place)))) return undefined
    const bytes = readOurs(place)
    const end = bytes.length - identityLength
    if (bytes.latin1Slice(end) === identity)
      return { place, identity, code: bytes.subarray(0, end) }
  } catch {
    // There is none yet.
  }
  return { place, identity }
}

const identityLength = 96

/** Tells two installations apart, which else would take turns in keeping their code. */
function shortHash(text) {
  let hash = 0
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return (hash >>> 0).toString(16)
}

function readOurs(place) {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants
  // A pipe would be waited for. Windows has neither.
  const descriptor = fs.openSync(place, O_RDONLY | (O_NOFOLLOW || 0) | (O_NONBLOCK || 0))
  try {
    return isOurs(fs.fstatSync(descriptor)) ? fs.readFileSync(descriptor) : Buffer.alloc(0)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Whoever else could write there could leave code for us. */
function isOurs({ uid, mode }) {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)
}

/** Once all that a run needs has been compiled, unless it went wrong and most of it was not. */
function keepAtExit(script, { place, identity }) {
  process.once('exit', (exitCode) => {
    if (exitCode !== 0) return
    const draft = `${place}.${process.pid}`
    try {
      fs.mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 })
      const descriptor = fs.openSync(draft, 'wx', 0o600)
      try {
        fs.writeFileSync(
          descriptor,
          Buffer.concat([script.createCachedData(), Buffer.from(identity)]),
        )
        // V8 does not look whether it is whole.
        fs.fsyncSync(descriptor)
      } finally {
        fs.closeSync(descriptor)
      }
      fs.renameSync(draft, place)
    } catch {
      // It is a cache: what cannot be kept is compiled anew.
      remove(draft)
    }
  })
}

function remove(draft) {
  try {
    fs.rmSync(draft, { force: true })
  } catch {
    // Where the folder is another user's, or no folder, none was made.
  }
}

// In the person's own cache and nowhere else. Not in MB_HOME, which changes only when something is installed or set. A cache is not
// made for it.
function cacheFolder() {
  const cache = process.env.XDG_CACHE_HOME || path.join(homeFolder(), '.cache')
  return path.isAbsolute(cache) && isOwned(cache) ? path.join(cache, 'milkbottle') : undefined
}

/** Who has a folder can put another one in it after it was looked at: root that kept a person's home would run what they leave there. */
function isOwned(folder) {
  try {
    return process.getuid === undefined || fs.statSync(folder).uid === process.getuid()
  } catch {
    // It is not there, or cannot be looked at.
    return false
  }
}

/** Empty for a user that is in no list, as one of a container may be. */
function homeFolder() {
  try {
    return os.homedir()
  } catch {
    return ''
  }
}

module.exports = { load, keepCompiledModules }
