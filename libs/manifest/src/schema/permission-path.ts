import { z } from 'zod'
import { refuse } from './refuse.ts'

const variables: ReadonlySet<string> = new Set(['${workspace}', '${data}', '${home}'])
const isUnsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u

/** A path of a permission, in its one form: no `.`, no doubled or last `/`. */
export const permissionPath: z.ZodType<string, string> = z
  .string()
  .min(1)
  .max(1024)
  .transform((path, context) => {
    const wrong = whyWrong(path)
    if (wrong === undefined) return normal(path)
    refuse(context, {
      code: 'bad-path',
      message: `Path ${JSON.stringify(path.slice(0, 80))} ${wrong.is}`,
      hint: wrong.hint,
    })
    return z.NEVER
  })

function whyWrong(path: string): { readonly is: string; readonly hint: string } | undefined {
  const hintPlaces = 'Start with "${workspace}/", "${data}/", "${home}/" or "/"'
  if (isUnsafe.test(path))
    return { is: 'holds a backslash or an invisible character', hint: 'Separate folders by "/"' }
  const parts = path.split('/')
  const [first = '', ...rest] = parts
  if (first.startsWith('~')) return { is: 'starts with "~"', hint: 'Write "${home}"' }
  if (first !== '' && !variables.has(first)) {
    const isVariable = first.startsWith('$')
    return {
      is: isVariable ? `starts with a variable that there is not` : 'is relative',
      hint: hintPlaces,
    }
  }
  if (rest.some((part) => part.includes('$')))
    return { is: 'holds a variable after its start', hint: hintPlaces }
  if (rest.includes('..'))
    return { is: 'holds ".."', hint: 'Name the folder itself: a permission never leads upwards' }
  const folder = rest.at(-1) === '**' ? rest.slice(0, -1) : rest
  if (folder.some((part) => /[*?[\]{}]/.test(part)))
    return {
      is: 'is a pattern that cannot be mounted',
      hint: 'Name one file or folder exactly, or a folder with all that is in it by "/**" at the end',
    }
  return undefined
}

function normal(path: string): string {
  const [first = '', ...rest] = path.split('/')
  const kept = rest.filter((part) => part !== '' && part !== '.')
  return kept.length === 0 && first === '' ? '/' : [first, ...kept].join('/')
}
