#pragma once
// Files: whole reads, atomic durable writes, memory maps. Every failure names the file.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace genkai::base {

using Path = std::filesystem::path;

/// The whole file. More than `limit` bytes is resource_exhausted, a directory invalid_argument.
Result<std::string> read_file(const Path& path, std::size_t limit = std::size_t{1} << 30);

/// Replaces `path` so that after a crash either the old or the new content is there, whole: temporary file
/// beside it, fsync, rename, fsync of the folder. On failure the old file is untouched and the temporary one
/// removed. `mode`, less the process's mask, says from the first byte on who may read and change it.
Status write_file_atomically(const Path& path, std::string_view content, unsigned mode = 0644);

/// fsync of a folder, so that renames in it survive a power cut.
Status sync_folder(const Path& folder);

Status create_folders(const Path& folder);

/// A file opened for sequential writing under a temporary name; `commit` makes it durable under `path`. Not
/// committed, it disappears. Not thread-safe.
class FileWriter {
 public:
  static Result<FileWriter> create(const Path& path, unsigned mode = 0644);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  Status append(std::string_view bytes);
  std::uint64_t offset() const { return offset_; }
  Status commit();

 private:
  FileWriter(Path path, Path temporary, int descriptor);
  Status flush();
  Path path_, temporary_;
  int descriptor_;
  std::uint64_t offset_ = 0;
  std::string buffer_;
};

/// A read-only memory map. The bytes stay valid while the object lives, also when the file is deleted.
/// Thread-safe.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> open(const Path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();
  std::string_view bytes() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_;
  std::size_t size_;
};

}  // namespace genkai::base
