import { Command, Flags } from '@oclif/core'

export class Hello extends Command {
  static description = 'Say hello'
  static flags = { name: Flags.string({ char: 'n' }) }

  async run() {
    const { flags } = await this.parse(Hello)
    this.log(`hello ${flags.name ?? 'world'}`)
  }
}
