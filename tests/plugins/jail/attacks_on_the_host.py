"""Attacks that want to write, to go on running, to raise their limits, or to reach the kernel's less trodden parts."""

from tests.plugins.jail.attack import ANSWERS, CRASHED, FORBIDDEN, TIMED_OUT, Attack

DONE = "did it"
_NONE = "-1 & 0xFFFFFFFFFFFFFFFF"


def _does(name: str, expression: str, harm: str = DONE) -> Attack:
    """An act that is done when its call returns."""
    return Attack(name, f"def attack():\n    {expression}\n    return 'done'", harm=harm)


WRITING = (
    _does("write a file", "os.write(os.open(WORLD['folder'] + '/drop', os.O_CREAT | os.O_WRONLY), b'x')", "written"),
    _does("file without a name", "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)"),
    _does("truncate a file", "os.truncate(WORLD['folder'] + '/victim', 0)", "written"),
    _does("remove a file", "os.unlink(WORLD['folder'] + '/victim')", "written"),
    _does("rename a file", "os.rename(WORLD['folder'] + '/victim', WORLD['folder'] + '/drop')", "written"),
    _does("change a mode", "os.chmod(WORLD['folder'] + '/victim', 0)", ""),
    _does("make a folder", "os.mkdir(WORLD['folder'] + '/drop')", "written"),
    _does("make a link", "os.symlink('/etc/passwd', WORLD['folder'] + '/drop')", "written"),
    _does("make a pipe", "os.mkfifo(WORLD['folder'] + '/drop')", "written"),
    _does("fill shared memory", "os.open('/dev/shm/guantong-attack', os.O_CREAT | os.O_RDWR)", ""),
    _does("System V shared memory", "call('shmget', 0, 4096, 0o1600)", ""),
    _does("message queue", "call('mq_open', text(b'guantong-attack'), 0o100, 0o600, None)", ""),
    _does("file in memory", "call('memfd_create', text(b'x'), 0)"),
    _does(
        "program in memory",
        "number = os.memfd_create('x'); os.write(number, b'#!/bin/true'); os.execve(number, ['x'], {})",
        "",
    ),
    _does("change the folder", "os.chdir('/')"),
    _does("change the mask of files", "os.umask(0)"),
)

PROCESSES = (
    Attack(
        "daemon by double fork",
        """
        def attack():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.closerange(0, 20)
                    inside.zygote.select.select([], [], [], 60)
                os._exit(0)
            os.wait()
            return "done"
        """,
        harm="left running",
    ),
    Attack(
        "fork bomb",
        """
        def attack():
            while True:
                os.fork()
        """,
    ),
    Attack(
        "bomb of raw clones",
        """
        def attack():
            while True:
                LIBC.syscall(NUMBERS["clone"], 17, 0, 0, 0, 0)
        """,
    ),
    Attack("clone with clone3", "attack = lambda: call('clone3', text(bytes(88)), 88)"),
    Attack(
        "five hundred threads",
        """
        def attack():
            for _ in range(500):
                inside.modules.importlib._bootstrap._thread.start_new_thread(abs, (1,))
            return "done"
        """,
        harm=DONE,
    ),
    _does("run a program", "os.execve('/bin/true', ['true'], {})", ""),
    _does("run a program by handle", "call('execveat', 3, text(b''), None, None, 0x1000)", ""),
    _does("spawn a program", "os.posix_spawn('/bin/true', ['true'], {})"),
    _does("run a shell", "os.system('true')"),
    _does("session of its own", "os.setsid()", ""),
    _does("signal to the zygote", "os.kill(os.getppid(), 0)"),
    _does("signal to the host", "os.kill(WORLD['host'], 0)"),
    _does("end the zygote", "os.kill(os.getppid(), 9)", ""),
    _does("signal to everybody", "os.kill(-1, 0)", ""),
    _does("signal to a thread", "call('tgkill', WORLD['host'], WORLD['host'], 0)"),
    _does("signal with a value", "call('rt_sigqueueinfo', WORLD['host'], 10, text(128))", ""),
    _does("stop itself", "os.kill(os.getpid(), 19)", ""),
    _does("outlive the zygote", "call('prctl', 1, 0, 0, 0, 0)"),
    _does("timer", "call('timer_create', 1, None, text(8))"),
    _does("alarm", "inside.zygote.signal.alarm(60)"),
    _does("take a signal", "inside.zygote.signal.signal(24, inside.zygote.signal.SIG_IGN)"),
    _does("priority", "os.setpriority(os.PRIO_PROCESS, 0, 19)"),
    _does("processors", "os.sched_setaffinity(0, os.sched_getaffinity(0))"),
)

LIMITS = (
    _does("raise its own memory", "inside.locking.resource.setrlimit(9, (-1, -1))"),
    _does("raise its own processes", "call('prlimit64', 0, 6, (ctypes.c_ulong * 2)(99, 99), None)"),
    _does("read a limit of the host", "call('prlimit64', WORLD['host'], 7, None, text(16))"),
    _does("become root", "os.setuid(0)", ""),
    _does("capabilities", "inside.kernel.drop_capabilities()"),
    _does("another user namespace", "call('unshare', 0x10000000)"),
    _does("the host's namespace", "call('setns', 3, 0)", ""),
    _does("mount", "call('mount', text(b'none'), text(b'/nowhere'), text(b'tmpfs'), 0, None)", ""),
    _does("change the root", "os.chroot('/')", ""),
    _does("device control", "call('ioctl', 4, 0x5412, text(b'x'))", ""),
    _does("io_uring", "call('io_uring_setup', 4, text(128))", ""),
    _does("kernel program", "call('bpf', 0, text(128), 128)", ""),
    _does("kernel module", "call('init_module', text(8), 8, text(1))", ""),
    _does("keyring of the kernel", "call('keyctl', 0, -3 & 0xFFFFFFFF, 0)", ""),
    _does("add a key", "call('add_key', text(b'user'), text(b'x'), text(b'x'), 1, -3 & 0xFFFFFFFF)", ""),
    _does("page faults", "call('userfaultfd', 1)", ""),
    _does("performance counters", f"call('perf_event_open', text(128), 0, {_NONE}, {_NONE}, 0)", ""),
    _does("watch all files", "call('fanotify_init', 0, 0)", ""),
    _does("another filter", "call('seccomp', 1, 0, None)", ""),
    _does("Landlock of its own", "call('landlock_create_ruleset', None, 0, 1)"),
    _does("calls of the x32 table", "LIBC.syscall(0x40000000 + NUMBERS['read'], 0, None, 0)", ""),
    _does("a number that no call has", "LIBC.syscall(100000)", DONE),
    _does("memory that runs", f"call('mmap', 0, 4096, 7, 0x22, {_NONE}, 0)"),
    _does("make memory run", f"place = call('mmap', 0, 4096, 3, 0x22, {_NONE}, 0); call('mprotect', place, 4096, 5)"),
    Attack(
        "native code by a callback",
        """
        def attack():
            kind = ctypes.CFUNCTYPE(ctypes.c_int)
            return "done" if kind(lambda: 7)() == 7 else ""
        """,
        ends=FORBIDDEN | CRASHED,
    ),
    Attack(
        "native code from data", "attack = lambda: ctypes.CFUNCTYPE(None)(ctypes.addressof(text(b'\\xc3')))()", CRASHED
    ),
    Attack("null pointer", "attack = lambda: ctypes.string_at(1)", CRASHED),
    Attack(
        "byte code of its own",
        """
        def attack():
            code = (lambda: None).__code__.replace(co_code=bytes([151, 0, 100, 255, 83, 0]) * 4, co_consts=())
            type(attack)(code, {})()
            return ""
        """,
        CRASHED | ANSWERS,
    ),
    Attack("sleep in the C library", "attack = lambda: LIBC.usleep(10_000_000)", FORBIDDEN),
    Attack(
        "wait for ever",
        """
        def attack():
            word = ctypes.c_uint32(0)
            LIBC.syscall(NUMBERS["futex"], ctypes.byref(word), 0, 0, None, None, 0)
        """,
        TIMED_OUT,
        lasts=True,
    ),
)
