import { join } from 'node:path'
import { mechanism, shell, type Mechanism, type Targets } from '../mechanism.ts'

/** Commands that a person may well permit, with arguments of somebody else. */
export function permittedCommands({
  base,
  canary,
  writable,
  granted,
}: Targets): readonly Mechanism[] {
  const name = 'have a permitted command write'
  const runs = 'have a permitted command run another'
  const outside = (file: string): string => join(base, file)
  const git = ['/usr/bin/git', '-C', join(granted, 'repository')]
  return [
    mechanism(
      name,
      'filesystem',
      shell('sort -o "$1" /dev/null 2>/dev/null; exit 1', outside('sorted')),
      { trace: outside('sorted') },
    ),
    mechanism(
      'have git write its log',
      'filesystem',
      [...git, 'log', '-1', `--output=${outside('log')}`],
      { trace: outside('log'), variantOf: name },
    ),
    mechanism(
      'have sed write',
      'filesystem',
      shell('echo x | sed "w $1" >/dev/null 2>&1; exit 1', outside('sed')),
      { trace: outside('sed'), variantOf: name },
    ),
    mechanism(
      'have tar unpack elsewhere',
      'filesystem',
      shell(
        'cd "$2" && echo x > packed && tar -cf packed.tar packed && tar -xf packed.tar -C "${1%/*}" --transform "s/packed/unpacked/" 2>/dev/null; rm -f packed packed.tar; exit 1',
        outside('unpacked'),
        writable,
      ),
      { trace: outside('unpacked'), variantOf: name },
    ),
    mechanism(
      runs,
      'filesystem',
      shell(
        'cd "$2" && tar -cf /dev/null --checkpoint=1 --checkpoint-action=exec="grep -q canary $1 && touch $2/told" . 2>/dev/null; [ -e "$2/told" ] && rm -f "$2/told" && exit 0; exit 1',
        canary,
        writable,
      ),
    ),
    mechanism(
      'have find run another',
      'filesystem',
      shell(
        'found=$(find /dev/null -exec cat "$1" ";" 2>/dev/null); [ "$found" = canary ] && exit 0; exit 1',
        canary,
      ),
      { variantOf: runs },
    ),
    mechanism(
      'have git run another',
      'filesystem',
      shell(
        'found=$(git -c "alias.show-it=!cat $1" show-it 2>/dev/null); [ "$found" = canary ] && exit 0; exit 1',
        canary,
      ),
      { variantOf: runs },
    ),
    mechanism(
      'have awk read',
      'filesystem',
      shell(
        'found=$(awk "{ print }" "$1" 2>/dev/null); [ "$found" = canary ] && exit 0; exit 1',
        canary,
      ),
      { variantOf: runs },
    ),
    mechanism(
      'run a program that was planted on the path',
      'filesystem',
      shell(
        'mkdir -p "$2/bin"; printf "#!/bin/sh\\ngrep canary %s" "$1" > "$2/bin/ls"; chmod +x "$2/bin/ls"; [ "$(PATH="$2/bin:$PATH" ls 2>/dev/null)" = canary ] && exit 0; exit 1',
        canary,
        writable,
      ),
    ),
  ]
}
