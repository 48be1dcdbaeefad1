/** Shells that a script can be printed for. */
export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell'

const bash = `# bash completion of mb: mb completion bash
_mb_complete() {
  local IFS=$'\\n' files line
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  {
    read -r files || return
    while read -r line; do COMPREPLY+=("\${line%%$'\\t'*}"); done
  } < <("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null)
  case $files in
    file) compopt -o default 2>/dev/null ;;
    dir) compopt -o dirnames 2>/dev/null ;;
  esac
}
complete -F _mb_complete mb milkbottle
`

const zsh = `#compdef mb milkbottle
# zsh completion of mb: mb completion zsh
_mb() {
  local files line
  local -a candidates
  while IFS= read -r line; do
    if [[ -z $files ]]; then
      files=$line
    else
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  case $files in
    file) _files ;;
    dir) _files -/ ;;
    *) (( $#candidates )) && _describe mb candidates ;;
  esac
}
if [[ $funcstack[1] == _mb ]]; then _mb "$@"; else compdef _mb mb milkbottle; fi
`

const fish = `# fish completion of mb: mb completion fish
function __mb_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    switch "$lines[1]"
        case file
            __fish_complete_path (commandline -ct)
        case dir
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $lines[2..-1]
    end
end
complete -c mb -f -a '(__mb_complete)'
complete -c milkbottle -f -a '(__mb_complete)'
`

const powershell = `# PowerShell completion of mb: mb completion powershell
Register-ArgumentCompleter -Native -CommandName mb, milkbottle -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $program = $words[0]
    $rest = @($words | Select-Object -Skip 1)
    if ($wordToComplete -eq '') { $rest += '' }
    $lines = @(& $program __complete @rest 2>$null)
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $word, $summary = $_ -split "\`t", 2
        if (-not $summary) { $summary = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $summary)
    }
}
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell }

/** The shells, in the order that help lists them. */
export const shells: readonly Shell[] = ['bash', 'zsh', 'fish', 'powershell']

/** Whether a script can be printed for it. */
export function isShell(name: string): name is Shell {
  return shells.some((shell) => shell === name)
}

/** The script that makes a shell ask `mb` what could stand at the cursor. */
export function completionScript(shell: Shell): string {
  return scripts[shell]
}
