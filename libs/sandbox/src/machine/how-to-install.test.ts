import { describe, expect, it } from 'vitest'
import { howToInstall } from './how-to-install.ts'

describe('howToInstall()', () => {
  it.each([
    ['ID=debian', 'Run apt install bubblewrap'],
    ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"', 'Run apt install bubblewrap'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'Run dnf install bubblewrap'],
    ['ID=arch', 'Run pacman -S bubblewrap'],
    ['ID=alpine', 'Run apk add bubblewrap'],
    ['', 'Install bubblewrap with the package manager of this system'],
  ])('reads %j', (release, expected) => {
    expect(howToInstall('bubblewrap', release)).toBe(expected)
  })
})
