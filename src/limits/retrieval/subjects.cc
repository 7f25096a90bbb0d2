#include "limits/retrieval/subjects.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "limits/retrieval/copies.h"
#include "text/analyzer.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::retrieval {
namespace {

using core::Evidence;

constexpr double kSameSubject = 0.15;        // shared idf against that of the smaller
constexpr std::size_t kMostRead = 2048;      // bytes of a passage
constexpr std::size_t kLongestEpithet = 40;  // code points

using Weights = std::map<std::string, float>;  // index terms of names and numbers with their idf

Weights named_in(std::string_view passage, const std::set<std::string>& asked,
                 const std::function<float(std::string_view)>& idf, text::Analyzer& analyzer) {
  Weights named;
  const std::string_view read = text::prefix(passage, kMostRead);
  for (const text::TypedSpan& span : text::find_typed_spans(read)) {
    if (span.type == text::AnswerType::other) continue;
    for (auto& term : analyzer.terms(span.span.of(read)))
      if (!asked.contains(term)) {
        const float weight = idf(term);
        named.emplace(std::move(term), weight);
      }
  }
  return named;
}

double total(const Weights& weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0,
                         [](double sum, const auto& each) { return sum + each.second; });
}

double shared(const Weights& a, const Weights& b) {
  double sum = 0;
  for (const auto& [term, weight] : a)
    if (b.contains(term)) sum += weight;
  return sum;
}

}  // namespace

std::string name_in(const core::Interpretation& meaning) {
  std::string best;
  std::size_t words = 0;
  for (const text::TypedSpan& span : text::find_typed_spans(meaning.text)) {
    using text::AnswerType;
    if (span.type != AnswerType::person && span.type != AnswerType::place && span.type != AnswerType::entity)
      continue;
    const std::string_view name = span.span.of(meaning.text);
    // The first word of an English question has a capital whatever it is.
    if (span.span.begin == 0 && text::detect_language(meaning.text) != text::Language::japanese &&
        name.find(' ') == std::string_view::npos)
      continue;
    if (name.size() > words) words = name.size(), best = name;
  }
  for (const std::string_view mark : {"\"", "“", "”", "「", "」", "『", "』"}) {
    if (best.starts_with(mark)) best.erase(0, mark.size());
    if (best.ends_with(mark)) best.erase(best.size() - mark.size());
  }
  return best;
}

std::string epithet_of(std::string_view name, std::string_view text) {
  if (name.empty()) return {};
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    std::string_view rest = text.substr(at + name.size());
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    for (const auto& [open, close] :
         {std::pair<std::string_view, std::string_view>{"(", ")"}, {"（", "）"}}) {
      if (!rest.starts_with(open)) continue;
      std::string_view inside = rest.substr(open.size());
      const std::size_t end = inside.find(close);
      if (end == std::string_view::npos || text::count_code_points(inside.substr(0, end)) > kLongestEpithet)
        continue;
      inside = inside.substr(0, end);
      while (inside.starts_with(' ')) inside.remove_prefix(1);
      while (inside.ends_with(' ')) inside.remove_suffix(1);
      // A date of birth, a pronunciation or an abbreviation is no epithet.
      const bool words = std::count_if(inside.begin(), inside.end(), [](char c) {
                           return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z');
                         }) >= 3;
      if (words && inside.find_first_of(",;:") == std::string_view::npos && !inside.starts_with("born"))
        return std::string(inside);
    }
  }
  return {};
}

Subjects::Subjects(const core::Interpretation& meaning, const std::vector<Evidence>& evidence,
                   const std::function<float(std::string_view)>& idf)
    : of_(evidence.size()) {
  thread_local text::Analyzer analyzer;
  std::set<std::string> asked;
  for (auto& term : analyzer.terms(meaning.text)) asked.insert(std::move(term));
  // By document: what all its passages name.
  std::vector<std::string> documents;
  std::vector<Weights> named;
  std::vector<std::size_t> document_of(evidence.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const auto& passage = evidence[i].passage;
    const auto known = std::find(documents.begin(), documents.end(), passage.document.id);
    document_of[i] = static_cast<std::size_t>(known - documents.begin());
    if (known == documents.end()) {
      documents.push_back(passage.document.id);
      named.push_back(named_in(passage.document.title, asked, idf, analyzer));
    }
    named[document_of[i]].merge(named_in(passage.text, asked, idf, analyzer));
  }
  const std::string name = name_in(meaning);
  std::vector<std::string> epithet(documents.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    auto& own = epithet[document_of[i]];
    if (own.empty()) own = epithet_of(name, evidence[i].passage.document.title);
    if (own.empty()) own = epithet_of(name, evidence[i].passage.text);
  }

  // The most alike first; two that are told apart never join.
  struct Pair {
    double alike = 0;
    std::size_t a = 0, b = 0;
  };
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < documents.size(); ++a)
    for (std::size_t b = a + 1; b < documents.size(); ++b)
      if (const double smaller = std::min(total(named[a]), total(named[b])),
          both = shared(named[a], named[b]);
          both >= kSameSubject * smaller)
        pairs.push_back({smaller > 0 ? both / smaller : 0, a, b});
  const auto copies = near_copies(evidence);
  for (std::size_t i = 0; i < copies.size(); ++i)
    for (const std::size_t copy : copies[i]) pairs.push_back({1, document_of[i], document_of[copy]});
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.alike > b.alike; });
  std::vector<std::size_t> root(documents.size());
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::size_t at) {
    while (root[at] != at) at = root[at] = root[root[at]];
    return at;
  };
  for (const Pair& pair : pairs) {
    const std::size_t a = find(pair.a), b = find(pair.b);
    if (a == b || (!epithet[a].empty() && !epithet[b].empty() &&
                   text::normalise(epithet[a]) != text::normalise(epithet[b])))
      continue;
    root[b] = a;
    if (epithet[a].empty()) epithet[a] = epithet[b];
  }

  labels_.resize(documents.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    of_[i] = find(document_of[i]);
    auto& label = labels_[of_[i]];
    if (!epithet[of_[i]].empty())
      label = name + " (" + epithet[of_[i]] + ")";
    else if (label.empty())
      label = evidence[i].passage.document.title;
  }
  epithets_ = std::move(epithet);
}

bool Subjects::told_apart(std::size_t a, std::size_t b) const {
  if (same(a, b)) return false;
  const auto &one = epithets_[of_[a]], &other = epithets_[of_[b]];
  return (!one.empty() || !other.empty()) && text::normalise(one) != text::normalise(other);
}

}  // namespace genkai::limits::retrieval
