import type { Limits } from '@mb/manifest'
import type { SandboxLimits } from '@mb/sandbox'

/** The limits of one run, in words of a manifest. What is absent is not limited. */
export type RunLimits = Limits

/** For what no person waits for: hooks, checks, calls of agents. */
const inBackground: Required<Limits> = {
  memoryMb: 100,
  cpuSeconds: 30,
  wallSeconds: 30,
  processes: 8,
  fileMb: 10,
}

/** For a command that a person started and can interrupt: a formatter needs 160 MB for one large file. */
const inForeground: Limits = { memoryMb: 512, processes: 8, fileMb: 1024 }

/** What a manifest can raise a limit to, unless the host says otherwise. */
export const ceiling: Required<Limits> = {
  memoryMb: 2048,
  cpuSeconds: 600,
  wallSeconds: 600,
  processes: 64,
  fileMb: 4096,
}

const mebibyte = 1024 * 1024

/** The limits of a run: what is usual, moved by the manifest as far as the host allows. */
export function runLimits(
  asked: Limits,
  { interactive, host = {} }: { readonly interactive: boolean; readonly host?: Limits | undefined },
): RunLimits {
  const usual: Limits = interactive ? inForeground : inBackground
  const limit = (name: keyof Limits): Limits => {
    const wanted = asked[name] ?? usual[name]
    const most = host[name] ?? ceiling[name]
    // In the foreground there is no time to raise: only the host limits what nobody asked to be limited.
    const value = wanted === undefined ? host[name] : Math.min(wanted, most)
    return value === undefined ? {} : { [name]: value }
  }
  return {
    ...limit('memoryMb'),
    ...limit('cpuSeconds'),
    ...limit('wallSeconds'),
    ...limit('processes'),
    ...limit('fileMb'),
  }
}

/**
 * The same for a sandbox. Its clock is the last resort, behind the deadlines of the stages.
 *
 * @param stagesMs what the stages around the command may take together
 */
export function sandboxLimits(limits: RunLimits, stagesMs: number): SandboxLimits {
  const { memoryMb, cpuSeconds, wallSeconds, processes, fileMb } = limits
  return {
    memoryBytes: memoryMb === undefined ? undefined : memoryMb * mebibyte,
    cpuSeconds,
    wallMs: wallSeconds === undefined ? undefined : wallSeconds * 1000 + stagesMs,
    processes,
    fileBytes: fileMb === undefined ? undefined : fileMb * mebibyte,
    openFiles: 1024,
  }
}
