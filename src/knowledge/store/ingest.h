#pragma once
// Folders, files and streams into a knowledge base: resumable, incremental, with a report of what was skipped
// and why.

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::knowledge {

struct IngestOptions {
  ParseLimits limits;
  bool progress = true;
  bool follow_links = false;  // symbolic links are skipped unless set; a link never leads out twice
  bool keep_missing = false;  // do not remove documents whose files are gone
  std::size_t threads = 0;    // files parsed at once; 0 is one a core
  std::uint64_t commit_passages = 100'000;  // committed after so many passages, and every ten seconds
  base::Cancellation cancellation;
};

struct SkippedFile {
  std::string path;
  std::string reason;
};

struct IngestReport {
  std::uint64_t files_new = 0, files_changed = 0, files_unchanged = 0, files_removed = 0;
  std::uint64_t documents = 0, passages = 0, bytes = 0;
  std::vector<SkippedFile> skipped;   // not read, and why
  std::vector<SkippedFile> warnings;  // read, with a loss
  bool interrupted = false;           // cancelled; what was done is stored, run again to go on
  double seconds = 0;
};

/// Ingests a folder (recursively), one file, or with path "-" JSONL from standard input. Commits now and
/// then, so a killed ingest loses little and a second run goes on where it stopped. An empty folder is
/// invalid_argument.
base::Result<IngestReport> ingest(KnowledgeBase& knowledge_base, const base::Path& path,
                                  const IngestOptions& options);

}  // namespace genkai::knowledge
