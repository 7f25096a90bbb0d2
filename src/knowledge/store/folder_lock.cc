#include "knowledge/store/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace genkai::knowledge {

base::Result<FolderLock> FolderLock::take(const base::Path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return base::fail(base::system_error("cannot open " + file.string(), errno));
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return base::fail(base::system_error("cannot lock " + file.string(), errno));
    char pid[32] = {};
    const ssize_t n = ::pread(descriptor, pid, sizeof pid - 1, 0);
    std::string owner(pid, n > 0 ? static_cast<std::size_t>(n) : 0);
    while (!owner.empty() && owner.back() == '\n') owner.pop_back();
    return base::fail(base::Code::unavailable,
                      "the knowledge base " + file.parent_path().string() + " is being written by process " +
                          (owner.empty() ? "unknown" : owner),
                      "wait until it ends, or open the knowledge base for reading only");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
    // The lock holds all the same; only the process id in the message for others is missing.
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace genkai::knowledge
