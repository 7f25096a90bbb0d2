#include "model/reader_drafts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_set>

#include "model/reader_spans.h"

namespace genkai::model {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(DraftFeature::count_)> kOwnNames = {
    "odds",          "none_odds",          "score",
    "lead",          "lead_elsewhere",     "runner_up",
    "copies",        "agreeing_documents", "agreeing_sources",
    "pair",          "quote_length",       "evidence_count",
    "documents",     "best_lexical_share", "best_context",
    "best_coverage", "quote_span_score",   "span_match",
    "span_measure"};

text::Analyzer& own_analyzer() {
  thread_local text::Analyzer analyzer;
  return analyzer;
}

double log_odds(double p) {
  p = std::clamp(p, 1e-6, 1 - 1e-6);
  return std::log(p / (1 - p));
}

double saturated(std::size_t n) {
  return 1 - 1 / (1 + static_cast<double>(n));
}

/// Letters only, folded: two texts that differ in white space and punctuation are the same.
std::string letters_of(std::string_view utf8) {
  std::string folded = text::normalise(utf8), out;
  for (const char c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z')) out += c;
  }
  return out;
}

/// Hashes of the three-byte shingles of a text; their overlap says how alike two texts are.
class Fingerprint {
 public:
  explicit Fingerprint(std::string_view utf8) : letters_(letters_of(utf8)) {
    for (std::size_t i = 0; i + 5 <= letters_.size(); ++i) shingles_.insert(letters_.substr(i, 5));
  }
  bool nearly_equal(const Fingerprint& other) const {
    if (letters_ == other.letters_) return true;
    const auto& small = shingles_.size() < other.shingles_.size() ? shingles_ : other.shingles_;
    const auto& large = shingles_.size() < other.shingles_.size() ? other.shingles_ : shingles_;
    if (small.empty() || static_cast<double>(small.size()) < 0.8 * static_cast<double>(large.size()))
      return false;
    std::size_t common = 0;
    for (const auto& shingle : small) common += large.count(shingle);
    return static_cast<double>(common) >= 0.9 * static_cast<double>(small.size() + large.size() - common);
  }

 private:
  std::string letters_;
  std::unordered_set<std::string> shingles_;
};

/// Shares of the softmax over all units and one more, "no answer", that scores 0.
std::vector<double> shares_of(std::span<const double> scores, double& none) {
  double largest = 0;
  for (const double s : scores) largest = std::max(largest, s);
  none = std::exp(-largest);
  double sum = none;
  std::vector<double> shares(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) sum += shares[i] = std::exp(scores[i] - largest);
  for (double& share : shares) share /= sum;
  none /= sum;
  return shares;
}

/// The neighbour that joins the quote of `unit`, or the unit itself.
std::size_t partner(const UnitTable& table, const core::Passage& passage, std::size_t unit,
                    std::span<const double> shares, double least) {
  std::size_t best = unit;
  for (const int step : {-1, 1}) {
    if (step < 0 && unit == 0) continue;
    const std::size_t other = unit + static_cast<std::size_t>(step);
    if (other >= table.units.size()) continue;
    const Unit &a = table.units[unit], &b = table.units[other];
    if (a.evidence != b.evidence || !a.whole || !b.whole) continue;
    const text::Span both{std::min(a.span.begin, b.span.begin), std::max(a.span.end, b.span.end)};
    if (text::count_code_points(both.of(passage.text)) > kMaxQuoteCodePoints) continue;
    if (shares[other] >= least && (best == unit || shares[other] > shares[best])) best = other;
  }
  return best;
}

}  // namespace

std::span<const std::string_view> draft_feature_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all(unit_feature_names().begin(), unit_feature_names().end());
    all.insert(all.end(), kOwnNames.begin(), kOwnNames.end());
    return all;
  }();
  return names;
}

Reading look(const core::Interpretation& question, std::span<const core::Evidence> evidence,
             const Similarity& similarity, const Network& span_model) {
  text::Analyzer& analyzer = own_analyzer();
  Reading reading{QuestionTerms(question, analyzer), {}, {}, {}};
  reading.table = cut_units(reading.terms, evidence, analyzer);
  for (const Unit& unit : reading.table.units) {
    const std::string_view text = reading.table.text(unit, evidence);
    const auto candidates = span_candidates(text, unit);
    const auto rows = span_features(question, reading.terms, text, unit, candidates);
    BestSpan best;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double score = std::max(span_model(rows[i]), BestSpan::kNoSpan);
      if (best.span.begin == best.span.end || score > best.score)
        best = {candidates[i].span, candidates[i].type, candidates[i].measure, score};
    }
    reading.spans.push_back(best);
  }
  reading.rows = unit_features(question, reading.terms, evidence, reading.table, reading.spans, similarity);
  return reading;
}

std::vector<Choice> choose(const core::Interpretation& question, std::span<const core::Evidence> evidence,
                           const Reading& reading, std::span<const double> scores, double pair_share,
                           std::size_t count) {
  const auto& units = reading.table.units;
  double none = 1;
  const std::vector<double> shares = shares_of(scores, none);
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });

  // One more than asked for, so that the last one's lead is known too; a few at least, for what agrees.
  const std::size_t wanted = std::max<std::size_t>(count + 1, 8);
  std::vector<Choice> choices;
  std::vector<Fingerprint> prints;
  for (const std::size_t u : order) {
    const Unit& unit = units[u];
    const core::Passage& passage = evidence[unit.evidence].passage;
    if (std::any_of(choices.begin(), choices.end(), [&](const Choice& c) {
          return c.evidence == unit.evidence && unit.span.begin < c.quote.end &&
                 c.quote.begin < unit.span.end;
        }))
      continue;
    Fingerprint print(reading.table.text(unit, evidence));
    const auto twin = std::find_if(prints.begin(), prints.end(),
                                   [&](const Fingerprint& p) { return p.nearly_equal(print); });
    if (twin != prints.end()) {
      Choice& original = choices[static_cast<std::size_t>(twin - prints.begin())];
      original.copies.push_back(u);
      original.share += shares[u];
      continue;
    }
    if (choices.size() == wanted) break;
    Choice choice;
    choice.unit = u;
    choice.evidence = unit.evidence;
    choice.quote = unit.span;
    choice.share = shares[u];
    choice.score = scores[u];
    const std::size_t other = partner(reading.table, passage, u, shares, pair_share * (1 - none));
    const bool taken = std::any_of(choices.begin(), choices.end(), [&](const Choice& c) {
      return c.evidence == units[other].evidence && units[other].span.begin < c.quote.end &&
             c.quote.begin < units[other].span.end;
    });
    if (other != u && !taken) {
      choice.quote = {std::min(unit.span.begin, units[other].span.begin),
                      std::max(unit.span.end, units[other].span.end)};
      choice.share += shares[other];
    }
    choices.push_back(std::move(choice));
    prints.push_back(std::move(print));
  }
  std::set<std::string> documents;
  double best_lexical = 0, best_context = 0, best_coverage = 0;
  for (const PassageView& passage : reading.table.passages) {
    const core::Evidence& own = evidence[passage.evidence];
    documents.insert(own.passage.document.id);
    if (own.scores.question_idf > 0)
      best_lexical =
          std::max(best_lexical, static_cast<double>(own.scores.lexical / own.scores.question_idf));
    best_context = std::max(best_context, reading.terms.share(passage.context));
  }
  for (const Unit& unit : units) best_coverage = std::max(best_coverage, reading.terms.share(unit.terms));

  std::vector<double> span_scores(choices.size(), BestSpan::kNoSpan);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    Choice& choice = choices[i];
    for (std::size_t u = choice.unit > 0 ? choice.unit - 1 : 0; u < std::min(units.size(), choice.unit + 2);
         ++u) {
      const Unit& unit = units[u];
      const BestSpan& best = reading.spans[u];
      const bool inside = unit.evidence == choice.evidence && unit.span.begin >= choice.quote.begin &&
                          unit.span.end <= choice.quote.end;
      // The unit that was chosen comes first; its neighbour must be clearly better.
      const double score = best.score - (u == choice.unit ? 0 : 1);
      if (!inside || best.span.begin == best.span.end || score <= span_scores[i]) continue;
      span_scores[i] = score;
      choice.span = {unit.span.begin + best.span.begin, unit.span.begin + best.span.end};
      choice.span_type = best.type;
      choice.span_measure = best.measure;
      choice.value = span_value(reading.table.text(unit, evidence), unit, best.span);
    }
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    Choice& choice = choices[i];
    const core::DocumentInfo& own = evidence[choice.evidence].passage.document;
    std::copy(reading.rows[choice.unit].begin(), reading.rows[choice.unit].end(), choice.features.begin());
    const auto set = [&](DraftFeature feature, double value) {
      choice.features[kUnitFeatures + static_cast<std::size_t>(feature)] = value;
    };
    constexpr double kFarBehind = 10;  // the lead over nothing
    double next = choice.score - kFarBehind, next_elsewhere = next, next_share = 0;
    std::set<std::string> agreeing_documents, agreeing_sources;
    for (std::size_t j = 0; j < choices.size(); ++j) {
      if (j == i) continue;
      const core::DocumentInfo& theirs = evidence[choices[j].evidence].passage.document;
      next = std::max(next, choices[j].score);
      next_share = std::max(next_share, choices[j].share);
      if (theirs.id == own.id) continue;
      next_elsewhere = std::max(next_elsewhere, choices[j].score);
      if (choice.value.empty() || choices[j].value != choice.value) continue;
      agreeing_documents.insert(theirs.id);
      if (theirs.source != own.source) agreeing_sources.insert(theirs.source);
    }
    set(DraftFeature::odds, log_odds(choice.share));
    set(DraftFeature::none_odds, log_odds(none));
    set(DraftFeature::score, choice.score);
    set(DraftFeature::lead, choice.score - next);
    set(DraftFeature::lead_elsewhere, choice.score - next_elsewhere);
    set(DraftFeature::runner_up, choice.share > 0 ? std::min(1.0, next_share / choice.share) : 1);
    set(DraftFeature::copies, saturated(choice.copies.size()));
    set(DraftFeature::agreeing_documents, saturated(agreeing_documents.size()));
    set(DraftFeature::agreeing_sources, saturated(agreeing_sources.size()));
    set(DraftFeature::pair, !(choice.quote == units[choice.unit].span));
    set(DraftFeature::quote_length, static_cast<double>(text::count_code_points(
                                        choice.quote.of(evidence[choice.evidence].passage.text))) /
                                        kMaxQuoteCodePoints);
    set(DraftFeature::evidence_count, static_cast<double>(reading.table.passages.size()) / 20);
    set(DraftFeature::documents,
        static_cast<double>(documents.size()) / static_cast<double>(reading.table.passages.size()));
    set(DraftFeature::best_lexical_share, best_lexical);
    set(DraftFeature::best_context, best_context);
    set(DraftFeature::best_coverage, best_coverage);
    set(DraftFeature::span_score, span_scores[i] / 4);
    set(DraftFeature::span_match,
        choice.span.begin == choice.span.end ? 0 : type_match(question.focus.type, choice.span_type));
    const text::Measure measure = question.focus.measure;
    const double measured = text::measure_match(measure, choice.span_measure);
    set(DraftFeature::span_measure, measure == text::Measure::none ? 0 : measured > 0 ? measured : -1);
  }
  if (choices.size() > count) choices.resize(count);
  return choices;
}

}  // namespace genkai::model
