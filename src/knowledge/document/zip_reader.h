#pragma once
// Entries of a zip archive in memory, within limits: nothing is written to disk, and a bomb is refused before
// it unpacks.

#include <memory>
#include <string>
#include <string_view>

#include "knowledge/document/document.h"

namespace genkai::knowledge::reading {

class ZipReader {
 public:
  /// `bytes` and `limits` must outlive the reader. Not a zip archive, or one that is damaged, is corrupt.
  static base::Result<ZipReader> open(std::string_view bytes, const ParseLimits& limits);
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) = delete;
  ~ZipReader();

  /// The content of the entry called `name`; not_found when there is none, unsupported when it is encrypted,
  /// resource_exhausted beyond the limits (of this entry, or of all entries read so far).
  base::Result<std::string> read(const std::string& name);

 private:
  struct State;
  explicit ZipReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace genkai::knowledge::reading
