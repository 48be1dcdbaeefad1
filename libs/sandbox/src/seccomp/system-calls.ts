/** A processor that the filter is built for. */
export type Architecture = 'x64' | 'arm64'

/** Numbers of one system call, undefined where the processor has none (asm/unistd_64.h, asm-generic/unistd.h). */
export type Numbers = readonly [x64: number | undefined, arm64: number | undefined]

/** Numbers of a call that both processors have. */
export type KnownNumbers = readonly [x64: number, arm64: number]

/** What the kernel answers to a denied call: as if it were forbidden, the kernel older, or the file system without it. */
export type Denial = 'EPERM' | 'ENOSYS' | 'ENOTSUP'

/** Lists of calls, by the reason why they are denied. */
export type DeniedCalls = Readonly<
  Record<string, { readonly answer: Denial; readonly calls: Readonly<Record<string, Numbers>> }>
>

/**
 * System calls that no program inside may make, by the reason.
 *
 * A list of what is denied, not of what is allowed: programs of any language run, and what is left needs rights that
 * the namespaces and dropped capabilities take away. Calls newer than the list are denied as a whole.
 */
export const deniedCalls: DeniedCalls = {
  'reach into other processes': {
    answer: 'EPERM',
    calls: {
      ptrace: [101, 117],
      process_vm_readv: [310, 270],
      process_vm_writev: [311, 271],
      process_madvise: [440, 440],
      pidfd_getfd: [438, 438],
      kcmp: [312, 272],
      perf_event_open: [298, 241],
    },
  },
  'namespaces and mounts': {
    answer: 'EPERM',
    calls: {
      unshare: [272, 97],
      setns: [308, 268],
      mount: [165, 40],
      umount2: [166, 39],
      pivot_root: [155, 41],
      chroot: [161, 51],
      open_tree: [428, 428],
      open_tree_attr: [467, 467],
      move_mount: [429, 429],
      fsopen: [430, 430],
      fsconfig: [431, 431],
      fsmount: [432, 432],
      fspick: [433, 433],
      mount_setattr: [442, 442],
      // A handle names a file without a path, past every mount.
      open_by_handle_at: [304, 265],
      name_to_handle_at: [303, 264],
      fanotify_init: [300, 262],
      quotactl: [179, 60],
      quotactl_fd: [443, 443],
      swapon: [167, 224],
      swapoff: [168, 225],
    },
  },
  // Keyrings are not namespaced: a key of the session would be readable.
  'keys of the host': {
    answer: 'EPERM',
    calls: { keyctl: [250, 219], add_key: [248, 217], request_key: [249, 218] },
  },
  // Large and young parts of the kernel, and where its escapes come from.
  'attack surface': {
    answer: 'EPERM',
    calls: {
      bpf: [321, 280],
      io_uring_enter: [426, 426],
      io_uring_register: [427, 427],
      userfaultfd: [323, 282],
      vmsplice: [278, 75],
      move_pages: [279, 239],
      migrate_pages: [256, 238],
      mbind: [237, 235],
      modify_ldt: [154, undefined],
      vhangup: [153, 58],
      lookup_dcookie: [212, 18],
      uselib: [134, undefined],
      ustat: [136, undefined],
      sysfs: [139, undefined],
      _sysctl: [156, undefined],
      nfsservctl: [180, 42],
      lsm_set_self_attr: [460, 460],
    },
  },
  'the machine itself': {
    answer: 'EPERM',
    calls: {
      kexec_load: [246, 104],
      kexec_file_load: [320, 294],
      init_module: [175, 105],
      finit_module: [313, 273],
      delete_module: [176, 106],
      create_module: [174, undefined],
      query_module: [178, undefined],
      reboot: [169, 142],
      acct: [163, 89],
      syslog: [103, 116],
      settimeofday: [164, 170],
      clock_settime: [227, 112],
      clock_adjtime: [305, 266],
      adjtimex: [159, 171],
      sethostname: [170, 161],
      setdomainname: [171, 162],
      iopl: [172, undefined],
      ioperm: [173, undefined],
    },
  },
  // Memory that belongs to no process, which no watchdog on processes sees. Programs have another way for each.
  'memory that nobody counts': {
    answer: 'ENOSYS',
    calls: {
      memfd_create: [319, 279],
      memfd_secret: [447, 447],
      shmget: [29, 194],
      msgget: [68, 186],
      semget: [64, 190],
    },
  },
  // What goes through such a ring passes no filter. Node tries for one at each start, in good faith: it is no evidence against a program.
  'calls by a ring in memory': { answer: 'ENOSYS', calls: { io_uring_setup: [425, 425] } },
  // What it is asked for lies in memory, where a filter cannot look; libraries then call openat, which it can judge.
  'open with a hidden mode': { answer: 'ENOSYS', calls: { openat2: [437, 437] } },
  // Its flags lie in memory, too; libraries then call clone.
  'clone with hidden flags': { answer: 'ENOSYS', calls: { clone3: [435, 435] } },
}

/** Calls that are judged by an argument. */
export const judgedCalls: Readonly<
  Record<
    | 'clone'
    | 'socket'
    | 'socketpair'
    | 'ioctl'
    | 'personality'
    | 'chmod'
    | 'fchmod'
    | 'fchmodat'
    | 'fchmodat2'
    | 'creat'
    | 'open'
    | 'openat'
    | 'mknod'
    | 'mknodat',
    Numbers
  >
> = {
  clone: [56, 220],
  socket: [41, 198],
  socketpair: [53, 199],
  ioctl: [16, 29],
  personality: [135, 92],
  chmod: [90, undefined],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  creat: [85, undefined],
  open: [2, undefined],
  openat: [257, 56],
  mknod: [133, undefined],
  mknodat: [259, 33],
}

/** Calls that the loader makes, in the order in which it is told their numbers. */
export const loaderCalls: Readonly<
  Record<
    | 'keyctl'
    | 'prlimit64'
    | 'close_range'
    | 'memfd_create'
    | 'prctl'
    | 'wait4'
    | 'rt_sigprocmask'
    | 'rt_sigtimedwait',
    KnownNumbers
  >
> = {
  keyctl: [250, 219],
  prlimit64: [302, 261],
  close_range: [436, 436],
  memfd_create: [319, 279],
  prctl: [157, 167],
  wait4: [61, 260],
  rt_sigprocmask: [14, 135],
  rt_sigtimedwait: [128, 137],
}

/** Calls that build a jail from namespaces. */
export const builderCalls: Readonly<
  Record<
    | 'unshare'
    | 'prctl'
    | 'setsid'
    | 'sethostname'
    | 'mount'
    | 'umount2'
    | 'pivot_root'
    | 'mount_setattr'
    | 'seccomp'
    | 'ppoll'
    | 'rt_sigprocmask'
    | 'unlinkat'
    | 'capset',
    KnownNumbers
  >
> = {
  unshare: [272, 97],
  prctl: [157, 167],
  setsid: [112, 157],
  sethostname: [170, 161],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  mount_setattr: [442, 442],
  seccomp: [317, 277],
  ppoll: [271, 73],
  rt_sigprocmask: [14, 135],
  unlinkat: [263, 35],
  capset: [126, 91],
}

/** Calls that open a doorway, in the order in which it is told their numbers. */
export const doorwayCalls: Readonly<Record<'setns' | 'sendmsg', KnownNumbers>> = {
  setns: [308, 268],
  sendmsg: [46, 211],
}

/** The newest call that this list was drawn up with: file_setattr of Linux 6.17. */
export const newestCall = 469

/** The number of a call on a processor. */
export function callNumber(numbers: KnownNumbers, architecture: Architecture): number
export function callNumber(numbers: Numbers, architecture: Architecture): number | undefined
export function callNumber(numbers: Numbers, architecture: Architecture): number | undefined {
  return architecture === 'x64' ? numbers[0] : numbers[1]
}

/** This machine's processor; undefined where there is no filter for it. */
export function thisArchitecture(): Architecture | undefined {
  return process.arch === 'x64' || process.arch === 'arm64' ? process.arch : undefined
}
