#include "logic/sandbox/system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;

// What Python, the C library and bubblewrap's waiting process need. Names that this architecture lacks are
// skipped. execve is here because bubblewrap starts python3 under the filter; what it could start is confined
// alike.
constexpr const char* kAllowed[] = {
    // files, all of them read-only but for /tmp
    "read", "write", "readv", "writev", "pread64", "pwrite64", "open", "openat", "creat", "close",
    "close_range", "stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", "chdir", "fchdir", "getdents",
    "getdents64", "lseek", "ftruncate", "truncate", "fallocate", "fadvise64", "fsync", "fdatasync", "rename",
    "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "symlink", "symlinkat",
    "link", "linkat", "chmod", "fchmod", "fchmodat", "utimensat", "umask", "dup", "dup2", "dup3", "pipe",
    "pipe2", "poll", "ppoll", "select", "pselect6",
    // memory
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "mincore",
    // itself, its threads and its end
    "execve", "exit", "exit_group", "wait4", "waitid", "getpid", "getppid", "gettid", "getuid", "geteuid",
    "getgid", "getegid", "getresuid", "getresgid", "getgroups", "getpgrp", "getpgid", "getsid", "uname",
    "sysinfo", "getrlimit", "setrlimit", "getrusage", "times", "arch_prctl", "set_tid_address",
    "set_robust_list", "get_robust_list", "rseq", "futex", "sched_yield", "sched_getaffinity", "membarrier",
    // signals and time
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend",
    "sigaltstack", "kill", "tkill", "tgkill", "pause", "alarm", "setitimer", "getitimer", "nanosleep",
    "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time", "restart_syscall",
    "getrandom"};

// What an honest program may try by way of a library: refused with "operation not permitted".
constexpr const char* kRefused[] = {"socket",
                                    "socketpair",
                                    "connect",
                                    "bind",
                                    "listen",
                                    "accept",
                                    "accept4",
                                    "sendto",
                                    "sendmsg",
                                    "sendmmsg",
                                    "recvfrom",
                                    "recvmsg",
                                    "recvmmsg",
                                    "getsockopt",
                                    "setsockopt",
                                    "getsockname",
                                    "getpeername",
                                    "shutdown",
                                    "setuid",
                                    "setgid",
                                    "setreuid",
                                    "setregid",
                                    "setresuid",
                                    "setresgid",
                                    "setgroups",
                                    "setfsuid",
                                    "setfsgid",
                                    "setsid",
                                    "setpgid",
                                    "setpriority",
                                    "getpriority",
                                    "sched_setaffinity",
                                    "sched_setscheduler",
                                    "sched_setparam",
                                    "sched_setattr",
                                    "ioprio_set",
                                    "personality",
                                    "capset",
                                    "capget",
                                    "chown",
                                    "fchown",
                                    "lchown",
                                    "fchownat",
                                    "mknod",
                                    "mknodat",
                                    "mlock",
                                    "mlock2",
                                    "mlockall",
                                    "flock",
                                    "setxattr",
                                    "lsetxattr",
                                    "fsetxattr",
                                    "inotify_init",
                                    "inotify_init1"};

// What nothing but an escape, or kernel code rarely looked at, has a use for: the process is killed.
constexpr const char* kKilled[] = {"ptrace",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "kcmp",
                                   "pidfd_open",
                                   "pidfd_getfd",
                                   "pidfd_send_signal",
                                   "process_madvise",
                                   "process_mrelease",
                                   "mount",
                                   "umount2",
                                   "pivot_root",
                                   "chroot",
                                   "move_mount",
                                   "open_tree",
                                   "fsopen",
                                   "fsconfig",
                                   "fsmount",
                                   "fspick",
                                   "mount_setattr",
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
                                   "io_uring_register",
                                   "io_setup",
                                   "io_submit",
                                   "kexec_load",
                                   "kexec_file_load",
                                   "init_module",
                                   "finit_module",
                                   "delete_module",
                                   "reboot",
                                   "swapon",
                                   "swapoff",
                                   "iopl",
                                   "ioperm",
                                   "modify_ldt",
                                   "open_by_handle_at",
                                   "name_to_handle_at",
                                   "acct",
                                   "quotactl",
                                   "settimeofday",
                                   "clock_settime",
                                   "clock_adjtime",
                                   "adjtimex",
                                   "syslog",
                                   "vhangup",
                                   "sethostname",
                                   "setdomainname",
                                   "memfd_create",
                                   "memfd_secret",
                                   "execveat",
                                   "seccomp",
                                   "fanotify_init",
                                   "vmsplice",
                                   "splice",
                                   "tee",
                                   "mbind",
                                   "set_mempolicy",
                                   "move_pages",
                                   "migrate_pages",
                                   "shmget",
                                   "shmat",
                                   "shmctl",
                                   "msgget",
                                   "semget",
                                   "mq_open",
                                   "landlock_create_ruleset",
                                   "lookup_dcookie"};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), &seccomp_release) {
    if (!context_) bad_ = true;
    // The default of bad architectures is to kill; the process, not the thread, has to end.
    else if (seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0)
      bad_ = true;
  }
  template <class... Conditions>
  void rule(std::uint32_t action, const char* name, Conditions... conditions) {
    const int call = seccomp_syscall_resolve_name(name);
    if (bad_ || call == __NR_SCMP_ERROR || call < 0)
      return;  // not of this architecture, or unknown to libseccomp
    if (seccomp_rule_add(context_.get(), action, call, sizeof...(conditions), conditions...) != 0)
      bad_ = true;
  }
  bool bad() const { return bad_; }
  bool write(int descriptor) const { return seccomp_export_bpf(context_.get(), descriptor) == 0; }

 private:
  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  bool bad_ = false;
};

void add_processes(Filter& filter) {
  constexpr std::uint64_t kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                        CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  constexpr std::uint64_t kMask = kNamespaces | CLONE_THREAD;
  filter.rule(SCMP_ACT_ALLOW, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, kMask, std::uint64_t{CLONE_THREAD}));
  filter.rule(SCMP_ACT_ERRNO(EAGAIN), "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, kMask, std::uint64_t{0}));
  for (const std::uint64_t kind :
       {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP})
    filter.rule(SCMP_ACT_KILL_PROCESS, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, kind, kind));
  filter.rule(SCMP_ACT_ERRNO(EAGAIN), "fork");
  filter.rule(SCMP_ACT_ERRNO(EAGAIN), "vfork");
  // clone3 stays at ENOSYS: its flags lie in memory where no filter sees them, and the C library then uses
  // clone.
}

void add_partly_allowed(Filter& filter) {
  // No locks: each takes kernel memory, and nothing limits how many.
  for (const std::uint64_t command : {F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC})
    filter.rule(SCMP_ACT_ALLOW, "fcntl", SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, command));
  for (const std::uint64_t request : {TCGETS, TIOCGWINSZ, FIOCLEX, FIONCLEX, FIONBIO, FIONREAD})
    filter.rule(SCMP_ACT_ALLOW, "ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, request));
  filter.rule(SCMP_ACT_KILL_PROCESS, "ioctl",
              SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, std::uint64_t{TIOCSTI}));
  for (const std::uint64_t option : {PR_SET_NAME, PR_GET_NAME})
    filter.rule(SCMP_ACT_ALLOW, "prctl", SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, option));
  filter.rule(SCMP_ACT_ALLOW, "prlimit64", SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, std::uint64_t{0}));
}

base::Result<std::string> make_filter() {
  Filter filter;
  for (const char* name : kAllowed) filter.rule(SCMP_ACT_ALLOW, name);
  for (const char* name : kKilled) filter.rule(SCMP_ACT_KILL_PROCESS, name);
  add_processes(filter);
  add_partly_allowed(filter);
  for (const char* name : kRefused) filter.rule(SCMP_ACT_ERRNO(EPERM), name);
  if (filter.bad())
    return fail(Code::unsupported, "libseccomp has no filter for this machine's architecture",
                "update libseccomp; without it no program is run");
  const int file = ::memfd_create("seccomp", MFD_CLOEXEC);
  if (file < 0) return fail(base::system_error("cannot make a seccomp filter", errno));
  std::string bytes;
  if (filter.write(file)) {
    bytes.resize(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)));
    if (::pread(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) bytes.clear();
  }
  ::close(file);
  if (bytes.empty()) return fail(Code::internal, "libseccomp could not write its filter");
  return bytes;
}

}  // namespace

base::Result<const std::string*> system_call_filter() {
  static const base::Result<std::string> filter = make_filter();
  if (!filter) return fail(filter.error());
  return &*filter;
}

}  // namespace genkai::logic
