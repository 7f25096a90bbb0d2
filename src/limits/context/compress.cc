#include "limits/context/compress.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "limits/context/leaning.h"
#include "text/analyzer.h"
#include "text/text.h"

namespace genkai::limits::context {
namespace {

constexpr double kHolds = 0.1;  // share of the question's weight that makes a sentence matter
constexpr std::string_view kGap = " … ";

class Wanted {
 public:
  explicit Wanted(const core::Interpretation& meaning) {
    for (const core::WeightedTerm& term : meaning.terms) {
      const double weight = static_cast<double>(term.idf) * term.weight;
      if (weight > 0 && weights_.emplace(term.term, weight).second) total_ += weight;
    }
  }
  bool held_by(std::string_view sentence) {
    if (total_ == 0) return false;
    const auto terms = analyzer_.terms(sentence);
    double held = 0;
    for (const std::string& term : std::unordered_set<std::string>(terms.begin(), terms.end()))
      if (const auto at = weights_.find(term); at != weights_.end()) held += at->second;
    return held >= kHolds * total_;
  }

 private:
  std::unordered_map<std::string, double> weights_;
  double total_ = 0;
  text::Analyzer analyzer_;
};

std::string compress(std::string_view text, Wanted& wanted) {
  const auto sentences = text::split_sentences(text);
  std::vector<bool> leans, kept;
  for (const text::Span sentence : sentences) {
    kept.push_back(wanted.held_by(sentence.of(text)));
    leans.push_back(leans_on_previous(sentence.of(text)));
  }
  for (std::size_t i = sentences.size(); i-- > 1;)
    if (kept[i] && leans[i]) kept[i - 1] = true;
  for (std::size_t i = 1; i < sentences.size(); ++i)
    if (kept[i - 1] && leans[i]) kept[i] = true;
  if (std::find(kept.begin(), kept.end(), true) == kept.end()) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (!kept[i]) continue;
    if (i > 0 && !kept[i - 1]) {
      out += out.empty() ? kGap.substr(1) : kGap;
    } else if (i > 0) {  // what stands between two kept sentences stays
      out += text.substr(sentences[i - 1].end, sentences[i].begin - sentences[i - 1].end);
    }
    out += sentences[i].of(text);
  }
  if (!kept.back()) out += kGap.substr(0, kGap.size() - 1);
  return out;
}

}  // namespace

std::string compress(std::string_view text, const core::Interpretation& meaning) {
  Wanted wanted(meaning);
  return compress(text, wanted);
}

std::vector<core::Evidence> compressed(std::vector<core::Evidence> evidence,
                                       const core::Interpretation& meaning) {
  Wanted wanted(meaning);
  for (core::Evidence& item : evidence) item.passage.text = compress(item.passage.text, wanted);
  return evidence;
}

}  // namespace genkai::limits::context
