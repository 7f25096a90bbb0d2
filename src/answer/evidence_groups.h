#pragma once
// Evidence in groups that stand or fall together: a passage with its near copies, a document, a source.
//
//   const auto groups = groups_of_evidence(found.vetted, read_or_cited, GroupBy::document);
//   groups.front().passages.front();          // of the group of the best passage that was read

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"

namespace genkai::answer {

enum class GroupBy {
  passage,   // each with its near copies
  document,  // all that was found of it, with the documents that hold a near copy of what was read of it
  source,    // all documents of one named source; a document of no source is a group of its own
};
std::string_view to_string(GroupBy by);
std::optional<GroupBy> group_by_of(std::string_view name);

struct EvidenceGroup {
  std::string source;                   // with GroupBy::source, where it has a name
  std::vector<core::Passage> passages;  // the one to name it by first (cited, else read), then best first
  std::vector<std::string> documents;   // ids of these, each once, in that order
  std::size_t rank = 0;                 // 1-based place of its best passage in the evidence
  bool cited = false;                   // the answer names a place in it
};

/// Groups with at least one passage of `read` or `cited`, those that are cited first, then in the order of
/// the evidence. `evidence` is everything that was found, best first: near copies that were not read belong
/// to the group of what they copy. Every passage is in one group at most.
std::vector<EvidenceGroup> groups_of_evidence(const std::vector<core::Evidence>& evidence,
                                              const std::set<core::PassageId>& read,
                                              const std::set<core::PassageId>& cited, GroupBy by);

}  // namespace genkai::answer
