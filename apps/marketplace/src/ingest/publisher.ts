import { randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, type Clock, type Logger } from '@mb/kernel'
import type { Reason } from '@mb/marketplace-protocol'
import type { BlobStore } from '../blobs/blob-store.ts'
import { sweepStaging, type DataFolder } from '../data-folder.ts'
import type { PublishRecord, Store } from '../store/store.ts'
import type { Announced } from './announced.ts'
import type { Described } from './describe-package.ts'
import { judge, judgeTimeoutMs } from './judge.ts'
import type { Queue } from './queue.ts'
import { isClean, scanReasons, type Scan } from './scan.ts'
import { whyNotEnrolled } from './why-refused.ts'

/** The points of a publish, in their order: what was just done, and is on disk. */
export const publishSteps = [
  'uploaded',
  'received',
  'judged',
  'validated',
  'scanned',
  'stored',
  'live',
  'swept',
] as const

/** One of {@link publishSteps}. */
export type PublishStep = (typeof publishSteps)[number]

/** What a publisher works with. */
export interface PublisherOptions {
  readonly store: Store
  readonly blobs: BlobStore
  readonly folder: DataFolder
  /** What is judged, waits here for its turn. */
  readonly queue: Queue
  readonly scan: Scan
  readonly clock: Clock
  readonly logger: Logger
  /** Told of each point; tests stop the process there. */
  readonly reached?: ((step: PublishStep) => void) | undefined
}

/** Which publish waits for its turn, and whose it is. */
type Waiting = Pick<PublishRecord, 'id' | 'account'>

/** When what could not even be written down is tried again. */
const retryMs = 30_000

/**
 * Takes received packages to their end, one after the other: received → validated → scanned → live, or rejected with
 * reasons. Where it stands is in the store before it goes on, so that one which died is taken up again at the next start.
 */
export class Publisher implements AsyncDisposable {
  readonly #options: PublisherOptions
  readonly #stop = new AbortController()
  readonly #retries = new Set<NodeJS.Timeout>()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Takes up what a server before this one did not finish, and removes what nobody refers to. */
  async recover(): Promise<void> {
    const { folder, store } = this.#options
    await sweepStaging(folder)
    const unfinished = store.publishes.unfinished()
    const wanted = new Set(unfinished.map(({ id }) => id))
    for (const name of await readdir(folder.incoming))
      if (!wanted.has(name)) await rm(join(folder.incoming, name), { force: true })
    for (const each of unfinished) void this.#enqueue(each)
  }

  /** Where a package lies until it is judged. */
  fileOf(id: string): string {
    return join(this.#options.folder.incoming, id)
  }

  /**
   * Takes over a package that is on disk. Once this returns, it will be judged, whatever happens.
   *
   * @returns the publish, and a promise that it was held against its namespace and versions, which goes before the scan
   */
  accept(
    id: string,
    whose: { readonly account: string; readonly namespace: string } & Announced,
  ): { readonly publish: PublishRecord; readonly judged: Promise<void> } {
    const { store, reached } = this.#options
    reached?.('uploaded')
    const publish: PublishRecord = {
      id,
      ...whose,
      state: 'received',
      reasons: [],
      warnings: [],
      receivedAt: this.#now(),
    }
    store.publishes.add(publish)
    reached?.('received')
    return { publish, judged: this.#enqueue(publish) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    for (const timer of this.#retries) clearTimeout(timer)
    await this.#options.queue.idle()
  }

  /** Resolves when a package was judged, before it is scanned; or has its end. */
  #enqueue({ id, account }: Waiting): Promise<void> {
    const { queue, logger } = this.#options
    const { promise, resolve } = Promise.withResolvers<void>()
    const work = queue.run(account, () => this.#process(id, resolve))
    void work
      .catch((error: unknown) => {
        logger.error('A publish could not be judged', { id, error: String(error) })
        this.#retryLater({ id, account })
      })
      .finally(resolve)
    return promise
  }

  #retryLater(whose: Waiting): void {
    if (this.#stop.signal.aborted) return
    const timer = setTimeout(() => {
      this.#retries.delete(timer)
      void this.#enqueue(whose)
    }, retryMs)
    this.#retries.add(timer.unref())
  }

  async #process(id: string, judged: () => void): Promise<void> {
    const { store, folder, logger, reached } = this.#options
    const publish = store.publishes.get(id)
    if (publish === undefined || this.#stop.signal.aborted) return
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(judgeTimeoutMs)])
    const staging = join(folder.staging, randomUUID())
    try {
      await this.#take(publish, { staging, signal, judged })
    } catch (error) {
      // Whoever stops the server has not judged the package: the next start does.
      if (this.#stop.signal.aborted) return
      logger.error('A publish failed', { id, error: String(error) })
      await this.#reject(publish, [notJudged(signal)])
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
    await rm(this.fileOf(id), { force: true })
    reached?.('swept')
  }

  async #take(
    publish: PublishRecord,
    { staging, signal, judged }: { staging: string; signal: AbortSignal; judged: () => void },
  ): Promise<void> {
    const { store, blobs, scan, reached } = this.#options
    const { id, namespace, sha256 } = publish
    const file = this.fileOf(id)
    if (!(await exists(file))) return this.#reject(publish, [lost])
    const judgement = await judge(file, { namespace, sha256, store, destination: staging, signal })
    reached?.('judged')
    if (!judgement.ok) return this.#reject(publish, judgement.reasons, judgement)
    const { version, warnings } = judgement.described
    store.publishes.advance(id, {
      state: 'validated',
      plugin: version.id,
      version: version.version,
      warnings,
    })
    reached?.('validated')
    judged()

    const report = await scan(staging, { signal })
    signal.throwIfAborted()
    const findings = scanReasons(report)
    if (!isClean(report)) return this.#reject(publish, findings)
    store.publishes.advance(id, {
      state: 'scanned',
      warnings: [...warnings, ...findings].slice(0, 200),
    })
    reached?.('scanned')

    await blobs.put(sha256, file)
    reached?.('stored')
    // A scan takes long enough for a stolen key to be removed meanwhile. From here on nothing else has its turn.
    const gone = whyNotEnrolled(judgement.described.version.keyId, {
      namespace,
      keys: store.keys.of(namespace),
    })
    if (gone !== undefined) return this.#reject(publish, [gone])
    this.#goLive(publish, judgement.described, { verdict: report.verdict, findings })
    reached?.('live')
  }

  #goLive(
    { id, bytes, sha256 }: PublishRecord,
    { version, about, likeness }: Described,
    scan: { readonly verdict: 'pass' | 'warn'; readonly findings: readonly Reason[] },
  ): void {
    const isNew = this.#options.store.catalogue.goLive(id, {
      detail: {
        ...version,
        publishedAt: this.#now(),
        archive: { ...version.archive, bytes, sha256 },
        scan,
      },
      about,
      likeness,
    })
    // It was looked for a moment ago, and packages take their turns.
    if (!isNew) throw new TypeError(`Cannot publish ${version.id} ${version.version} twice`)
  }

  async #reject(
    { id, sha256 }: PublishRecord,
    reasons: readonly Reason[],
    known: { readonly plugin?: string; readonly version?: string } = {},
  ): Promise<void> {
    const { store, blobs } = this.#options
    // One that died with its package in place may be rejected the next time.
    if (!store.catalogue.hasArchive(sha256)) await blobs.remove(sha256)
    const { plugin, version } = known
    store.publishes.advance(id, {
      state: 'rejected',
      reasons,
      finishedAt: this.#now(),
      ...(plugin === undefined ? {} : { plugin }),
      ...(version === undefined ? {} : { version }),
    })
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}

const lost: Reason = {
  code: 'internal',
  message: 'The marketplace lost the package',
  help: 'Publish it again',
}

function notJudged(signal: AbortSignal): Reason {
  return {
    code: 'internal',
    message: signal.aborted
      ? 'It took too long to judge the package'
      : 'The marketplace could not judge the package',
    help: 'Publish it again later',
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    },
  )
}
