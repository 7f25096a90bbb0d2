#include "answer/evidence_groups.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "limits/retrieval/copies.h"

namespace genkai::answer {

using core::Evidence;
using core::PassageId;

namespace {

class Joined {
 public:
  explicit Joined(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::size_t first_of(std::size_t i) const {
    while (parent_[i] != i) i = parent_[i];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const std::size_t first = first_of(a), second = first_of(b);
    parent_[std::max(first, second)] = std::min(first, second);
  }

 private:
  std::vector<std::size_t> parent_;
};

std::string key_of(const Evidence& item, GroupBy by) {
  const core::DocumentInfo& document = item.passage.document;
  return by == GroupBy::source && !document.source.empty() ? "s" + document.source : "d" + document.id;
}

}  // namespace

std::string_view to_string(GroupBy by) {
  return by == GroupBy::passage ? "passage" : by == GroupBy::document ? "document" : "source";
}

std::optional<GroupBy> group_by_of(std::string_view name) {
  for (const GroupBy by : {GroupBy::passage, GroupBy::document, GroupBy::source})
    if (name == to_string(by)) return by;
  return std::nullopt;
}

std::vector<EvidenceGroup> groups_of_evidence(const std::vector<Evidence>& evidence,
                                              const std::set<PassageId>& read,
                                              const std::set<PassageId>& cited, GroupBy by) {
  const auto counts = [&](std::size_t i) {
    const PassageId id = evidence[i].passage.id;
    return cited.contains(id) ? 2 : read.contains(id) ? 1 : 0;
  };
  Joined joined(evidence.size());
  if (by != GroupBy::passage) {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < evidence.size(); ++i)
      joined.join(first.emplace(key_of(evidence[i], by), i).first->second, i);
  }
  // Copies of what nobody read (a footer that all pages share) join nothing.
  if (by != GroupBy::source) {
    const auto near = limits::retrieval::near_copies(evidence);
    for (std::size_t i = 0; i < evidence.size(); ++i)
      if (counts(i) > 0)
        for (const std::size_t copy : near[i]) joined.join(i, copy);
  }

  std::map<std::size_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < evidence.size(); ++i) members[joined.first_of(i)].push_back(i);
  std::vector<EvidenceGroup> groups;
  for (auto& [first, places] : members) {
    std::stable_sort(places.begin(), places.end(),
                     [&](std::size_t a, std::size_t b) { return counts(a) > counts(b); });
    if (counts(places.front()) == 0) continue;
    EvidenceGroup group;
    group.rank = first + 1;
    group.cited = counts(places.front()) == 2;
    if (by == GroupBy::source) group.source = evidence[first].passage.document.source;
    for (const std::size_t i : places) {
      group.passages.push_back(evidence[i].passage);
      const std::string& id = evidence[i].passage.document.id;
      if (std::find(group.documents.begin(), group.documents.end(), id) == group.documents.end())
        group.documents.push_back(id);
    }
    groups.push_back(std::move(group));
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const EvidenceGroup& a, const EvidenceGroup& b) { return a.cited > b.cited; });
  return groups;
}

}  // namespace genkai::answer
