import { secretPlaces, startupPlaces, workspacePlaces } from '@mb/kernel'
import { folderOf } from './contains.ts'

/** What a path holds that a person would not hand to a stranger; in small letters. */
interface Place {
  /** Completes "this holds …". */
  readonly holds: string
  /** Below any home. */
  readonly home?: string
  /** Below any folder. */
  readonly anywhere?: string
  /** From the root. */
  readonly absolute?: string
  /** Whether it is there for everybody to read. */
  readonly readable?: true
  /** Whether no plugin gets at it: to do anything with it, or to write it. */
  readonly closed?: 'read' | 'write'
}

const places: readonly Place[] = [
  ...secretPlaces.map(({ path, holds, anywhere }) => {
    const place = path.toLowerCase()
    const closed = 'read' as const
    return anywhere ? { anywhere: place, holds, closed } : { home: place, holds, closed }
  }),
  ...startupPlaces.map(({ path, holds }) => ({
    home: path.toLowerCase(),
    holds,
    closed: 'write' as const,
  })),
  { home: 'library', holds: 'your keychain and browser data' },
  { home: '.milkbottle', holds: 'your plugins and what you granted them' },
  { anywhere: '.git/hooks', holds: 'programs that git starts' },
  { anywhere: '.git/config', holds: 'settings of git, which can start programs' },
  ...workspacePlaces.map(({ path, holds }) => ({
    anywhere: path.toLowerCase(),
    holds,
    readable: true as const,
    closed: 'write' as const,
  })),
  { anywhere: '.env', holds: 'passwords of the project' },
  { absolute: '/etc', holds: 'the settings of the system' },
  { absolute: '/root', holds: 'the home of the administrator' },
  { absolute: '/boot', holds: 'what starts the machine' },
  { absolute: '/dev', holds: 'the devices of the machine' },
  { absolute: '/proc', holds: 'all running programs' },
  { absolute: '/sys', holds: 'the controls of the machine' },
  { absolute: '/usr', holds: 'the programs of the system' },
  { absolute: '/bin', holds: 'the programs of the system' },
  { absolute: '/sbin', holds: 'the programs of the system' },
  { absolute: '/lib', holds: 'the programs of the system' },
  { absolute: '/opt', holds: 'the programs of the system' },
  { absolute: '/var', holds: 'the data of the system' },
  { absolute: '/run', holds: 'doors into running services' },
  { absolute: '/system', holds: 'the system itself' },
  { absolute: '/library', holds: 'the settings of the system' },
]

// Folders that hold homes; a home is one level below, but for the administrator's.
const homes: ReadonlySet<string> = new Set(['/home', '/users'])

/** Why a path is sensitive: it is such a place, lies in one, or holds one; undefined when it is not. */
export function sensitivePlace(
  path: string,
  access: 'read' | 'write' = 'write',
): string | undefined {
  const folder = folderOf(path)
  // Where file systems know no difference of case, `.SSH` is `.ssh`.
  const target = (folder ?? path).toLowerCase()
  if (target === '/') return 'everything on this machine'
  if (homes.has(target)) return 'the files of everybody on this machine'
  const inHome = belowHome(target)
  if (inHome === '') return 'your keys and passwords'
  return places.find(
    (place) =>
      (access === 'write' || place.readable !== true) &&
      touches(place, target, inHome, folder !== undefined),
  )?.holds
}

/** What a path is or lies in that no plugin is given, whatever a person agrees to; undefined when it is no such thing. */
export function closedPlace(path: string, access: 'read' | 'write'): string | undefined {
  const target = (folderOf(path) ?? path).toLowerCase()
  const inHome = belowHome(target)
  if (access === 'write' && inHome === '') return 'what runs when you log in'
  return places.find(
    ({ closed, ...place }) =>
      closed !== undefined &&
      (closed === 'read' || access === 'write') &&
      touches(place, target, inHome, false),
  )?.holds
}

function touches(
  place: Place,
  target: string,
  inHome: string | undefined,
  whole: boolean,
): boolean {
  const { home, anywhere, absolute } = place
  if (absolute !== undefined) return isAtOrBelow(target, absolute)
  if (anywhere !== undefined) return `${target}/`.includes(`/${anywhere}/`)
  if (home === undefined || inHome === undefined) return false
  // `${home}/.config/**` holds the places below .config; a single file or folder named exactly does as well.
  return isAtOrBelow(inHome, home) || (whole && isAtOrBelow(home, inHome))
}

/** The way from a home to a path below it, `''` for the home itself, undefined for paths elsewhere. */
function belowHome(target: string): string | undefined {
  const [first = '', second = '', ...rest] = target.split('/')
  if (first === '${home}') return target.slice('${home}/'.length)
  if (first !== '') return undefined
  if (second === 'root') return rest.join('/')
  return homes.has(`/${second}`) ? rest.slice(1).join('/') : undefined
}

function isAtOrBelow(target: string, place: string): boolean {
  return target === place || target.startsWith(`${place}/`)
}
