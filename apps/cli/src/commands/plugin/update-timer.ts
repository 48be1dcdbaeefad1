import type { Context } from '../../context.ts'

/** Units of systemd that look for updates. */
export interface UpdateTimer {
  readonly service: string
  readonly timer: string
}

/** The units for this program and this home. How often is really looked is said by the settings. */
export function updateTimer({ home, env }: Pick<Context, 'home' | 'env'>): UpdateTimer {
  const words = [process.execPath, process.argv[1] ?? 'mb', 'plugin', 'update', '--if-due']
  return {
    service: [
      '[Unit]',
      'Description=Look for newer versions of mb plugins',
      '',
      '[Service]',
      'Type=oneshot',
      ...(env['MB_HOME'] === undefined ? [] : [`Environment=${quoted(`MB_HOME=${home}`)}`]),
      `ExecStart=${words.map(quoted).join(' ')}`,
      '',
    ].join('\n'),
    timer: [
      '[Unit]',
      'Description=Look for newer versions of mb plugins',
      '',
      '[Timer]',
      'OnStartupSec=5min',
      'OnUnitActiveSec=1h',
      'RandomizedDelaySec=10min',
      '',
      '[Install]',
      'WantedBy=timers.target',
      '',
    ].join('\n'),
  }
}

/** One word of a unit: systemd.service(5) expands `%` and `$`, and splits at blanks. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w./:=@%$+-]+$/.test(plain) ? plain : JSON.stringify(plain)
}
