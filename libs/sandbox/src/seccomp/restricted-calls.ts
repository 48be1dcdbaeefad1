import type { DeniedCalls, KnownNumbers, Numbers } from './system-calls.ts'

/**
 * What a program may not do either where no namespace keeps it apart from the host, by the reason. Landlock answers for what is
 * opened, and from Linux 6.12 on for signals; the rest has to be closed here.
 */
export const restrictedCalls: DeniedCalls = {
  // No namespace holds a network of its own: whatever a socket reaches is the host's.
  'the network of the host': {
    answer: 'EPERM',
    calls: {
      socket: [41, 198],
      connect: [42, 203],
      bind: [49, 200],
      listen: [50, 201],
      accept: [43, 202],
      accept4: [288, 242],
    },
  },
  // Landlock looks at what is opened. The rights, owners and times of a file are changed by its name alone.
  'what is told about files': {
    answer: 'EPERM',
    calls: {
      chmod: [90, undefined],
      fchmod: [91, 52],
      fchmodat: [268, 53],
      fchmodat2: [452, 452],
      chown: [92, undefined],
      fchown: [93, 55],
      lchown: [94, undefined],
      fchownat: [260, 54],
      utime: [132, undefined],
      utimes: [235, undefined],
      futimesat: [261, undefined],
      file_setattr: [469, 469],
    },
  },
  // They may hold anything, and are read by name. Programs know of file systems that have none.
  'extended attributes': {
    answer: 'ENOTSUP',
    calls: {
      setxattr: [188, 5],
      lsetxattr: [189, 6],
      fsetxattr: [190, 7],
      getxattr: [191, 8],
      lgetxattr: [192, 9],
      fgetxattr: [193, 10],
      listxattr: [194, 11],
      llistxattr: [195, 12],
      flistxattr: [196, 13],
      removexattr: [197, 14],
      lremovexattr: [198, 15],
      fremovexattr: [199, 16],
      setxattrat: [463, 463],
      getxattrat: [464, 464],
      listxattrat: [465, 465],
      removexattrat: [466, 466],
    },
  },
  // They tell the names of files in folders that cannot be listed, and the mounts of the host.
  'watching the host': {
    answer: 'ENOSYS',
    calls: {
      inotify_init: [253, undefined],
      inotify_init1: [294, 26],
      inotify_add_watch: [254, 27],
      statmount: [457, 457],
      listmount: [458, 458],
    },
  },
  'processes of the host': {
    answer: 'EPERM',
    calls: { pidfd_open: [434, 434], process_mrelease: [448, 448] },
  },
  // What is there already is known by small numbers.
  'shared memory and queues of the host': {
    answer: 'EPERM',
    calls: {
      shmat: [30, 196],
      shmctl: [31, 195],
      msgsnd: [69, 189],
      msgrcv: [70, 188],
      msgctl: [71, 187],
      semop: [65, 193],
      semctl: [66, 191],
      semtimedop: [220, 192],
      mq_open: [240, 180],
      mq_unlink: [241, 181],
    },
  },
}

/** Calls by which a process signals others, where Landlock does not keep it from that. */
export const signalCalls: Readonly<Record<string, Numbers>> = {
  tkill: [200, 130],
  tgkill: [234, 131],
  rt_sigqueueinfo: [129, 138],
  rt_tgsigqueueinfo: [297, 240],
  pidfd_send_signal: [424, 424],
}

/** Calls that are judged by an argument. */
export const restrictedJudged: Readonly<
  Record<
    | 'kill'
    | 'fcntl'
    | 'ioctl'
    | 'sendto'
    | 'utimensat'
    | 'setpriority'
    | 'ioprio_set'
    | 'sched_setaffinity'
    | 'sched_setscheduler'
    | 'sched_setparam'
    | 'sched_setattr'
    | 'prlimit64',
    KnownNumbers
  >
> = {
  kill: [62, 129],
  fcntl: [72, 25],
  ioctl: [16, 29],
  sendto: [44, 206],
  utimensat: [280, 88],
  setpriority: [141, 140],
  ioprio_set: [251, 30],
  sched_setaffinity: [203, 122],
  sched_setscheduler: [144, 119],
  sched_setparam: [142, 118],
  sched_setattr: [314, 274],
  prlimit64: [302, 261],
}
