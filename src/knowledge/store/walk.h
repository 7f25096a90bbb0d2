#pragma once
// The files of a folder that can be ingested, in a fixed order, and why others are not.

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/store/ingest.h"

namespace genkai::knowledge {

struct FoundFile {
  base::Path path;  // absolute
  std::string key;  // relative to the folder, with '/'
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
};

struct FoundFiles {
  std::vector<FoundFile> files;        // sorted by key
  std::vector<SkippedFile> skipped;    // hidden, unknown endings, links, unreadable folders
  std::vector<base::Path> unreadable;  // folders whose content is unknown
};

/// `folder` must be absolute. Fails when it cannot be read itself.
base::Result<FoundFiles> walk(const base::Path& folder, bool follow_links);

/// Size and time of one regular file.
base::Result<FoundFile> inspect(const base::Path& path, std::string key);

/// Identity of a file's content, read in pieces; any size.
base::Result<std::string> hash_file(const base::Path& path);

}  // namespace genkai::knowledge
