#pragma once
// Documents of a knowledge base that nothing is answered from, until they are released: quarantine.json in
// its folder (docs/formats/forensics.md). The documents stay stored, also when they are ingested anew.
//
//   GENKAI_RETURN_IF_ERROR(quarantine(folder, {{"notes/new.md", "gave \"1951\"", "2026-06-15"}}));
//   GENKAI_ASSIGN_OR_RETURN(view, without_quarantined(folder, view));          // as if they were not there

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::answer {

struct Quarantined {
  std::string document;  // its id
  std::string why;       // for people
  std::string date;      // ISO, since when
};

/// In the order in which they came; empty where there is no file. Errors: corrupt for a file that is broken,
/// so that nothing is answered from what somebody wanted out of the way; those of reading.
base::Result<std::vector<Quarantined>> quarantined(const base::Path& kb_folder);

/// Adds documents; one that is there already keeps its first entry. Durable when it returns. Errors:
/// unavailable while another process changes the list; those of reading and writing.
base::Status quarantine(const base::Path& kb_folder, const std::vector<Quarantined>& documents);

/// Takes a document out of the list; false when it was not there. Errors as of quarantine().
base::Result<bool> release(const base::Path& kb_folder, const std::string& document);

/// The view itself when nothing is in quarantine. The result keeps `view` alive. Errors: those of
/// quarantined() and of reading.
base::Result<std::shared_ptr<const knowledge::KnowledgeView>> without_quarantined(
    const base::Path& kb_folder, std::shared_ptr<const knowledge::KnowledgeView> view);

}  // namespace genkai::answer
