#include "knowledge/store/walk.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>

#include "base/hash.h"

namespace genkai::knowledge {

using base::Path;
using base::Result;
using base::Status;

namespace {

class Walker {
 public:
  Walker(FoundFiles& found, bool follow_links) : found_(found), follow_links_(follow_links) {}

  Status folder(const Path& path, const std::string& prefix) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0)
      return base::fail(base::system_error("cannot read " + path.string(), errno));
    if (!visited_.emplace(info.st_dev, info.st_ino).second) {
      skip(prefix, "the same folder was read already");
      return {};
    }
    std::error_code error;
    std::vector<Path> entries;
    std::filesystem::directory_iterator entry(path, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
      entries.push_back(entry->path());
    if (error) return base::fail(base::system_error("cannot read folder " + path.string(), error.value()));
    std::sort(entries.begin(), entries.end());
    for (const Path& one : entries) visit(one, prefix + one.filename().string());
    return {};
  }

 private:
  void visit(const Path& path, const std::string& key) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0)
      return skip(key, base::system_error("cannot read it", errno).message);
    if (path.filename().string().front() == '.') return skip(key, "hidden");
    if (S_ISLNK(info.st_mode)) {
      if (!follow_links_) return skip(key, "a symbolic link");
      if (::stat(path.c_str(), &info) != 0) return skip(key, "a symbolic link to nothing");
    }
    if (S_ISDIR(info.st_mode)) {
      if (auto status = folder(path, key + "/"); !status) {
        skip(key, status.error().message);
        found_.unreadable.push_back(path);
      }
      return;
    }
    if (!S_ISREG(info.st_mode)) return skip(key, "not a regular file");
    if (!is_document(path)) return skip(key, "not a kind of document that is read");
    if (!visited_.emplace(info.st_dev, info.st_ino).second && follow_links_)
      return skip(key, "the same file was read already");
    auto file = inspect(path, key);
    if (!file) return skip(key, file.error().message);
    found_.files.push_back(std::move(*file));
  }

  void skip(const std::string& key, std::string reason) {
    found_.skipped.push_back({key, std::move(reason)});
  }

  FoundFiles& found_;
  bool follow_links_;
  std::set<std::pair<dev_t, ino_t>> visited_;
};

}  // namespace

Result<FoundFiles> walk(const Path& folder, bool follow_links) {
  FoundFiles found;
  GENKAI_RETURN_IF_ERROR(Walker(found, follow_links).folder(folder, ""));
  return found;
}

Result<FoundFile> inspect(const Path& path, std::string key) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return base::fail(base::system_error("cannot read " + path.string(), errno));
  if (!S_ISREG(info.st_mode))
    return base::fail(base::Code::invalid_argument, path.string() + " is not a regular file");
  FoundFile file;
  file.path = path;
  file.key = std::move(key);
  file.bytes = static_cast<std::uint64_t>(info.st_size);
  file.modified_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  return file;
}

Result<std::string> hash_file(const Path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) return base::fail(base::system_error("cannot open " + path.string(), errno));
  std::string digests, piece(std::size_t{1} << 20, '\0');
  for (;;) {
    const std::size_t n = std::fread(piece.data(), 1, piece.size(), file.get());
    if (n < piece.size() && std::ferror(file.get()) != 0)
      return base::fail(base::system_error("cannot read " + path.string(), errno));
    if (n == 0) break;
    digests += base::content_hash({piece.data(), n});
  }
  return base::content_hash(digests);
}

}  // namespace genkai::knowledge
