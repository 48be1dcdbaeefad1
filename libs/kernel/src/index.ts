// Errors
export { errorCode, isMbError, MbError } from './errors.ts'
export type { ErrorCategory, ErrorKind, ErrorOutcome, MbErrorOptions } from './errors.ts'
export { KernelError, kernelErrors } from './kernel-error.ts'
export type { KernelErrorCode } from './kernel-error.ts'

// Ports, and the smallest thing behind each
export { silentLogger, systemClock } from './ports.ts'
export type { Clock, LogData, Logger, Store } from './ports.ts'
export { MemoryStore } from './memory-store.ts'
export { checkStoreKey } from './store-key.ts'

// Paths and files
export { isInside, realpathInside, resolveInside } from './paths.ts'
export { secretPlaces, startupPlaces, workspacePlaces } from './guarded-places.ts'
export type { GuardedPlace, SecretPlace } from './guarded-places.ts'
export { readFileBounded, readTextBounded, syncDirectory, writeFileAtomic } from './files.ts'
export type { ReadOptions, WriteOptions } from './files.ts'
export { homeFolder, inHome } from './home-folder.ts'
export { makeFolder } from './make-folder.ts'
export type { MakeFolderOptions } from './make-folder.ts'
export { Journal, readJournal } from './journal.ts'
export type { JournalEntry } from './journal.ts'

// Addresses: whom one leads to
export { addressBytes, canonicalAddress, isWithin } from './address.ts'
export { classifyAddress } from './address-class.ts'
export type { AddressClass } from './address-class.ts'

// Values
export { canonicalJson, sha256 } from './hash.ts'
export type { JsonValue } from './hash.ts'
export { nearestName } from './nearest-name.ts'
export { redact } from './redact.ts'
