import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of undici, as npm brings it. */
export const undici: string = dirname(fileURLToPath(import.meta.resolve('undici')))

/** A program that people use, called as they call it. */
export interface Client {
  readonly title: string
  /** Ends with 0 where it got what it asked `url` for. */
  readonly command: (url: string) => readonly string[]
  readonly answer?: string
  /** A file of what it is. @default its program */
  readonly needs?: string
}

const node = (code: string, url: string): readonly string[] => [
  process.execPath,
  '--input-type=module',
  '-e',
  `const url = process.argv[1]; ${code}`,
  url,
]
const python = (code: string, url: string): readonly string[] => [
  '/usr/bin/python3',
  '-c',
  `import sys; url = sys.argv[1]\n${code}`,
  url,
]
const module = (url: string): string => (url.startsWith('https') ? 'node:https' : 'node:http')

/** Those that have to work unchanged. */
export const clients: readonly Client[] = [
  { title: 'curl', command: (url) => ['/usr/bin/curl', '-sS', url] },
  {
    title: 'curl that sends',
    command: (url) => ['/usr/bin/curl', '-sS', '--data', 'twelve bytes', url],
    answer: 'POST / 12\n',
  },
  {
    title: 'fetch of Node',
    command: (url) => node('process.stdout.write(await (await fetch(url)).text())', url),
  },
  {
    title: 'http and https of Node',
    command: (url) =>
      node(
        `const { get } = await import(${JSON.stringify(module(url))}); get(url, (answer) => answer.pipe(process.stdout))`,
        url,
      ),
  },
  {
    title: 'undici of npm',
    command: (url) =>
      node(
        `const { request } = await import(${JSON.stringify(`${undici}/index.js`)}); process.stdout.write(await (await request(url)).body.text())`,
        url,
      ),
  },
  {
    title: 'urllib of Python',
    command: (url) =>
      python('import urllib.request as r; sys.stdout.write(r.urlopen(url).read().decode())', url),
  },
  {
    title: 'requests of Python',
    needs: '/usr/lib/python3/dist-packages/requests/__init__.py',
    command: (url) => python('import requests; sys.stdout.write(requests.get(url).text)', url),
  },
  {
    title: 'git that clones',
    command: (url) => [
      '/bin/sh',
      '-c',
      'git clone -q "$0project.git" /tmp/clone && cat /tmp/clone/text',
      url,
    ],
    answer: 'cloned\n',
  },
]
