#include "answer/without_passages.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace genkai::answer {

using core::PassageId;

WithoutPassages::WithoutPassages(const knowledge::KnowledgeView& view, std::vector<PassageId> hidden)
    : view_(view), hidden_(std::move(hidden)) {
  std::sort(hidden_.begin(), hidden_.end());
  hidden_.erase(std::unique(hidden_.begin(), hidden_.end()), hidden_.end());
  deleted_ = [this](PassageId id) { return hides(id) || (view_.deleted() && view_.deleted()(id)); };
}

bool WithoutPassages::hides(PassageId id) const {
  return std::binary_search(hidden_.begin(), hidden_.end(), id);
}

base::Result<std::vector<core::Passage>> WithoutPassages::passages(std::span<const PassageId> ids) const {
  std::vector<PassageId> shown;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(shown), [&](PassageId id) { return !hides(id); });
  return view_.passages(shown);
}

std::vector<knowledge::KnowledgeView::SectionRange> WithoutPassages::sections(
    std::span<const PassageId> ids) const {
  std::vector<SectionRange> ranges = view_.sections(ids);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (hides(ids[i])) ranges[i] = {};
  return ranges;
}

std::size_t WithoutPassages::passage_count() const {
  const std::size_t all = view_.passage_count();
  return all - std::min(all, hidden_.size());
}

}  // namespace genkai::answer
