import { describe, expect, it } from 'vitest'
import { addressBytes } from './address.ts'
import { parseNetwork } from './own-networks.ts'

describe('parseNetwork()', () => {
  it.each([
    ['93.184.216.34/24', '93.184.216.34', 24],
    ['2606:2800::1/64', '2606:2800::1', 64],
    ['93.184.216.34/0', '93.184.216.34', 32],
    ['2606:2800::1/3', '2606:2800::1', 128],
  ])('reads %s as %s with %d bits', (cidr, first, bits) => {
    expect(parseNetwork(cidr)).toEqual({ first: addressBytes(first), bits })
  })

  it('passes over what is no network', () => {
    expect(parseNetwork('eth0')).toBeUndefined()
  })
})
