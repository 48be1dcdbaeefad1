import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, type Clock, type Logger } from '@mb/kernel'
import type { Reason } from '@mb/marketplace-protocol'
import type { ScanReport } from '@mb/scanner'
import type { BlobStore } from '../blobs/blob-store.ts'
import { sweepStaging, type DataFolder } from '../data-folder.ts'
import type { PublishRecord, Store } from '../store/store.ts'
import { judge, type Judged } from './judge.ts'
import { scanReasons } from './scan-reasons.ts'

/** Judges the code of a package's folder. */
export type Scan = (
  directory: string,
  options: { readonly signal: AbortSignal },
) => Promise<ScanReport>

/** The points of a publish, in their order: what was just done, and is on disk. */
export const publishSteps = [
  'received',
  'extracted',
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
  readonly scan: Scan
  readonly clock: Clock
  readonly logger: Logger
  /** Told of each point; tests stop the process there. */
  readonly reached?: ((step: PublishStep) => void) | undefined
}

/** How long one package may take to be judged. */
const judgeTimeoutMs = 120_000
const maxWaiting = 100

/**
 * Takes received packages to their end, one after the other: received → validated → scanned → live, or rejected with
 * reasons. Where it stands is in the store before it goes on, so that one which died is taken up again at the next start.
 */
export class Publisher implements AsyncDisposable {
  readonly #options: PublisherOptions
  readonly #stop = new AbortController()
  #waiting = 0
  #work: Promise<void> = Promise.resolve()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Whether more packages wait than it is sensible to take in. */
  get isFull(): boolean {
    return this.#waiting >= maxWaiting
  }

  /** Takes up what a server before this one did not finish, and removes what nobody refers to. */
  async recover(): Promise<void> {
    const { folder, store } = this.#options
    await sweepStaging(folder)
    const unfinished = store.unfinishedPublishes()
    const wanted = new Set(unfinished.map(({ id }) => id))
    for (const name of await readdir(folder.incoming))
      if (!wanted.has(name)) await rm(join(folder.incoming, name), { force: true })
    for (const { id } of unfinished) this.enqueue(id)
  }

  /** Where the package of a publish lies until it is judged. */
  fileOf(id: string): string {
    return join(this.#options.folder.incoming, id)
  }

  /** Judges a publish when those before it are done. */
  enqueue(id: string): void {
    this.#waiting++
    this.#work = this.#work
      .then(() => this.#process(id))
      .catch((error: unknown) => {
        this.#options.logger.error('A publish could not be judged', { id, error: String(error) })
      })
      .finally(() => {
        this.#waiting--
      })
  }

  /** Resolves when all that was waiting has its end. */
  async settled(): Promise<void> {
    await this.#work
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#work
  }

  async #process(id: string): Promise<void> {
    const { store } = this.#options
    const publish = store.publish(id)
    if (publish === undefined || this.#stop.signal.aborted) return
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(judgeTimeoutMs)])
    const staging = join(this.#options.folder.staging, id)
    try {
      await this.#take(publish, staging, signal)
    } catch (error) {
      // Whoever stops the server has not judged the package: the next start does.
      if (this.#stop.signal.aborted) return
      this.#options.logger.error('A publish failed', { id, error: String(error) })
      this.#reject(publish, [
        {
          code: 'internal',
          message: signal.aborted
            ? 'It took too long to judge the package'
            : 'The package could not be judged',
          help: 'Publish it again later',
        },
      ])
    } finally {
      await rm(staging, { recursive: true, force: true })
      if (store.unfinishedPublishes().every((each) => each.id !== id))
        await rm(this.fileOf(id), { force: true })
      this.#options.reached?.('swept')
    }
  }

  async #take(publish: PublishRecord, staging: string, signal: AbortSignal): Promise<void> {
    const { store, blobs, clock, scan, reached } = this.#options
    const { id, namespace, sha256, bytes } = publish
    reached?.('received')
    const file = this.fileOf(id)
    if (!(await exists(file))) {
      const reasons = [{ code: 'internal', message: 'The package was lost', help: 'Publish again' }]
      return this.#reject(publish, reasons)
    }
    const keys = store.keys(namespace)
    const judgement = await judge(file, { namespace, keys, destination: staging, signal })
    reached?.('extracted')
    if (!judgement.ok) return this.#reject(publish, judgement.reasons)
    const { judged } = judgement
    if (this.#isTaken(judged, publish)) return this.#reject(publish, [versionExists(judged)])
    const { id: plugin, version } = judged.version
    store.advancePublish(id, { state: 'validated', plugin, version, warnings: judged.warnings })
    reached?.('validated')

    const report = await scan(staging, { signal })
    signal.throwIfAborted()
    const findings = scanReasons(report)
    if (report.verdict !== 'pass' && report.verdict !== 'warn')
      return this.#reject(publish, findings)
    store.advancePublish(id, { state: 'scanned', warnings: [...judged.warnings, ...findings] })
    reached?.('scanned')

    await blobs.put(sha256, file)
    reached?.('stored')
    const result = store.goLive(id, {
      detail: {
        ...judged.version,
        publishedAt: new Date(clock.now()).toISOString(),
        archive: { ...judged.version.archive, bytes, sha256 },
        scan: { verdict: report.verdict, findings },
      },
      about: judged.about,
    })
    if (result === 'version-exists') return this.#reject(publish, [versionExists(judged)])
    reached?.('live')
  }

  #isTaken({ version: { id, version } }: Judged, { sha256 }: PublishRecord): boolean {
    const present = this.#options.store.version(id, version)
    return present !== undefined && present.archive.sha256 !== sha256
  }

  #reject(publish: PublishRecord, reasons: readonly Reason[]): void {
    this.#options.store.advancePublish(publish.id, {
      state: 'rejected',
      reasons,
      finishedAt: new Date(this.#options.clock.now()).toISOString(),
    })
  }
}

function versionExists({ version: { id, version } }: Judged): Reason {
  return {
    code: 'version-exists',
    message: `${id} ${version} was published with other content, and a version never changes`,
    help: 'Publish it under a new version',
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
