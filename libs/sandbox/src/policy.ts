import { isInside } from '@mb/kernel'
import type { JailPart } from './jail/jail-plan.ts'
import { requireKnownNames } from './known-names.ts'
import { coverGrants } from './policy/cover-grants.ts'
import type { Coverage } from './policy/cover.ts'
import { denyPath } from './policy/denied-path.ts'
import { grantCommand, type ExecGrant, type GrantedCommand } from './policy/granted-command.ts'
import { grantPath, type GrantedPath } from './policy/granted-path.ts'
import { listHomes } from './policy/homes.ts'
import { checkNetwork, type NetGrant } from './policy/network.ts'
import { refusal } from './policy/refusal.ts'
import { SandboxError } from './sandbox-error.ts'

/** What a program may see and change. Nothing is implicit but the system's own runtime, and private scratch space. */
export interface SandboxPolicy {
  readonly fs?:
    | {
        /** Folders and files to read, by absolute path. */
        readonly read?: readonly string[] | undefined
        /**
         * Folders and files to read and write, by absolute path. What people and their tools run later stays as it is, there or not:
         * `.git`, settings of editors and assistants, programs of the project.
         */
        readonly write?: readonly string[] | undefined
        /** What stays as it is, although it lies in what is granted to be written, by absolute path. */
        readonly keep?: readonly string[] | undefined
        /** What is hidden, also inside of granted folders. What is denied wins over every grant. */
        readonly deny?: readonly string[] | undefined
        /** Folders and files to read although they are keys or tokens; those are hidden otherwise, and refused. */
        readonly dangerous?: readonly string[] | undefined
      }
    | undefined
  /** Hosts that it may connect to, through the proxy that is the only way out: by HTTP, or by CONNECT whatever it speaks. */
  readonly net?: readonly NetGrant[] | undefined
  /** Unix sockets by path. Refused: whatever listens there would act for the program. */
  readonly unix?: readonly string[] | undefined
  /** Commands that {@link Sandbox.execute} runs, each in a jail of its own with these grants and its own file. */
  readonly exec?: readonly ExecGrant[] | undefined
  /**
   * The whole environment, beside `PATH`, `HOME` and `TMPDIR`, which have values that work inside; and beside what leads to the proxy,
   * where there is one.
   */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Size of each of the private `/tmp`, `/dev/shm` and home. @default 64 MiB */
  readonly tmpBytes?: number | undefined
}

const policyNames: Readonly<Record<keyof SandboxPolicy, true>> = {
  fs: true,
  net: true,
  unix: true,
  exec: true,
  env: true,
  tmpBytes: true,
}
const fileNames: Readonly<Record<keyof NonNullable<SandboxPolicy['fs']>, true>> = {
  read: true,
  write: true,
  keep: true,
  deny: true,
  dangerous: true,
}

/** A policy that was checked. */
export interface ResolvedPolicy extends Coverage {
  /** Parents before what lies in them. */
  readonly paths: readonly GrantedPath[]
  readonly commands: readonly GrantedCommand[]
  readonly net: readonly NetGrant[]
  /** What is put into the jail beside the system and what is granted. */
  readonly parts: readonly JailPart[]
  readonly env: Readonly<Record<string, string>>
  readonly tmpBytes: number
}

/** The home folder inside: in `/run`, where nothing can be granted, so that no grant hides it. */
export const homeInside = '/run/home'

/**
 * Follows links, and refuses what cannot be granted.
 *
 * @param state folders of ours that no program may change
 * @throws SandboxError `MB_SANDBOX_POLICY`
 */
export function resolvePolicy(policy: SandboxPolicy, state: readonly string[]): ResolvedPolicy {
  requireKnownNames('a part of a policy', policy, policyNames)
  requireKnownNames('a grant of files', policy.fs ?? {}, fileNames)
  const net = checkNetwork(policy)
  const { read = [], write = [], keep = [], deny = [], dangerous = [] } = policy.fs ?? {}
  const denied = deny.map(denyPath)
  const homes = listHomes()
  const rules = { state, homes, denied: denied.map(({ path }) => path) }
  const risked = dangerous.map((path) => grantPath(path, 'dangerous', rules))
  const plain = withoutRedundant([
    ...write.map((path) => grantPath(path, 'write', rules)),
    ...read
      .filter((path) => !dangerous.includes(path))
      .map((path) => grantPath(path, 'read', rules)),
  ])
  const paths = inOrder([...plain, ...risked])
  const found = { denied, kept: keep, dangerous: risked.map(({ path }) => path), homes }
  refuseKept(plain, keep)
  const written = plain.filter(({ writable }) => writable).map(({ path }) => path)
  const commands = (policy.exec ?? []).map((grant) => {
    const beside = (grant.with ?? []).map((path) => grantPath(path, 'read', rules))
    const { covers } = coverGrants({ ...found, paths: inOrder([...paths, ...beside]) })
    return { ...grantCommand(grant, { ...rules, written }), beside, covers }
  })
  return {
    paths,
    ...coverGrants({ ...found, paths }),
    commands,
    net,
    parts: [],
    env: environment(policy.env ?? {}),
    tmpBytes: scratchSize(policy.tmpBytes ?? 64 * 1024 * 1024),
  }
}

function refuseKept(paths: readonly GrantedPath[], kept: readonly string[]): void {
  const grant = paths.find(
    ({ path, writable }) => writable && kept.some((place) => isInside(place, path)),
  )
  if (grant !== undefined)
    throw refusal(grant.path, 'it is to stay as it is', 'Grant it for reading')
}

/** Drops what a wider grant holds already: a read in a readable folder, anything in a writable one. */
function withoutRedundant(paths: readonly GrantedPath[]): readonly GrantedPath[] {
  const sorted = inOrder(paths)
  return sorted.filter(
    (path, index) =>
      !sorted.some(
        (other, otherIndex) =>
          other !== path &&
          isInside(other.path, path.path) &&
          (other.writable || !path.writable) &&
          (other.path !== path.path || other.writable !== path.writable || otherIndex < index),
      ),
  )
}

/** Parents before what lies in them. */
function inOrder(paths: readonly GrantedPath[]): readonly GrantedPath[] {
  return paths.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

// These steer the loader or the shell that waits at the gate: code named by them would run before the receipt is read.
const steering = /^(?:LD_.*|GLIBC_TUNABLES|GCONV_PATH|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|IFS)$/

function environment(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || value.includes('\0')) {
      throw new SandboxError(
        'MB_SANDBOX_POLICY',
        `Cannot pass ${JSON.stringify(name)} in the environment: it is no valid variable`,
      )
    }
    if (steering.test(name)) {
      throw new SandboxError(
        'MB_SANDBOX_POLICY',
        `Cannot pass "${name}" in the environment: it runs code before the sandbox is proved`,
        { hint: 'Leave it out, or have the program start another with it set' },
      )
    }
  }
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: homeInside,
    TMPDIR: '/tmp',
    ...env,
  }
}

function scratchSize(bytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 4096)
    throw new RangeError(`Cannot size scratch space to ${bytes} bytes: it has to be 4096 or more`)
  return bytes
}
