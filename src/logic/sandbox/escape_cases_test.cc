// Attempts to reach what lies outside; see attack_cases.h.

#include "logic/sandbox/attack_cases.h"

namespace genkai::logic {

using enum SandboxBound;
using enum Outside;

const std::vector<Attack> kEscapes = {
    // files
    {"read_accounts", none, escapes, "attempt(lambda: open('/etc/passwd').read())"},
    {"read_shadow", none, not_tried, "attempt(lambda: open('/etc/shadow').read())"},
    {"read_home", none, not_tried,
     "attempt(lambda: os.listdir('/root'))\nattempt(lambda: os.listdir('/home'))"},
    {"climb_out", none, escapes, "attempt(lambda: open('../../../../../../../../../../../../../../../../etc/passwd').read())"},
    {"symlink_out", none, escapes, R"(
path = '/tmp/genkai-link-%d-%d' % (PARENT, os.getpid())
os.symlink('/etc/passwd', path)
try: attempt(lambda: open(path).read())
finally: os.unlink(path)
)"},
    {"hard_link_out", none, not_tried, "attempt(lambda: os.link(sys.executable, '/tmp/python'))"},
    {"write_root", none, not_tried, "attempt(lambda: open('/genkai-escaped', 'w'))"},
    {"write_library", none, not_tried, "attempt(lambda: open(os.__file__, 'a'))"},
    {"write_interpreter", none, not_tried,
     "attempt(lambda: open(os.path.realpath('/usr/bin/python3') if "
     "os.path.exists('/usr/bin/python3') else sys.executable, 'r+b'))"},
    {"remove_library", none, not_tried, "attempt(lambda: os.unlink(os.__file__))"},
    {"write_device_folder", none, not_tried, "attempt(lambda: open('/dev/genkai', 'w'))"},
    {"make_device", none, not_tried, "attempt(lambda: os.mknod('/tmp/mem', 0o20666, os.makedev(1, 1)))"},
    {"device_memory", none, not_tried, "attempt(lambda: open('/dev/mem', 'rb'))"},
    {"device_kernel_log", none, not_tried, "attempt(lambda: open('/dev/kmsg', 'rb'))"},
    {"device_terminal", none, not_tried,
     "attempt(lambda: open('/dev/tty', 'w'))\nattempt(lambda: open('/dev/ptmx'))"},
    {"shared_memory", none, escapes, R"(
attempt(lambda: open('/dev/shm/genkai-%d-%d' % (PARENT, os.getpid()), 'w').close())
try: os.unlink('/dev/shm/genkai-%d-%d' % (PARENT, os.getpid()))
except OSError: pass
)"},
    {"bytes_of_the_host", none, escapes, "attempt(lambda: os.stat('/tmp/' + SECRET_FILE))"},
    {"change_owner", none, not_tried, "open('/tmp/x', 'w')\nattempt(lambda: os.chown('/tmp/x', 0, 0))"},
    // the process table and the kernel's files
    {"proc_of_init", none, escapes, "attempt(lambda: open('/proc/1/cmdline').read())"},
    {"proc_of_self", none, escapes, "attempt(lambda: open('/proc/self/status').read())"},
    {"proc_root_of_parent", none, not_tried, "attempt(lambda: os.listdir('/proc/%d/root' % os.getppid()))"},
    {"proc_settings", none, not_tried,
     "attempt(lambda: open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x'))"},
    {"sys_files", none, escapes, "attempt(lambda: os.listdir('/sys/kernel'))"},
    {"control_groups", none, not_tried, "attempt(lambda: open('/sys/fs/cgroup/release_agent', 'w'))"},
    {"signal_to_parent", none, escapes, "attempt(lambda: os.kill(PARENT, 0))"},
    {"kill_everybody", none, not_tried, "attempt(lambda: os.kill(-1, 9))"},
    {"kill_waiting_process", none, not_tried, R"(
print('ESCAPED' if os.getppid() != 0 else 'HELD')
os.kill(1, 9)
)"},
    // what the starting program has
    {"environment", none, escapes, "print('ESCAPED' if 'GENKAI_ATTACK_SECRET' in os.environ else 'HELD')"},
    {"environment_by_c", none, escapes, R"(
import ctypes
getenv = ctypes.CDLL(None).getenv
getenv.restype = ctypes.c_char_p
print('ESCAPED' if getenv(b'GENKAI_ATTACK_SECRET') else 'HELD')
)"},
    {"inherited_descriptors", none, escapes, R"(
seen = []
for fd in range(5, 1024):
    try: os.fstat(fd); seen.append(fd)
    except OSError: pass
print('ESCAPED' if seen else 'HELD', seen)
)"},
    {"rewrite_own_input", none, not_tried,
     "attempt(lambda: os.write(0, b'x'))\nattempt(lambda: os.ftruncate(0, 1 << 20))"},
    {"host_name", none, escapes, "print('HELD' if os.uname().nodename == 'sandbox' else 'ESCAPED')"},
    {"user_and_groups", none, not_tried,
     "print('HELD' if (os.getuid(), os.geteuid(), os.getgid()) == (65534,) * 3 and not "
     "set(os.getgroups()) - {65534} else 'ESCAPED')"},
    // the network
    {"tcp", none, escapes,
     "import socket\nattempt(lambda: socket.create_connection(('127.0.0.1', SECRET_PORT)))"},
    {"udp", none, escapes,
     "import socket\nattempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))"},
    {"ipv6", none, not_tried,
     "import socket\nattempt(lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM))"},
    {"raw_socket", none, not_tried,
     "import socket\nattempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))"},
    {"packet_socket", none, not_tried,
     "import socket\nattempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))"},
    {"netlink", none, escapes,
     "import socket\nattempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))"},
    {"kernel_crypto", none, not_tried,
     "import socket\nattempt(lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))"},
    {"vsock", none, not_tried,
     "import socket\nattempt(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))"},
    {"abstract_socket", none, escapes, R"(
import socket
attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect('\0' + SECRET_NAME))
)"},
    {"socket_pair", none, escapes, "import socket\nattempt(lambda: socket.socketpair())"},
    {"name_server", none, not_tried, "import socket\nattempt(lambda: socket.getaddrinfo('example.com', 80))"},
    // other programs
    {"fork", processes, escapes, "if os.fork() == 0: os._exit(0)\nprint('ESCAPED')"},
    {"subprocess", processes, escapes,
     "import subprocess\nprint(subprocess.run(['/bin/sh', '-c', 'echo ESCAPED'], "
     "capture_output=True, text=True).stdout)"},
    {"system", none, escapes, "print('ESCAPED' if os.system('true') == 0 else 'HELD')"},
    {"system_by_c", none, escapes,
     "import ctypes\nprint('ESCAPED' if ctypes.CDLL(None).system(b'true') == 0 else 'HELD')"},
    {"spawn", none, escapes, R"(
try: os.posix_spawn('/bin/sh', ['sh', '-c', 'true'], {}); print('ESCAPED')
except OSError as error: print('HELD', error)
)"},
    {"exec_shell", none, escapes, "attempt(lambda: os.execv('/bin/sh', ['sh', '-c', 'echo ESCAPED']))"},
    {"daemon", processes, not_tried, R"(
import time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
print('ESCAPED')
)"},
    // A program of its own is confined like python3 itself.
    {"exec_own_program", none, not_tried, R"(
import shutil
shutil.copyfile(os.path.realpath(sys.executable), '/tmp/mine')
os.chmod('/tmp/mine', 0o6755)
os.execv('/tmp/mine', ['mine', '-I', '-S', '-c', '''
import os, socket
for name, action in (('file', lambda: open('/etc/passwd')), ('socket', lambda: socket.socket()), ('fork', os.fork),
                     ('root', lambda: os.setuid(0)), ('write', lambda: open('/x', 'w'))):
    try: action(); print('ESCAPED', name)
    except OSError as error: print('HELD', name, error)
'''])
)"},
    {"load_own_library", none, not_tried, R"(
import ctypes
open('/tmp/evil.so', 'wb').write(b'\x7fELF' + b'\0' * 60)
attempt(lambda: ctypes.CDLL('/tmp/evil.so'))
)"},
    // rights
    {"become_root", none, not_tried, "attempt(lambda: os.setuid(0))\nattempt(lambda: os.setresgid(0, 0, 0))"},
    {"become_another", none, not_tried,
     "attempt(lambda: os.setreuid(1000, 1000))\nattempt(lambda: os.setgroups([0]))"},
    {"new_session", none, not_tried, "attempt(lambda: os.setsid())"},
    {"raise_memory_limit", none, not_tried,
     "import resource\nattempt(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))"},
    {"raise_process_limit", none, not_tried,
     "import resource\nattempt(lambda: resource.setrlimit(resource.RLIMIT_NPROC, (999, 999)))"},
    {"raise_priority", none, not_tried, "attempt(lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))"},
    {"real_time", none, not_tried,
     "attempt(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))"},
    {"choose_processors", none, escapes, "attempt(lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)))"},
    {"other_address_layout", none, escapes, "call('personality', 0xffffffff)"},
    {"get_capabilities", none, not_tried, "call('capset', 0, 0)"},
    {"stay_alive_alone", none, escapes, "call('prctl', 1, 0, 0, 0, 0)"},  // PR_SET_PDEATHSIG
    {"lock_memory", none, not_tried, "call('mlockall', 3)"},
    {"limits_of_others", none, not_tried, "call('prlimit64', 1, 7, 0, 0)"},
    {"watch_files", none, escapes, "call('inotify_init1', 0)"},
    {"unknown_call", none, not_tried, "NR['none'] = 1000\ncall('none')"},
    {"new_clone", none, not_tried, "call('clone3', 0, 0)"},
    // doors that kill
    {"terminal_injection", forbidden, not_tried,
     "import fcntl\nfcntl.ioctl(0, 0x5412, b'x')\nprint('ESCAPED')"},
    {"clone_user_namespace", forbidden, not_tried, "call('clone', 0x10000000 | 17, 0, 0, 0, 0)"},
    {"clone_network_namespace", forbidden, not_tried, "call('clone', 0x40000000 | 17, 0, 0, 0, 0)"},
    {"change_root", forbidden, not_tried, "os.chroot('/tmp')\nprint('ESCAPED')"},
    {"set_clock", forbidden, not_tried,
     "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)\nprint('ESCAPED')"},
    {"nameless_program", forbidden, escapes, "os.memfd_create('x')\nprint('ESCAPED')"},
#if defined(__x86_64__)
    {"call_of_32_bit", forbidden, not_tried, R"(
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(b'\xb8\x14\x00\x00\x00\xcd\x80\xc3')  # mov eax, 20 (getpid); int 0x80; ret
print('ESCAPED', ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())
)"},
    {"call_of_x32", forbidden, not_tried, "NR['x32'] = 0x40000000 + 39\ncall('x32')"},
#endif
};

const std::vector<const char*> kDeadlyCalls = {
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kcmp",
    "pidfd_open",
    "pidfd_getfd",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "fsopen",
    "unshare",
    "setns",
    "keyctl",
    "add_key",
    "request_key",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "kexec_load",
    "init_module",
    "finit_module",
    "delete_module",
    "reboot",
    "swapon",
    "open_by_handle_at",
    "name_to_handle_at",
    "acct",
    "quotactl",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "syslog",
    "vhangup",
    "sethostname",
    "memfd_create",
    "memfd_secret",
    "execveat",
    "seccomp",
    "fanotify_init",
    "vmsplice",
    "splice",
    "mbind",
    "move_pages",
    "shmget",
    "msgget",
    "semget",
    "mq_open",
    "process_madvise",
    "io_setup",
};

}  // namespace genkai::logic
