/** System calls that the attacks make. */
export type CallName =
  | 'acct'
  | 'add_key'
  | 'bpf'
  | 'capset'
  | 'chmod'
  | 'chroot'
  | 'clone'
  | 'clone3'
  | 'close_range'
  | 'copy_file_range'
  | 'delete_module'
  | 'fanotify_init'
  | 'fchdir'
  | 'fchmodat'
  | 'fchmodat2'
  | 'fsconfig'
  | 'fsmount'
  | 'fsopen'
  | 'init_module'
  | 'io_uring_setup'
  | 'ioperm'
  | 'ioprio_get'
  | 'ioprio_set'
  | 'kcmp'
  | 'keyctl'
  | 'linkat'
  | 'memfd_create'
  | 'mknodat'
  | 'mmap'
  | 'modify_ldt'
  | 'mount'
  | 'mount_setattr'
  | 'move_mount'
  | 'move_pages'
  | 'msgget'
  | 'name_to_handle_at'
  | 'open_by_handle_at'
  | 'open_tree'
  | 'openat'
  | 'openat2'
  | 'perf_event_open'
  | 'personality'
  | 'pidfd_getfd'
  | 'pidfd_open'
  | 'pidfd_send_signal'
  | 'pivot_root'
  | 'prctl'
  | 'prlimit64'
  | 'process_madvise'
  | 'process_vm_readv'
  | 'process_vm_writev'
  | 'ptrace'
  | 'quotactl'
  | 'reboot'
  | 'renameat2'
  | 'request_key'
  | 'rt_sigqueueinfo'
  | 'sched_setaffinity'
  | 'sched_setscheduler'
  | 'semget'
  | 'sendfile'
  | 'sethostname'
  | 'setns'
  | 'setsid'
  | 'settimeofday'
  | 'setxattr'
  | 'shmget'
  | 'splice'
  | 'swapoff'
  | 'symlinkat'
  | 'syslog'
  | 'tgkill'
  | 'truncate'
  | 'umount2'
  | 'unshare'
  | 'userfaultfd'
  | 'vmsplice'

/** The number of a system call on this processor; where there is none it is one that no kernel has. */
export function call(name: CallName): number {
  return calls[name][process.arch === 'arm64' ? 1 : 0] ?? 100_000
}

// asm/unistd_64.h, asm-generic/unistd.h
const calls: Readonly<Record<CallName, readonly [x64: number, arm64: number | undefined]>> = {
  acct: [163, 89],
  add_key: [248, 217],
  bpf: [321, 280],
  capset: [126, 91],
  chmod: [90, undefined],
  chroot: [161, 51],
  clone: [56, 220],
  clone3: [435, 435],
  close_range: [436, 436],
  copy_file_range: [326, 285],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  fchdir: [81, 50],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  init_module: [175, 105],
  io_uring_setup: [425, 425],
  ioperm: [173, undefined],
  ioprio_get: [252, 31],
  ioprio_set: [251, 30],
  kcmp: [312, 272],
  keyctl: [250, 219],
  linkat: [265, 37],
  memfd_create: [319, 279],
  mknodat: [259, 33],
  mmap: [9, 222],
  modify_ldt: [154, undefined],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  msgget: [68, 186],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  openat: [257, 56],
  openat2: [437, 437],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pidfd_open: [434, 434],
  pidfd_send_signal: [424, 424],
  pivot_root: [155, 41],
  prctl: [157, 167],
  prlimit64: [302, 261],
  process_madvise: [440, 440],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  reboot: [169, 142],
  renameat2: [316, 276],
  request_key: [249, 218],
  rt_sigqueueinfo: [129, 138],
  sched_setaffinity: [203, 122],
  sched_setscheduler: [144, 119],
  semget: [64, 190],
  sendfile: [40, 71],
  sethostname: [170, 161],
  setns: [308, 268],
  setsid: [112, 157],
  settimeofday: [164, 170],
  setxattr: [188, 5],
  shmget: [29, 194],
  splice: [275, 76],
  swapoff: [168, 225],
  symlinkat: [266, 36],
  syslog: [103, 116],
  tgkill: [234, 131],
  truncate: [76, 45],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  vmsplice: [278, 75],
}
