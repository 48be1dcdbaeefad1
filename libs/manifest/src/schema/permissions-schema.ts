import { z } from 'zod'
import type { Permissions } from '../permissions/permissions.ts'
import { closed } from './closed.ts'
import { permissionHost } from './permission-host.ts'
import { permissionPath } from './permission-path.ts'
import { refuse } from './refuse.ts'

const maxEntries = 64

const reason = z.string().max(500).exactOptional()

const paths = z
  .array(
    z.union([
      permissionPath.transform((path) => ({ path })),
      closed({ path: permissionPath, reason }),
    ]),
  )
  .max(maxEntries)

const named = (shape: RegExp, message: string) => {
  const name = z.string().max(128).regex(shape, message)
  return z
    .array(z.union([name.transform((text) => ({ name: text })), closed({ name, reason })]))
    .max(maxEntries)
}

const methods = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const net = z
  .array(
    z.union([
      permissionHost.transform((host) => ({ host })),
      closed({
        host: permissionHost,
        ports: z.array(z.int().min(1).max(65_535)).min(1).max(32).exactOptional(),
        methods: z.array(methods).min(1).exactOptional(),
        reason,
      }),
    ]),
  )
  .max(maxEntries)

const argumentPattern = z
  .string()
  .max(1024)
  .regex(/^[^\0]*$/, 'An argument holds no NUL')

const exec = z
  .array(
    closed({
      command: z
        .string()
        .max(1024)
        .regex(
          /^(?:\*|[\w.+-]+|(?:\/[\w.+@-]+)+)$/,
          'A command is a name, or an absolute path, without arguments',
        ),
      args: z
        .array(argumentPattern)
        .max(64)
        .superRefine((list, context) => {
          const place = list.indexOf('**')
          if (place !== -1 && place < list.length - 1)
            refuse(context, {
              code: 'bad-value',
              message: '"**" stands for any further arguments, so it has to be the last',
              path: [place],
            })
        })
        .exactOptional(),
      reason,
    }).superRefine(({ command }, context) => {
      if (command.split('/').some((part) => part === '..' || part === '.'))
        refuse(context, { code: 'bad-command', message: `Command "${command}" leads elsewhere` })
    }),
  )
  .max(maxEntries)

/** The permissions of a manifest. */
export const permissionsSchema: z.ZodType<Permissions> = closed({
  fs: closed({ read: paths.default([]), write: paths.default([]) }).default({
    read: [],
    write: [],
  }),
  net: net.default([]),
  exec: exec.default([]),
  env: named(/^[A-Za-z_][A-Za-z0-9_]*$/, 'This is no name of an environment variable').default([]),
  secrets: named(/^[A-Za-z][\w.-]*$/, 'This is no name of a secret').default([]),
  'http.serve': z.boolean().default(false),
  'net.unix': paths.default([]),
  'system.metrics': z.boolean().default(false),
})
