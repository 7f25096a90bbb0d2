#include <algorithm>

#include "knowledge/lexical/block_max.h"
#include "knowledge/lexical/posting_cursor.h"
#include "knowledge/lexical/query_plan.h"

namespace genkai::knowledge {

using namespace lexical;

base::Result<std::shared_ptr<const LexicalSegment>> LexicalSegment::open(const base::Path& path,
                                                                         bool verify) {
  return SegmentReader::open(path, verify);
}

LexicalIndex::LexicalIndex(std::vector<std::shared_ptr<const LexicalSegment>> segments,
                           std::shared_ptr<const Memtable> memtable, Bm25 parameters)
    : segments_(std::move(segments)), memtable_(std::move(memtable)), parameters_(parameters) {
  std::sort(segments_.begin(), segments_.end(),
            [](const auto& a, const auto& b) { return a->first_id() < b->first_id(); });
}

LexicalIndex::~LexicalIndex() = default;

std::vector<Scored> LexicalIndex::search_exhaustive(std::span<const QueryTerm> query, std::size_t k,
                                                    const Deleted& deleted) const {
  if (k == 0) return {};
  TopK top(k);
  const QueryPlan plan(segments_, memtable_ ? memtable_->state_.get() : nullptr, parameters_, query, deleted,
                       top);
  std::vector<std::uint32_t> scores;
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    const SegmentReader& segment = reader_of(segments_[s]);
    scores.assign(segment.span(), 0);
    for (const QueryPlan::Term& term : plan.terms) {
      for (PostingCursor cursor(term.lists[s], segment.span()); cursor.load(); cursor.next_block()) {
        const auto documents = cursor.documents(), frequencies = cursor.frequencies();
        for (std::size_t i = 0; i < documents.size(); ++i)
          scores[documents[i]] += part(term.weight, static_cast<float>(frequencies[i]),
                                       plan.norm(static_cast<float>(segment.lengths()[documents[i]])));
      }
    }
    for (std::uint32_t i = 0; i < segment.span(); ++i) {
      const PassageId id = segment.first_id() + i;
      if (scores[i] >= top.needed(id) && !(deleted && deleted(id))) top.push(id, scores[i]);
    }
  }
  return top.take(plan.unit);
}

std::vector<Scored> LexicalIndex::search(std::span<const QueryTerm> query, std::size_t k,
                                         const Deleted& deleted) const {
  if (k == 0) return {};
  TopK top(k);
  const QueryPlan plan(segments_, memtable_ ? memtable_->state_.get() : nullptr, parameters_, query, deleted,
                       top);
  for (std::size_t s = 0; s < segments_.size(); ++s)
    search_segment(reader_of(segments_[s]), s, plan, deleted, top);
  return top.take(plan.unit);
}

std::size_t LexicalIndex::passages() const {
  std::size_t n = memtable_ ? memtable_->passages() : 0;
  for (const auto& segment : segments_) n += segment->passages();
  return n;
}

float LexicalIndex::idf(std::string_view term) const {
  const std::string terms[] = {std::string(term)};
  return frequencies(terms, {}).idf[0];
}

Frequencies LexicalIndex::frequencies(std::span<const std::string> terms,
                                      std::span<const PassageId> ids) const {
  Frequencies result;
  result.columns = terms.size();
  result.counts.resize(ids.size() * terms.size(), 0);
  result.lengths.resize(ids.size(), 0);
  Statistics statistics;
  std::vector<std::uint64_t> holding(terms.size(), 0);
  for (const auto& entry : segments_) {
    const SegmentReader& segment = reader_of(entry);
    statistics.passages += segment.passages();
    statistics.tokens += segment.tokens();
    const auto begin = std::lower_bound(ids.begin(), ids.end(), segment.first_id());
    const auto end = segment.span() > 0 ? std::upper_bound(begin, ids.end(), segment.last_id()) : begin;
    for (auto id = begin; id != end; ++id)
      result.lengths[id - ids.begin()] = segment.lengths()[*id - segment.first_id()];
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const PostingList list = segment.find(terms[t]);
      holding[t] += list.count;
      if (list.count == 0 || begin == end) continue;
      PostingCursor cursor(list, segment.span());
      for (auto id = begin; id != end; ++id)
        result.counts[(id - ids.begin()) * terms.size() + t] =
            static_cast<std::uint16_t>(cursor.frequency_of(*id - segment.first_id()));
    }
  }
  if (memtable_) {
    const Memtable::State::Reader reader(*memtable_->state_);
    const PostingStore& store = memtable_->state_->store;
    statistics.passages += store.passages();
    statistics.tokens += store.tokens();
    const auto begin = std::lower_bound(ids.begin(), ids.end(), store.first_id());
    for (auto id = begin; id != ids.end() && *id - store.first_id() < store.lengths().size(); ++id)
      result.lengths[id - ids.begin()] = store.lengths()[*id - store.first_id()];
    std::vector<std::uint32_t> documents, counts;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const PostingStore::Term* term = store.find(terms[t]);
      if (term == nullptr) continue;
      holding[t] += term->count;
      if (begin == ids.end()) continue;
      documents.clear();
      counts.clear();
      store.read(*term, documents, counts);
      auto at = documents.begin();
      for (auto id = begin; id != ids.end(); ++id) {
        at = std::lower_bound(at, documents.end(), *id - store.first_id());
        if (at == documents.end()) break;
        if (*at == *id - store.first_id())
          result.counts[(id - ids.begin()) * terms.size() + t] =
              static_cast<std::uint16_t>(counts[at - documents.begin()]);
      }
    }
  }
  for (const std::uint64_t n : holding) result.idf.push_back(statistics.idf(n));
  result.mean_length = statistics.mean_length();
  return result;
}

}  // namespace genkai::knowledge
