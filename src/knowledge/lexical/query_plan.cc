#include "knowledge/lexical/query_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace genkai::knowledge::lexical {
namespace {

struct Wanted {
  std::string_view term;
  double weight = 0;
  std::uint64_t holding = 0;
  std::vector<PostingList> lists;
};

/// Each term once, with the sum of its weights.
std::vector<Wanted> distinct(std::span<const QueryTerm> query) {
  std::vector<Wanted> wanted;
  for (const QueryTerm& term : query) {
    if (!(term.weight > 0) || !std::isfinite(term.weight)) continue;
    const auto same =
        std::find_if(wanted.begin(), wanted.end(), [&](const Wanted& w) { return w.term == term.term; });
    Wanted& entry = same != wanted.end() ? *same : wanted.emplace_back();
    entry.term = term.term;
    entry.weight += term.weight;
  }
  return wanted;
}

void score_memtable(const PostingStore& store, std::span<const QueryPlan::Term> terms,
                    std::span<const PostingStore::Term* const> postings, const Norm& norm,
                    const Deleted& deleted, TopK& top) {
  std::vector<std::uint32_t> scores(store.lengths().size()), documents, frequencies;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (postings[t] == nullptr) continue;
    documents.clear();
    frequencies.clear();
    store.read(*postings[t], documents, frequencies);
    for (std::size_t i = 0; i < documents.size(); ++i)
      scores[documents[i]] += part(terms[t].weight, static_cast<float>(frequencies[i]),
                                   norm(static_cast<float>(store.lengths()[documents[i]])));
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const PassageId id = store.first_id() + static_cast<PassageId>(i);
    if (scores[i] >= top.needed(id) && !(deleted && deleted(id))) top.push(id, scores[i]);
  }
}

}  // namespace

QueryPlan::QueryPlan(Segments segments, Memtable::State* memtable, Bm25 parameters,
                     std::span<const QueryTerm> query, const Deleted& deleted, TopK& top) {
  Statistics statistics;
  std::vector<Wanted> wanted = distinct(query);
  for (const auto& segment : segments) {
    statistics.passages += segment->passages();
    statistics.tokens += reader_of(segment).tokens();
    for (Wanted& term : wanted) {
      term.lists.push_back(reader_of(segment).find(term.term));
      term.holding += term.lists.back().count;
    }
  }
  std::optional<Memtable::State::Reader> reader;
  std::vector<const PostingStore::Term*> recent(wanted.size(), nullptr);
  if (memtable != nullptr) {
    reader.emplace(*memtable);
    statistics.passages += memtable->store.passages();
    statistics.tokens += memtable->store.tokens();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      recent[i] = memtable->store.find(wanted[i].term);
      wanted[i].holding += recent[i] != nullptr ? recent[i]->count : 0;
    }
  }
  norm = Norm(parameters, statistics.mean_length());
  double total = 0;
  for (Wanted& term : wanted) {
    term.weight *= static_cast<double>(statistics.idf(term.holding));
    total += term.weight;
  }
  if (!(total > 0)) return;
  // total * 2^-exponent is in [0.5, 1).
  int exponent = 0;
  std::frexp(total, &exponent);
  std::vector<const PostingStore::Term*> kept;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto weight = static_cast<float>(std::ldexp(wanted[i].weight, 23 - exponent));
    if (weight < 1) continue;
    terms.push_back({weight, std::move(wanted[i].lists)});
    kept.push_back(recent[i]);
  }
  unit = static_cast<float>(std::ldexp(1.0, exponent - 23));
  if (memtable != nullptr) score_memtable(memtable->store, terms, kept, norm, deleted, top);
}

}  // namespace genkai::knowledge::lexical
