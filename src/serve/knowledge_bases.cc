#include "serve/knowledge_bases.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "answer/quarantine.h"

namespace genkai::serve {

using base::Code;
using base::Path;
using base::Result;
using knowledge::KnowledgeBase;
using knowledge::KnowledgeView;

namespace {

constexpr std::chrono::milliseconds kFresh{900};
constexpr const char* kMetaFile = "meta.db";

/// Which file meta.db is: another one after the base was removed and made anew.
struct Identity {
  std::uint64_t device = 0, inode = 0;
  bool operator==(const Identity&) const = default;
};

std::optional<Identity> identity_of(const Path& folder) {
  struct stat info {};
  if (::stat((folder / kMetaFile).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return Identity{info.st_dev, info.st_ino};
}

/// A view must not outlive its base, so they are handed out together.
struct Snapshot {
  std::shared_ptr<const KnowledgeBase> base;
  std::shared_ptr<const KnowledgeView> view;
};

struct Entry {
  std::mutex mutex;
  Identity identity;
  std::shared_ptr<const Snapshot> snapshot;
  std::chrono::steady_clock::time_point taken;
};

class OpenBases final : public KnowledgeBases {
 public:
  explicit OpenBases(std::vector<std::string> names) : names_(std::move(names)) {
    std::vector<std::string> once;
    for (std::string& name : names_)
      if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(std::move(name));
    names_ = std::move(once);
  }

  std::vector<std::string> names() const override {
    if (!names_.empty()) return names_;
    std::vector<std::string> found;
    std::error_code error;
    // Stepping by hand: a folder that goes away meanwhile must not throw.
    for (std::filesystem::directory_iterator at(knowledge::home_folder(), error), end; !error && at != end;
         at.increment(error)) {
      std::string name = at->path().filename().string();
      if (knowledge::knowledge_base_folder(name) && identity_of(at->path())) found.push_back(std::move(name));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  Result<std::shared_ptr<const KnowledgeView>> view(std::string_view name) override {
    GENKAI_ASSIGN_OR_RETURN(const auto snapshot, fresh(name));
    return std::shared_ptr<const KnowledgeView>(snapshot, snapshot->view.get());
  }

  Result<std::shared_ptr<const KnowledgeBase>> base(std::string_view name) override {
    GENKAI_ASSIGN_OR_RETURN(const auto snapshot, fresh(name));
    return snapshot->base;
  }

  Result<Path> folder(std::string_view name) const override {
    const auto unknown = [&] {
      return base::fail(Code::not_found,
                        "no knowledge base called " + std::string(name.substr(0, 200)) + " is served",
                        "GET /v1/knowledge_bases lists those that are");
    };
    if (!names_.empty()) {
      if (std::find(names_.begin(), names_.end(), name) == names_.end()) return unknown();
      if (name.find('/') != std::string_view::npos) return Path(name);
      return knowledge::knowledge_base_folder(name);
    }
    const auto folder = knowledge::knowledge_base_folder(name);
    if (!folder || !identity_of(*folder)) {
      forget(name);
      return unknown();
    }
    return *folder;
  }

 private:
  Result<std::shared_ptr<const Snapshot>> fresh(std::string_view name) {
    GENKAI_ASSIGN_OR_RETURN(const Path path, folder(name));
    const std::shared_ptr<Entry> entry = entry_of(name);
    const std::lock_guard lock(entry->mutex);
    const auto now = std::chrono::steady_clock::now();
    if (entry->snapshot && now - entry->taken < kFresh) return entry->snapshot;
    const auto identity = identity_of(path);
    if (!identity) {
      entry->snapshot.reset();
      return base::fail(Code::not_found, "there is no knowledge base " + std::string(name),
                        "make it with genkai ingest FOLDER --kb " + std::string(name));
    }
    auto next = std::make_shared<Snapshot>();
    if (entry->snapshot && entry->identity == *identity) {
      next->base = entry->snapshot->base;
    } else {
      entry->snapshot.reset();
      knowledge::OpenOptions options;
      options.read_only = true;
      GENKAI_ASSIGN_OR_RETURN(next->base, KnowledgeBase::open(path, options));
    }
    GENKAI_ASSIGN_OR_RETURN(auto all, next->base->view());
    GENKAI_ASSIGN_OR_RETURN(next->view, answer::without_quarantined(path, std::move(all)));
    entry->identity = *identity;
    entry->taken = now;
    entry->snapshot = std::move(next);
    return entry->snapshot;
  }

  std::shared_ptr<Entry> entry_of(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    if (found != entries_.end()) return found->second;
    return entries_.emplace(name, std::make_shared<Entry>()).first->second;
  }

  void forget(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(name); found != entries_.end()) entries_.erase(found);
  }

  std::vector<std::string> names_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_;
};

}  // namespace

std::unique_ptr<KnowledgeBases> KnowledgeBases::create(std::vector<std::string> names) {
  return std::make_unique<OpenBases>(std::move(names));
}

}  // namespace genkai::serve
