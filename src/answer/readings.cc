#include "answer/readings.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "limits/retrieval/copies.h"
#include "limits/retrieval/subjects.h"
#include "stats/logistic.h"
#include "text/text.h"

namespace genkai::answer {
namespace {

using core::Evidence;
using limits::retrieval::Subjects;

constexpr double kSupport = 4;

// What the passages hold, normalised once.
class Texts {
 public:
  Texts(const std::vector<Evidence>& evidence, const std::string& name)
      : evidence_(evidence), copies_(limits::retrieval::near_copies(evidence)) {
    for (const Evidence& item : evidence) {
      texts_.push_back(text::normalise(item.passage.text));
      const bool here = texts_.back().find(name) != std::string::npos ||
                        text::normalise(item.passage.document.title).find(name) != std::string::npos;
      if (here) named_.insert(item.passage.document.id);
    }
  }

  bool named(std::size_t place) const { return named_.contains(evidence_[place].passage.document.id); }

  // Other documents of the subject that hold `words`.
  std::size_t supporters(std::size_t place, const std::string& words, const Subjects& subjects) const {
    std::set<std::string_view> documents;
    if (words.empty()) return 0;
    const auto& own = evidence_[place].passage.document.id;
    for (std::size_t other = 0; other < texts_.size(); ++other) {
      const auto& copies = copies_[place];
      if (evidence_[other].passage.document.id == own || !subjects.same(place, other)) continue;
      if (std::find(copies.begin(), copies.end(), other) != copies.end()) continue;
      if (texts_[other].find(words) != std::string::npos)
        documents.insert(evidence_[other].passage.document.id);
    }
    return documents.size();
  }

 private:
  const std::vector<Evidence>& evidence_;
  std::vector<std::vector<std::size_t>> copies_;
  std::vector<std::string> texts_;
  std::set<std::string_view> named_;  // documents that hold the question's name somewhere
};

}  // namespace

std::vector<Reading> readings_of(const core::Interpretation& meaning, const std::vector<Evidence>& evidence,
                                 const Testimonies& testimonies, std::size_t own,
                                 const std::function<float(std::string_view)>& idf,
                                 const ReadingOptions& options) {
  const std::string name = text::normalise(limits::retrieval::name_in(meaning));
  if (name.empty() || own >= testimonies.size()) return {};
  const Subjects subjects(meaning, evidence, idf);
  const Texts texts(evidence, name);
  std::vector<Reading> readings;
  for (std::size_t place = 0; place < testimonies.size(); ++place) {
    const core::Draft& draft = testimonies[place];
    if (draft.text.empty() || !texts.named(place)) continue;
    const bool here = options.by_context ? subjects.same(own, place) : !subjects.told_apart(own, place);
    const auto known = std::find_if(readings.begin(), readings.end(), [&](const Reading& one) {
      return here ? one.own : !one.own && subjects.same(one.place, place);
    });
    const bool answers = stats::sigmoid(draft.score) >= options.least;
    const double support = answers ? kSupport * std::log1p(static_cast<double>(texts.supporters(
                                                    place, text::normalise(draft.span), subjects)))
                                   : 0;
    if (known == readings.end()) {
      if (answers)
        readings.push_back(
            {place, here, draft.score + support, subjects.label(place), subjects.named(place), {place}});
      continue;
    }
    known->members.push_back(place);
    if (answers && draft.score + support > known->score) {
      known->place = place;
      known->score = draft.score + support;
    }
  }
  std::stable_sort(readings.begin(), readings.end(),
                   [](const Reading& a, const Reading& b) { return a.score > b.score; });
  if (readings.size() > options.most) readings.resize(options.most);
  return readings;
}

}  // namespace genkai::answer
