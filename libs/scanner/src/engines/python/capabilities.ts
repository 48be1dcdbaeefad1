import type { Capability } from '../source-use.ts'

/** Modules with which a program can do one thing only, and all that lies below them. */
const ofModule: ReadonlyMap<string, Capability> = new Map([
  ['ssl', 'network'],
  ['socketserver', 'network'],
  ['urllib.request', 'network'],
  ['urllib2', 'network'],
  ['http.client', 'network'],
  ['http.server', 'network'],
  ['ftplib', 'network'],
  ['smtplib', 'network'],
  ['poplib', 'network'],
  ['imaplib', 'network'],
  ['nntplib', 'network'],
  ['telnetlib', 'network'],
  ['xmlrpc.client', 'network'],
  ['xmlrpc.server', 'network'],
  ['requests', 'network'],
  ['urllib3', 'network'],
  ['httpx', 'network'],
  ['aiohttp', 'network'],
  ['websocket', 'network'],
  ['websockets', 'network'],
  ['paramiko', 'network'],
  ['subprocess', 'processes'],
  ['multiprocessing', 'processes'],
  ['pty', 'processes'],
  ['ctypes', 'processes'],
  ['cffi', 'processes'],
  ['webbrowser', 'processes'],
  ['_posixsubprocess', 'processes'],
  ['shutil', 'files'],
  ['tempfile', 'files'],
  ['glob', 'files'],
  ['fileinput', 'files'],
  ['sqlite3', 'files'],
  ['shelve', 'files'],
  ['dbm', 'files'],
])

/** Members of modules that are used for other things as well. */
const ofMember: readonly (readonly [RegExp, Capability])[] = [
  [
    /^socket\.(?:socket|create_connection|create_server|getaddrinfo|getnameinfo|gethostby\w+|getfqdn|\*)$/,
    'network',
  ],
  [/^asyncio\.(?:open_connection|open_unix_connection|start_server|start_unix_server)$/, 'network'],
  [/^asyncio\.create_subprocess_(?:exec|shell)$/, 'processes'],
  [/^concurrent\.futures\.(?:process\.)?ProcessPoolExecutor$/, 'processes'],
  [
    /^(?:os|posix|nt)\.(?:system|popen\d?|fork|forkpty|kill|killpg|startfile|posix_spawnp?|spawn\w+|exec[lv]\w*|\*)$/,
    'processes',
  ],
  [
    /^(?:os|posix|nt)\.(?:open|remove|unlink|rename|renames|replace|rmdir|removedirs|mkdir|makedirs|listdir|scandir|walk|fwalk|chmod|l?chown|link|symlink|readlink|truncate|utime|mkfifo|mknod)$/,
    'files',
  ],
  [/^(?:builtins|io|codecs)\.open$/, 'files'],
  [/^(?:gzip|bz2|lzma)\.open$/, 'files'],
  [
    /^pathlib\.Path\(\)\.(?:open|read_text|read_bytes|write_text|write_bytes|unlink|mkdir|rmdir|iterdir|glob|rglob|rename|replace|touch|chmod|symlink_to|hardlink_to|walk)$/,
    'files',
  ],
]

/** What a module gives access to, by what it is or by where it lies. */
export function capabilityOfModule(module: string): Capability | undefined {
  for (let part = module; part !== ''; part = part.slice(0, Math.max(part.lastIndexOf('.'), 0))) {
    const capability = ofModule.get(part)
    if (capability !== undefined) return capability
  }
  return undefined
}

/** What a dotted name gives access to. */
export function capabilityOf(path: string): Capability | undefined {
  return ofMember.find(([pattern]) => pattern.test(path))?.[1] ?? capabilityOfModule(path)
}
