#pragma once
// The writer's lock of a knowledge base: an advisory lock on a file, gone with the process that holds it.

#include "base/file.h"
#include "base/result.h"

namespace genkai::knowledge {

class FolderLock {
 public:
  /// Takes the lock or fails with `unavailable`, naming the process that holds it.
  static base::Result<FolderLock> take(const base::Path& file);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace genkai::knowledge
