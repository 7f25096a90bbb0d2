#include "knowledge/store/scratch_copy.h"

#include <stdlib.h>

#include <string>
#include <system_error>
#include <utility>

#include "knowledge/store/sqlite.h"

namespace genkai::knowledge {

namespace fs = std::filesystem;
using base::Code;
using base::Path;
using base::Status;

namespace {

constexpr const char* kPrefix = "genkai-scratch-";
constexpr const char* kOwner = "owner";
constexpr std::uint64_t kSpare = std::uint64_t{64} << 20;  // bytes that stay free whatever is copied

// Copies whose owner is gone. Another process may remove the same ones: that is no error.
void remove_abandoned(const Path& temporary) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(temporary, error)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    // A folder without the file is being made just now, or its owner was killed in that moment.
    if (!fs::exists(entry.path() / kOwner, error)) continue;
    if (const auto lock = FolderLock::take(entry.path() / kOwner)) fs::remove_all(entry.path(), error);
  }
}

std::uint64_t bytes_below(const Path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error))
    if (entry.is_regular_file(error)) bytes += entry.file_size(error);
  return bytes;
}

Status has_room(const Path& folder, const Path& temporary) {
  std::error_code error;
  const auto space = fs::space(temporary, error);
  const std::uint64_t needed = 2 * bytes_below(folder) + kSpare;
  if (error || space.available >= needed) return {};
  return base::fail(Code::resource_exhausted,
                    temporary.string() + " has " + std::to_string(space.available >> 20) +
                        " MiB free, and a scratch copy needs " + std::to_string(needed >> 20),
                    "name a larger temporary folder in TMPDIR");
}

Status copy_meta(const Path& from, const Path& to) {
  GENKAI_ASSIGN_OR_RETURN(Database database, Database::open(from, Database::Mode::read_only));
  return database.statement("VACUUM INTO ?1").run(std::string_view(to.native()));
}

// A segment that is merged away meanwhile is missing here, and written anew from meta.db when it is opened.
Status link_segments(const Path& from, const Path& to) {
  std::error_code error;
  if (!fs::is_directory(from, error)) return {};
  GENKAI_RETURN_IF_ERROR(base::create_folders(to));
  for (const auto& entry : fs::directory_iterator(from, error)) {
    if (!entry.is_regular_file(error)) continue;
    const Path target = to / entry.path().filename();
    std::error_code failed;
    fs::create_hard_link(entry.path(), target, failed);
    if (failed) fs::copy_file(entry.path(), target, failed);
    if (failed && failed != std::errc::no_such_file_or_directory)
      return base::fail(base::system_error("cannot copy " + entry.path().string(), failed.value()));
  }
  return {};
}

}  // namespace

base::Result<ScratchCopy> ScratchCopy::make(const Path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "meta.db", error))
    return base::fail(Code::not_found, "there is no knowledge base in " + folder.string(),
                      "make one: genkai ingest FOLDER --kb NAME");
  const Path temporary = fs::temp_directory_path(error);
  if (error) return base::fail(base::system_error("no temporary folder", error.value()));
  remove_abandoned(temporary);
  GENKAI_RETURN_IF_ERROR(has_room(folder, temporary));
  std::string pattern = (temporary / (std::string(kPrefix) + "XXXXXX")).string();
  if (!::mkdtemp(pattern.data())) return base::fail(base::system_error("cannot make " + pattern, errno));
  ScratchCopy copy{Path(pattern)};
  GENKAI_ASSIGN_OR_RETURN(auto lock, FolderLock::take(copy.outer_ / kOwner));
  copy.owner_.emplace(std::move(lock));
  GENKAI_RETURN_IF_ERROR(base::create_folders(copy.folder()));
  GENKAI_RETURN_IF_ERROR(copy_meta(folder / "meta.db", copy.folder() / "meta.db"));
  GENKAI_RETURN_IF_ERROR(link_segments(folder / "segments", copy.folder() / "segments"));
  return copy;
}

ScratchCopy::ScratchCopy(ScratchCopy&& other) noexcept
    : outer_(std::exchange(other.outer_, {})), owner_(std::move(other.owner_)) {}

ScratchCopy::~ScratchCopy() {
  std::error_code ignored;
  if (!outer_.empty()) fs::remove_all(outer_, ignored);
}

}  // namespace genkai::knowledge
