import { describe, it } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { storeContract } from './testing.ts'

storeContract({ describe, it }, 'MemoryStore', () => Promise.resolve(new MemoryStore()))
