// Attempts to use up what the machine has, or to outlive a limit; see attack_cases.h.

#include "logic/sandbox/attack_cases.h"

namespace genkai::logic {

using enum SandboxBound;
using enum Outside;

const std::vector<Attack> kExhaustions = {
    // time
    {"endless_loop", time, not_tried, "while True: pass"},
    {"sleep", time, not_tried, "import time\ntime.sleep(600)\nprint('ESCAPED')"},
    {"loop_in_c", time, not_tried, "print(len(str(pow(7, 10 ** 8))), 'ESCAPED')"},
    {"slow_pattern", time, not_tried, "import re\nre.match('(a+)+$', 'a' * 40 + 'b')\nprint('ESCAPED')"},
    {"ignore_signals", time, not_tried, R"(
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
)"},
    {"block_signals", time, not_tried,
     "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass"},
    {"close_everything", time, not_tried, "os.closerange(0, 64)\nwhile True: pass"},
    {"close_and_sleep", time, not_tried, "import time\nos.closerange(0, 64)\ntime.sleep(600)"},
    {"leave_session_and_sleep", time, not_tried, R"(
import time
try: os.setsid()
except OSError: print('HELD')
time.sleep(600)
)"},
    {"swallow_exceptions", time, not_tried, R"(
while True:
    try:
        while True: pass
    except BaseException: pass
)"},
    {"endless_message", time, not_tried, R"(
class Endless(Exception):
    def __str__(self):
        while True: pass
raise Endless()
)"},
    {"endless_value", time, not_tried, R"(
class Endless:
    def __str__(self):
        while True: pass
result = Endless()
)"},
    {"wait_for_thread", time, not_tried,
     "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()"},
    {"wait_at_exit", time, not_tried, "import atexit, time\natexit.register(time.sleep, 600)"},
    {"compile_bomb", time, not_tried, "while True: compile('x = [' + '1, x, ' * 100000 + ']', 'x', 'exec')"},
    // memory
    {"memory_bomb", memory, not_tried, "x = []\nwhile True: x.append(bytearray(1 << 20))"},
    {"one_huge_block", memory, escapes, "import mmap\nmmap.mmap(-1, 1 << 30)\nprint('ESCAPED')"},
    {"memory_again_and_again", time, not_tried, R"(
x = []
while True:
    try: x.append(bytearray(1 << 20))
    except MemoryError: x.clear()
)"},
    {"unpacking_bomb", memory, not_tried, R"(
import zlib
packer = zlib.compressobj(9)
bomb = b''.join(packer.compress(bytes(1 << 20)) for i in range(800)) + packer.flush()
print(len(zlib.decompress(bomb)), 'ESCAPED')
)"},
    {"huge_text", memory, not_tried, "print(len('x' * (1 << 31)), 'ESCAPED')"},
    {"threads_of_stack", memory, not_tried, R"(
import _thread, time
_thread.stack_size(256 << 20)
for i in range(4):
    try: _thread.start_new_thread(time.sleep, (600,))
    except RuntimeError: raise MemoryError
print('ESCAPED')
)"},
    {"keep_pages_out_of_sight", none, not_tried,
     "import mmap\nattempt(lambda: [mmap.mmap(-1, 200 << 20) for i in range(4)])"},
    // processes and threads
    {"fork_bomb", processes, not_tried, "while True: os.fork()"},
    {"thread_bomb", processes, escapes, R"(
import _thread, time
for i in range(100): _thread.start_new_thread(time.sleep, (1,))
print('ESCAPED')
)"},
    {"pool_of_processes", processes, not_tried, R"(
import concurrent.futures.process as p, multiprocessing
c = multiprocessing.get_context('fork').Process(target=print)
c.start()
print('ESCAPED')
)"},
    // output
    {"endless_output", output, not_tried, "while True: print('x' * 1000)"},
    {"endless_errors", output, not_tried, "while True: print('x' * 1000, file=sys.stderr)"},
    {"one_long_line", output, escapes,
     "sys.stdout.write('x' * 100_000)\nsys.stdout.flush()\nprint('ESCAPED')"},
    {"flood_of_reports", output, not_tried, "while True: os.write(4, b'x' * 65536)"},
    {"huge_value", none, not_tried, "result = 'x' * 10_000_000\nprint('HELD')"},
    // files
    {"fill_scratch", scratch, not_tried, R"(
for i in range(100): open('/tmp/%d' % i, 'wb').write(bytes(1 << 20))
print('ESCAPED')
)"},
    {"one_huge_file", scratch, not_tried, "f = open('/tmp/x', 'wb')\nf.truncate(1 << 40)\nprint('ESCAPED')"},
    {"reserve_space", scratch, not_tried,
     "f, g = open('/tmp/x', 'wb'), open('/tmp/y', 'wb')\nos.posix_fallocate(f.fileno(), 0, 15 << 20)\n"
     "os.posix_fallocate(g.fileno(), 0, 15 << 20)\nprint('ESCAPED')"},
    {"many_files", scratch, not_tried,
     "for i in range(1_000_000): open('/tmp/%d' % i, 'w').close()\nprint('ESCAPED')"},
    {"many_folders", scratch, not_tried, "os.chdir('/tmp')\nwhile True:\n  os.mkdir('d')\n  os.chdir('d')"},
    {"many_links", scratch, not_tried,
     "for i in range(1_000_000): os.symlink('x', '/tmp/%d' % i)\nprint('ESCAPED')"},
    {"many_descriptors", scratch, escapes,
     "x = [os.open('/dev/null', 0) for i in range(200)]\nprint('ESCAPED')"},
    {"many_pipes", scratch, escapes, "x = [os.pipe() for i in range(100)]\nprint('ESCAPED')"},
    {"many_locks", none, not_tried, R"(
import fcntl
f = open('/tmp/x', 'wb')
attempt(lambda: fcntl.lockf(f, fcntl.LOCK_EX, 1, 0))
)"},
    // ends that are no ends
    {"deep_recursion", depth, not_tried, "def f(): f()\nf()"},
    {"stack_of_c", crashed, not_tried, R"(
sys.setrecursionlimit(10 ** 9)
x = []
for i in range(10 ** 6): x = [x]
repr(x)
print('ESCAPED')
)"},
    {"core_dump", crashed, not_tried, R"(
import ctypes, resource
os.chdir('/tmp')
print('HELD' if resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) else 'ESCAPED', flush=True)
ctypes.string_at(0)
)"},
    {"abort", crashed, not_tried, "os.abort()"},
    {"wild_write", crashed, not_tried, "import ctypes\nctypes.memset(1, 0, 100)"},
    {"bytes_that_are_no_text", none, not_tried,
     "sys.stdout.buffer.write(b'HELD \\xff\\xfe\\x00\\x1b[2J\\n\\x00\\xc3\\n')"},
    {"forged_report", none, not_tried, "os.write(4, b'v0 ESCAPE' + b'D')\nprint('HELD')"},
};

}  // namespace genkai::logic
