import { append, without } from './weaken-plan.ts'
import { withScript } from './weaken-launch.ts'
import type { Weakening } from './weakening.ts'

/** What each backend does. */
export const ofAll: readonly Weakening[] = [
  {
    title: 'the cleared environment',
    items: ['environment'],
    weakness: { plan: (plan) => ({ ...plan, env: { ...plan.env, PLANTED: '1' } }) },
  },
  {
    title: 'limits of the kernel',
    items: ['limits'],
    weakness: { launch: (launch) => ({ ...launch, resourceLimits: [] }) },
  },
  {
    title: 'closed descriptors',
    items: ['descriptors'],
    weakness: withScript(
      /close_from\(\$channel \? 4 : 3, 4\);/,
      "open(my $leak, '<', '/etc/passwd');",
    ),
  },
]

/** What each backend does that has a keyring of its own. */
export const newKeyring: Weakening = {
  title: 'the new session keyring',
  items: ['keyring'],
  weakness: withScript(/syscall\(\$keyctl, 1, 0\)/, '$before'),
}

/** What is done by mounts. */
export const ofMounts: readonly Weakening[] = [
  { title: 'the read-only root', items: ['filesystem'], weakness: without('close', '/') },
  { title: 'the read-only /proc', items: ['filesystem'], weakness: without('close', '/proc') },
  {
    title: 'the hidden first process',
    items: ['filesystem'],
    weakness: {
      plan: (plan) => ({ ...plan, parts: plan.parts.filter(({ path }) => path !== '/proc/1') }),
    },
  },
  {
    title: 'the read-only system',
    items: ['filesystem'],
    weakness: {
      plan: (plan) => ({
        ...plan,
        parts: plan.parts.map((part) =>
          part.kind === 'bind' && part.path === '/usr' ? { ...part, writable: true } : part,
        ),
      }),
    },
  },
  { title: 'the hidden keys', items: ['filesystem'], weakness: without('bind', '/proc/keys') },
  {
    title: 'an unexpected mount',
    items: ['filesystem'],
    weakness: append({
      kind: 'bind',
      path: '/srv',
      from: '/etc',
      writable: false,
      directory: true,
    }),
  },
  {
    title: 'a mount in place of another',
    items: ['filesystem'],
    weakness: append({
      kind: 'bind',
      path: '/etc/ld.so.cache',
      from: '/dev/null',
      writable: false,
      directory: false,
    }),
  },
]
