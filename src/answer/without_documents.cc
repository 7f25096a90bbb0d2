#include "answer/without_documents.h"

#include <algorithm>

namespace genkai::answer {

using base::Result;
using core::PassageId;
using knowledge::StoredDocument;

namespace {

bool holds(const std::vector<StoredDocument>& documents, PassageId id) {
  const auto after = std::upper_bound(documents.begin(), documents.end(), id,
                                      [](PassageId at, const StoredDocument& own) { return at < own.first; });
  return after != documents.begin() && id - std::prev(after)->first < std::prev(after)->passages;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// As DocumentQuery::text says.
bool matches(const StoredDocument& document, std::string_view wanted) {
  const auto in = [&](const std::string& text) {
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
  };
  return wanted.empty() || in(document.info.id) || in(document.info.title) || in(document.info.source);
}

}  // namespace

WithoutDocuments::WithoutDocuments(const knowledge::KnowledgeView& view, std::vector<StoredDocument> hidden)
    : view_(view), hidden_(std::move(hidden)) {
  std::sort(hidden_.begin(), hidden_.end(),
            [](const StoredDocument& a, const StoredDocument& b) { return a.first < b.first; });
  deleted_ = [this](PassageId id) { return holds(hidden_, id) || (view_.deleted() && view_.deleted()(id)); };
}

Result<std::unique_ptr<WithoutDocuments>> WithoutDocuments::make(const knowledge::KnowledgeView& view,
                                                                 std::span<const std::string> ids) {
  std::vector<StoredDocument> hidden;
  for (const std::string& id : ids) {
    GENKAI_ASSIGN_OR_RETURN(StoredDocument document, view.document(id));
    const auto same = [&](const StoredDocument& own) { return own.info.id == id; };
    if (std::none_of(hidden.begin(), hidden.end(), same)) hidden.push_back(std::move(document));
  }
  return std::unique_ptr<WithoutDocuments>(new WithoutDocuments(view, std::move(hidden)));
}

bool WithoutDocuments::hides(std::string_view document) const {
  return std::any_of(hidden_.begin(), hidden_.end(),
                     [&](const StoredDocument& own) { return own.info.id == document; });
}

Result<std::vector<core::Passage>> WithoutDocuments::passages(std::span<const PassageId> ids) const {
  std::vector<PassageId> shown;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(shown),
               [&](PassageId id) { return !holds(hidden_, id); });
  return view_.passages(shown);
}

std::vector<knowledge::KnowledgeView::SectionRange> WithoutDocuments::sections(
    std::span<const PassageId> ids) const {
  std::vector<SectionRange> ranges = view_.sections(ids);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (holds(hidden_, ids[i])) ranges[i] = {};
  return ranges;
}

std::size_t WithoutDocuments::passage_count() const {
  std::size_t hidden = 0;
  for (const StoredDocument& own : hidden_) hidden += own.passages;
  const std::size_t all = view_.passage_count();
  return all - std::min(all, hidden);
}

Result<knowledge::DocumentList> WithoutDocuments::documents(const knowledge::DocumentQuery& query) const {
  // At most so many more have to be looked at, as hidden ones may stand before and within the page.
  GENKAI_ASSIGN_OR_RETURN(auto list, view_.documents({.text = query.text,
                                                      .offset = 0,
                                                      .limit = query.offset + query.limit + hidden_.size()}));
  std::erase_if(list.documents, [&](const StoredDocument& own) { return hides(own.info.id); });
  const auto skip = std::min<std::uint64_t>(query.offset, list.documents.size());
  list.documents.erase(list.documents.begin(), list.documents.begin() + static_cast<std::ptrdiff_t>(skip));
  if (list.documents.size() > query.limit) list.documents.resize(query.limit);
  const auto unseen = static_cast<std::uint64_t>(std::count_if(
      hidden_.begin(), hidden_.end(), [&](const StoredDocument& own) { return matches(own, query.text); }));
  list.total -= std::min(list.total, unseen);
  return list;
}

Result<StoredDocument> WithoutDocuments::document(std::string_view id) const {
  if (hides(id))
    return base::fail(base::Code::not_found,
                      "there is no document \"" + std::string(id.substr(0, 200)) + "\"");
  return view_.document(id);
}

}  // namespace genkai::answer
