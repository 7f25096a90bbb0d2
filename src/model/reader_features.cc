#include "model/reader_features.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace genkai::model {
namespace {

using text::AnswerType;

constexpr std::array<std::string_view, kUnitFeatures> kNames = {"coverage",
                                                                "coverage_previous",
                                                                "coverage_next",
                                                                "coverage_near",
                                                                "coverage_passage",
                                                                "coverage_context",
                                                                "coverage_with_title",
                                                                "coverage_section",
                                                                "coverage_ratio",
                                                                "coverage_lead",
                                                                "context_ratio",
                                                                "context_lead",
                                                                "rare_unit",
                                                                "rare_near",
                                                                "rare_context",
                                                                "rare_anywhere",
                                                                "unknown",
                                                                "numbers_unit",
                                                                "numbers_context",
                                                                "names_unit",
                                                                "names_context",
                                                                "pairs",
                                                                "pairs_near",
                                                                "density",
                                                                "precision",
                                                                "similarity",
                                                                "similarity_ratio",
                                                                "dense",
                                                                "lexical_ratio",
                                                                "lexical_share",
                                                                "lexical_lead",
                                                                "rank",
                                                                "type_exact",
                                                                "type_compatible",
                                                                "type_count",
                                                                "type_proximity",
                                                                "any_proximity",
                                                                "measure_here",
                                                                "measure_missing",
                                                                "measure_proximity",
                                                                "measure_anywhere",
                                                                "counted_here",
                                                                "unit_noun",
                                                                "span_score",
                                                                "span_lead",
                                                                "definition_cue",
                                                                "reason_cue",
                                                                "novelty",
                                                                "length",
                                                                "very_short",
                                                                "whole",
                                                                "first",
                                                                "last",
                                                                "position",
                                                                "pronoun_start",
                                                                "is_question",
                                                                "units_log",
                                                                "terms_log",
                                                                "asks_person",
                                                                "asks_date",
                                                                "asks_place",
                                                                "asks_number",
                                                                "asks_reason",
                                                                "asks_definition",
                                                                "asks_yes_no",
                                                                "asks_entity",
                                                                "asks_measure",
                                                                "japanese"};

bool contains_any(std::string_view haystack, std::initializer_list<std::string_view> needles) {
  return std::any_of(needles.begin(), needles.end(),
                     [&](std::string_view n) { return haystack.find(n) != std::string_view::npos; });
}

bool starts_with_any(std::string_view haystack, std::initializer_list<std::string_view> needles) {
  return std::any_of(needles.begin(), needles.end(),
                     [&](std::string_view n) { return haystack.starts_with(n); });
}

bool has_definition_cue(std::string_view unit) {
  return contains_any(
      unit, {" is a ",    " is an ",     " is the ", " are a ",    " are the ", " was a ",      " was an ",
             " was the ", " refers to ", " means ",  " known as ", " called ",  " defined as ", "とは",
             "である",    "をいう",      "を指す",   "の一種",     "のことで",  "と呼ばれ",     "という。"});
}

bool has_reason_cue(std::string_view unit) {
  return contains_any(unit, {"because", "Because", "since ", "Since ", "due to", "Due to", "in order to",
                             "so that", "caused by", "result of", "therefore", "reason", "ため", "ので",
                             "から", "によって", "により", "理由", "原因"});
}

bool starts_with_pronoun(std::string_view unit) {
  return starts_with_any(unit, {"He ", "She ", "It ", "They ", "This ", "These ", "His ", "Her ", "Its ",
                                "Their ", "これ", "それ", "この", "その", "彼", "同", "また", "なお"});
}

/// Largest weight of distinct terms within any 12 neighbouring tokens.
double best_window(const QuestionTerms& terms, const std::vector<Token>& tokens) {
  constexpr std::size_t kWindow = 12;
  std::vector<int> inside(terms.terms().size(), 0);
  double sum = 0, best = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (const auto t = tokens[i].term; t >= 0 && inside[static_cast<std::size_t>(t)]++ == 0)
      sum += terms.terms()[static_cast<std::size_t>(t)].weight;
    if (i >= kWindow)
      if (const auto t = tokens[i - kWindow].term; t >= 0 && --inside[static_cast<std::size_t>(t)] == 0)
        sum -= terms.terms()[static_cast<std::size_t>(t)].weight;
    best = std::max(best, sum);
  }
  return terms.total_weight() > 0 ? std::clamp(best / terms.total_weight(), 0.0, 1.0) : 0;
}

/// Which of the question's pairs stand here at most two tokens apart.
std::vector<bool> matched_pairs(const QuestionTerms& terms, const std::vector<Token>& tokens) {
  std::vector<bool> found(terms.pairs().size(), false);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].term < 0) continue;
    for (std::size_t j = i + 1; j < std::min(tokens.size(), i + 4); ++j) {
      if (tokens[j].term < 0) continue;
      for (std::size_t p = 0; p < found.size(); ++p)
        if (terms.pairs()[p].first == tokens[i].term && terms.pairs()[p].second == tokens[j].term)
          found[p] = true;
    }
  }
  return found;
}

double pair_share(const QuestionTerms& terms, const std::vector<bool>& found) {
  double sum = 0, total = 0;
  for (std::size_t p = 0; p < found.size(); ++p) {
    const auto [a, b] = terms.pairs()[p];
    const double weight =
        terms.terms()[static_cast<std::size_t>(a)].weight + terms.terms()[static_cast<std::size_t>(b)].weight;
    total += weight;
    if (found[p]) sum += weight;
  }
  return total > 0 ? sum / total : 0;
}

double share_of(const TermSet& wanted, const TermSet& have) {
  return wanted.none() ? 1
                       : static_cast<double>((wanted & have).count()) / static_cast<double>(wanted.count());
}

/// Largest and second largest of some values, so that each can be compared with the best of the others.
class Best {
 public:
  explicit Best(double least = 0) : first_(least), second_(least) {}
  void add(double value) {
    if (value > first_)
      second_ = first_, first_ = value;
    else
      second_ = std::max(second_, value);
  }
  double ratio(double value) const { return first_ > 0 ? value / first_ : 0; }
  double lead(double value) const { return value >= first_ ? value - second_ : value - first_; }
  double largest() const { return first_; }

 private:
  double first_, second_;
};

}  // namespace

std::span<const std::string_view> unit_feature_names() {
  return kNames;
}

double type_match(AnswerType wanted, AnswerType found) {
  if (wanted == found) return 1;
  const auto is_name = [](AnswerType t) {
    return t == AnswerType::person || t == AnswerType::place || t == AnswerType::entity;
  };
  if (is_name(wanted) && is_name(found)) return 0.5;
  if (wanted == AnswerType::number && found == AnswerType::date) return 0.25;
  if (wanted == AnswerType::date && found == AnswerType::number) return 0.25;
  return 0;
}

bool counts(std::string_view unit_text, text::Span span, std::string_view noun) {
  constexpr std::size_t kReach = 24;
  if (noun.ends_with("ies"))
    noun.remove_suffix(3);
  else if (noun.size() > 3 && noun.ends_with('s'))
    noun.remove_suffix(1);
  if (noun.empty()) return false;
  const std::size_t end = std::min(unit_text.size(), span.end + kReach + noun.size());
  const std::string around = text::normalise(unit_text.substr(span.begin, end - span.begin));
  std::size_t at = around.find(noun);
  // 3人 counts 人 at once; English has adjectives between.
  if (static_cast<unsigned char>(noun.front()) >= 0x80) {
    const std::size_t inside = text::normalise(span.of(unit_text)).size();
    return at != std::string::npos && at <= inside;
  }
  while (at != std::string::npos && at > 0 && around[at - 1] != ' ' && around[at - 1] != '-')
    at = around.find(noun, at + 1);
  return at != std::string::npos &&
         std::none_of(around.begin(), around.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char c) { return c == ';' || c == '(' || c == ':'; });
}

std::pair<std::size_t, std::size_t> tokens_at(const std::vector<Token>& tokens, text::Span span) {
  std::size_t first = 0;
  while (first < tokens.size() && tokens[first].span.end <= span.begin) ++first;
  std::size_t last = first;
  while (last < tokens.size() && tokens[last].span.begin < span.end) ++last;
  return {first, last};
}

bool question_holds(const std::vector<Token>& tokens, text::Span span) {
  const auto [first, last] = tokens_at(tokens, span);
  if (first == last) return false;
  for (std::size_t i = first; i < last; ++i) {
    // A pair of characters that reaches beyond the span says nothing about it.
    if (tokens[i].span.begin < span.begin || tokens[i].span.end > span.end) continue;
    if (tokens[i].term < 0) return false;
  }
  for (std::size_t i = first; i < last; ++i)
    if (tokens[i].span.begin >= span.begin && tokens[i].span.end <= span.end) return true;
  return false;
}

double proximity(const QuestionTerms& terms, const std::vector<Token>& tokens, std::size_t begin,
                 std::size_t end) {
  constexpr double kReach = 10;
  if (terms.total_weight() <= 0) return 0;
  std::vector<double> nearest(terms.terms().size(), 0);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].term < 0) continue;
    const std::size_t distance = i < begin ? begin - i : (i >= end ? i - end + 1 : 0);
    double& best = nearest[static_cast<std::size_t>(tokens[i].term)];
    best = std::max(best, std::exp(-static_cast<double>(distance) / kReach));
  }
  double sum = 0;
  for (std::size_t t = 0; t < nearest.size(); ++t) sum += nearest[t] * terms.terms()[t].weight;
  return sum / terms.total_weight();
}

std::vector<UnitRow> unit_features(const core::Interpretation& question, const QuestionTerms& terms,
                                   std::span<const core::Evidence> evidence, const UnitTable& table,
                                   std::span<const BestSpan> spans, const Similarity& similarity) {
  std::vector<UnitRow> rows(table.units.size(), UnitRow{});
  std::vector<double> similar(table.units.size(), 0);
  Best coverage, context, lexical, similarity_best;
  Best best_span(BestSpan::kNoSpan);
  TermSet anywhere;
  for (std::size_t u = 0; u < table.units.size(); ++u) {
    coverage.add(terms.share(table.units[u].terms));
    best_span.add(spans[u].score);
    if (similarity &&
        question.language != text::Language::japanese) {  // the built-in table reads no Japanese
      similar[u] = similarity(question.text, table.text(table.units[u], evidence));
      similarity_best.add(similar[u]);
    }
  }
  for (const PassageView& passage : table.passages) {
    context.add(terms.share(passage.context));
    lexical.add(evidence[passage.evidence].scores.lexical);
    anywhere |= passage.context;
  }
  const AnswerType wanted = question.focus.type;
  const std::string class_noun = text::normalise(question.focus.unit);
  const double unknown_share = terms.share(terms.unknown());
  const double units_log = std::log1p(static_cast<double>(table.units.size())) / 4;
  const double terms_log = std::log1p(static_cast<double>(terms.terms().size())) / 4;

  const text::Measure measure = question.focus.measure;
  const bool asks_measure = measure != text::Measure::none;
  std::vector<double> measured(table.units.size(), 0), measure_near(table.units.size(), 0);
  double measured_anywhere = 0;
  for (std::size_t u = 0; asks_measure && u < table.units.size(); ++u) {
    const Unit& unit = table.units[u];
    for (const text::TypedSpan& typed : unit.typed) {
      const double match = text::measure_match(measure, typed.measure);
      if (match <= 0 || question_holds(unit.tokens, typed.span)) continue;
      const auto [first_token, last_token] = tokens_at(unit.tokens, typed.span);
      measured[u] = std::max(measured[u], match);
      measure_near[u] =
          std::max(measure_near[u], match * proximity(terms, unit.tokens, first_token, last_token));
    }
    measured_anywhere = std::max(measured_anywhere, measured[u]);
  }

  std::size_t place = 0;
  for (const PassageView& passage : table.passages) {
    ++place;
    const core::RetrievalScores& scores = evidence[passage.evidence].scores;
    const TermSet title = passage.context & ~passage.terms;
    const double own_context = terms.share(passage.context);
    std::vector<std::vector<bool>> pairs;
    for (std::size_t i = 0; i < passage.unit_count; ++i)
      pairs.push_back(matched_pairs(terms, table.units[passage.first_unit + i].tokens));
    for (std::size_t i = 0; i < passage.unit_count; ++i) {
      const std::size_t u = passage.first_unit + i;
      const Unit& unit = table.units[u];
      const std::string_view own = table.text(unit, evidence);
      const Unit* previous = i > 0 ? &table.units[u - 1] : nullptr;
      const Unit* next = i + 1 < passage.unit_count ? &table.units[u + 1] : nullptr;
      const auto set = [&](UnitFeature feature, double value) {
        rows[u][static_cast<std::size_t>(feature)] = value;
      };
      using F = UnitFeature;

      TermSet near = unit.terms;
      std::vector<bool> near_pairs = pairs[i];
      for (const auto* neighbour : {previous, next}) {
        if (!neighbour) continue;
        near |= neighbour->terms;
        const auto& theirs = pairs[neighbour->order];
        for (std::size_t p = 0; p < near_pairs.size(); ++p) near_pairs[p] = near_pairs[p] || theirs[p];
      }
      const double own_coverage = terms.share(unit.terms);
      set(F::coverage, own_coverage);
      set(F::coverage_previous, previous ? terms.share(previous->terms) : 0);
      set(F::coverage_next, next ? terms.share(next->terms) : 0);
      set(F::coverage_near, terms.share(near));
      set(F::coverage_passage, terms.share(passage.terms));
      set(F::coverage_context, own_context);
      set(F::coverage_with_title, terms.share(unit.terms | title));
      set(F::coverage_section, scores.section_coverage);
      set(F::coverage_ratio, coverage.ratio(own_coverage));
      set(F::coverage_lead, coverage.lead(own_coverage));
      set(F::context_ratio, context.ratio(own_context));
      set(F::context_lead, context.lead(own_context));
      set(F::rare_unit, share_of(terms.rare(), unit.terms));
      set(F::rare_near, share_of(terms.rare(), near));
      set(F::rare_context, share_of(terms.rare(), passage.context));
      set(F::rare_anywhere, share_of(terms.rare(), anywhere));
      set(F::unknown, unknown_share);
      set(F::numbers_unit, share_of(terms.numbers(), unit.terms));
      set(F::numbers_context, share_of(terms.numbers(), passage.context));
      set(F::names_unit, share_of(terms.names(), unit.terms));
      set(F::names_context, share_of(terms.names(), passage.context));
      set(F::pairs, pair_share(terms, pairs[i]));
      set(F::pairs_near, pair_share(terms, near_pairs));
      set(F::density, best_window(terms, unit.tokens));
      const auto matched = static_cast<double>(
          std::count_if(unit.tokens.begin(), unit.tokens.end(), [](const Token& t) { return t.term >= 0; }));
      const auto count = static_cast<double>(unit.tokens.size());
      set(F::precision, count > 0 ? matched / count : 0);
      set(F::similarity, similar[u]);
      set(F::similarity_ratio, similarity_best.ratio(similar[u]));
      set(F::dense, scores.dense);
      set(F::lexical_ratio, lexical.ratio(scores.lexical));
      set(F::lexical_share, scores.question_idf > 0 ? scores.lexical / scores.question_idf : 0);
      set(F::lexical_lead, lexical.ratio(lexical.lead(scores.lexical)));
      set(F::rank, 1.0 / static_cast<double>(place));

      double type_best = 0, typed_count = 0, near_best = 0, near_any = 0, noun = 0, counted = 0;
      for (const text::TypedSpan& typed : unit.typed) {
        if (question_holds(unit.tokens, typed.span)) continue;
        const auto [first_token, last_token] = tokens_at(unit.tokens, typed.span);
        const double distance = proximity(terms, unit.tokens, first_token, last_token);
        near_any = std::max(near_any, distance);
        const double match = type_match(wanted, typed.type);
        if (match <= 0) continue;
        type_best = std::max(type_best, match);
        typed_count += match;
        near_best = std::max(near_best, match * distance);
        if (class_noun.empty()) continue;
        if (wanted == AnswerType::number && typed.type == AnswerType::number &&
            counts(own, typed.span, class_noun))
          counted = 1;
        const std::size_t from = typed.span.begin > 16 ? typed.span.begin - 16 : 0;
        if (text::normalise(own.substr(from, typed.span.end + 16 - from)).find(class_noun) !=
            std::string::npos)
          noun = 1;
      }
      set(F::type_exact, type_best >= 1 ? 1 : 0);
      set(F::type_compatible, type_best);
      set(F::type_count, 1 - 1 / (1 + typed_count));
      set(F::type_proximity, near_best);
      set(F::any_proximity, near_any);
      set(F::measure_here, measured[u]);
      set(F::measure_missing, asks_measure && measured[u] <= 0);
      set(F::measure_proximity, measure_near[u]);
      set(F::measure_anywhere, measured_anywhere);
      set(F::counted_here, counted);
      set(F::unit_noun, noun);
      set(F::span_score, spans[u].score / 4);
      set(F::span_lead, best_span.lead(spans[u].score) / 4);
      set(F::definition_cue, has_definition_cue(own));
      set(F::reason_cue, has_reason_cue(own));
      set(F::novelty, std::min(1.0, (count - matched) / 12));
      set(F::length, static_cast<double>(unit.code_points) / kMaxQuoteCodePoints);
      set(F::very_short, unit.code_points < 20);
      set(F::whole, unit.whole);
      set(F::first, i == 0);
      set(F::last, i + 1 == passage.unit_count);
      set(F::position,
          passage.unit_count > 1 ? static_cast<double>(i) / static_cast<double>(passage.unit_count - 1) : 0);
      set(F::pronoun_start, starts_with_pronoun(own));
      set(F::is_question, own.ends_with('?') || own.ends_with("？"));
      set(F::units_log, units_log);
      set(F::terms_log, terms_log);
      set(F::asks_person, wanted == AnswerType::person);
      set(F::asks_date, wanted == AnswerType::date);
      set(F::asks_place, wanted == AnswerType::place);
      set(F::asks_number, wanted == AnswerType::number);
      set(F::asks_reason, wanted == AnswerType::reason);
      set(F::asks_definition, wanted == AnswerType::definition);
      set(F::asks_yes_no, wanted == AnswerType::yes_no);
      set(F::asks_entity, wanted == AnswerType::entity);
      set(F::asks_measure, asks_measure);
      set(F::japanese, question.language == text::Language::japanese);
    }
  }
  return rows;
}

}  // namespace genkai::model
