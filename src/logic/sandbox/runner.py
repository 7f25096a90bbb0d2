# Runs inside the sandbox before the program and around it. Descriptor 3 holds the source, 4 takes the report:
# "s\n" once the walls were looked at, then one letter, a line number, a space and text (report.h).
import sys


def walls(threads):
    """Lowers what the kernel counts per namespace, and names what is not as it must be."""
    import posix
    import resource
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    most = threads + 1 if hard == resource.RLIM_INFINITY else min(threads + 1, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
    posix.chdir('/tmp')
    posix.environ.clear()
    if posix.getuid() != 65534 or posix.geteuid() != 65534:
        return 'it runs as another user'
    if posix.getpid() != 1:
        return 'it shares the process namespace'
    if set(posix.listdir('/')) - {'dev', 'lib', 'lib64', 'tmp', 'usr'}:
        return 'it sees more of the file system than it should'
    try:
        if posix.fork() == 0:
            posix._exit(0)
        return 'its system calls are not held back'
    except BlockingIOError:
        return ''


def main(threads):
    import _io
    import posix

    def report(kind, line, text):
        text = str(text)[:65536].encode('utf-8', 'replace')
        data = kind.encode() + str(line).encode() + b' ' + text
        while data:
            data = data[posix.write(4, data):]

    wrong = walls(threads)
    if wrong:
        report('w', 0, wrong)
        posix._exit(70)
    parts = []
    while part := posix.read(3, 1 << 20):
        parts.append(part)
    posix.close(3)
    source = b''.join(parts)
    posix.write(4, b's\n')

    class Counted(_io.FileIO):
        wrote = False

        def write(self, data):
            Counted.wrote = True
            return super().write(data)

    sys.stdout = _io.TextIOWrapper(_io.BufferedWriter(Counted(1, 'w', closefd=False)), encoding='utf-8',
                                   errors='backslashreplace')
    sys.__stdout__ = sys.stdout
    sys.argv = ['program.py']
    stdout = sys.stdout

    def flush():
        try:
            if not stdout.closed:
                stdout.flush()
        except BaseException:
            pass

    def line_of(error):
        if isinstance(error, SyntaxError) and error.filename == 'program.py':
            return error.lineno or 0
        line, trace = 0, error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename == 'program.py':
                line = trace.tb_lineno
            trace = trace.tb_next
        return line

    def kind_of(error):
        if isinstance(error, MemoryError):
            return 'm'
        if isinstance(error, RecursionError):
            return 'd'
        if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
            return 'p'
        if isinstance(error, OSError):  # ENOMEM, EAGAIN, ENOSPC, EFBIG, EMFILE
            return {12: 'm', 11: 'p', 28: 'f', 27: 'f', 24: 'f'}.get(error.errno, 'e')
        return 'e'

    scope = {'__name__': '__main__', '__builtins__': __builtins__}

    def value():
        solution = scope.get('solution')
        if getattr(getattr(solution, '__code__', None), 'co_argcount', 1) == 0:
            return solution()
        for name in ('result', 'answer', 'ans'):
            if name in scope:
                return scope[name]
        return None

    def settle():  # what Python does when a program came to its end
        if 'threading' in sys.modules:
            sys.modules['threading']._shutdown()
        if 'atexit' in sys.modules:
            sys.modules['atexit']._run_exitfuncs()
        flush()

    reserve = bytearray(1 << 20)  # so that running out of memory can be told
    try:
        exec(compile(source, 'program.py', 'exec', dont_inherit=True), scope)
        settle()
        found = None if Counted.wrote else value()
        report('v', 0, '' if found is None else found)
    except SystemExit as end:
        flush()
        if end.code is None or end.code == 0:
            report('v', 0, '')
        else:
            report('e', line_of(end), 'SystemExit: ' + str(end.code))
    except BaseException as error:
        del reserve
        flush()
        try:
            text = str(error)
        except BaseException:
            text = ''
        name = type(error).__name__
        report(kind_of(error), line_of(error), name + (': ' + text if text else ''))
    try:
        stderr = sys.stderr
        stderr.flush()
    except BaseException:
        pass
    posix._exit(0)


main(int(sys.argv[1]))
