import { isAllowed, mechanism, perl, succeeds, type Mechanism } from '../mechanism.ts'
import { call } from '../system-calls.ts'

const ofX64 = process.arch === 'x64' ? undefined : 'only x64 has it'

const code = (bytes: string): string => `
  require DynaLoader; my $at = syscall(${call('mmap')}, 0, 4096, 7, 0x22, -1, 0); pipe(my $r, my $w); syswrite($w, pack("H*", "${bytes}"));
  sysread($r, my $x, 1) if 0; syscall(${process.arch === 'arm64' ? 63 : 0}, fileno $r, $at, ${bytes.length / 2});
  DynaLoader::dl_install_xsub("main::jump", $at); &main::jump()`

/** Parts of the kernel that its escapes came from. */
export function surface(): readonly Mechanism[] {
  return [
    mechanism(
      'set up io_uring',
      'seccomp',
      perl(`my $p = "\\0" x 120; ${succeeds('io_uring_setup', 1, '$p')}`),
      { feature: 'io_uring' },
    ),
    mechanism(
      'make a BPF map',
      'seccomp',
      perl(`my $a = pack("L5 x108", 2, 4, 8, 1, 0); ${succeeds('bpf', 0, '$a', 128)}`),
      { prefix: [], feature: 'BPF for this user' },
    ),
    mechanism(
      'load a BPF program',
      'seccomp',
      perl(`my $a = "\\0" x 128; ${isAllowed('bpf', 5, '$a', 128)}`),
      { variantOf: 'make a BPF map', feature: 'BPF for this user' },
    ),
    mechanism(
      'count events of the processor',
      'seccomp',
      perl(
        `my $a = pack("L2 Q3 Q x80", 1, 128, 1, 0, 0, 0) . ""; substr($a, 40, 8) = pack("Q", 1 << 5 | 1 << 6); ${isAllowed('perf_event_open', '$a', 0, -1, -1, 0)}`,
      ),
    ),
    mechanism(
      'compare objects of the kernel',
      'seccomp',
      perl(succeeds('kcmp', '$$ + 0', '$$ + 0', 1, 0, 0)),
    ),
    // What the filter compares are the numbers of one architecture.
    // getpid as a 32-bit program calls it, then exit_group(0) if it was answered.
    mechanism(
      'call the kernel as a 32-bit program',
      'seccomp',
      perl(code('b814000000cd8085c07e0931ffb8e70000000f05c3')),
      {
        skip: ofX64,
        killedBy: ['SIGSYS'],
        feature: '32-bit programs',
      },
    ),
    mechanism(
      'call the kernel by the numbers of x32',
      'seccomp',
      perl('exit 0 if syscall(0x40000000 | 39) > 0'),
      { skip: ofX64, feature: 'x32' },
    ),
    mechanism(
      'call what is newer than the filter',
      'seccomp',
      perl('for (470 .. 600) { $! = 0; syscall($_, -1, 0, 0, 0, 0, 0); exit 0 if $! != 38 }'),
      { feature: 'a kernel newer than the filter' },
    ),
  ]
}
