#pragma once
// A copy of a knowledge base to try things on that must never reach the real one.
//
//   GENKAI_ASSIGN_OR_RETURN(const ScratchCopy scratch, ScratchCopy::make(folder));
//   GENKAI_ASSIGN_OR_RETURN(auto kb, KnowledgeBase::open(scratch.folder(), {}));
//   kb->add(document);                                   // the real one knows nothing of it

#include <optional>

#include "base/file.h"
#include "base/result.h"
#include "knowledge/store/folder_lock.h"

namespace genkai::knowledge {

/// A folder below the system's temporary folder ($TMPDIR) that is removed with the object. What a killed
/// process left there is removed by the next make(). The real folder is only read: meta.db is copied in one
/// reading transaction (SQLite's VACUUM INTO) and segments, which nothing ever writes to again, are hard
/// links, or copies on another file system.
class ScratchCopy {
 public:
  /// Errors: not_found when there is no knowledge base in `folder`; resource_exhausted when the temporary
  /// folder has no room for it and as much again for what is to be tried; those of SQLite and the file
  /// system.
  static base::Result<ScratchCopy> make(const base::Path& folder);
  ScratchCopy(ScratchCopy&& other) noexcept;
  ScratchCopy& operator=(ScratchCopy&&) = delete;
  ~ScratchCopy();
  base::Path folder() const { return outer_ / "kb"; }

 private:
  explicit ScratchCopy(base::Path outer) : outer_(std::move(outer)) {}
  base::Path outer_;
  std::optional<FolderLock> owner_;  // held while the copy lives: others know that it is in use
};

}  // namespace genkai::knowledge
