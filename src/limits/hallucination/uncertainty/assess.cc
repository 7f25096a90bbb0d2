// Which texts of a recorded output are compared with which, and the measures from that.

#include <algorithm>
#include <unordered_map>

#include "limits/hallucination/uncertainty/uncertainty.h"
#include "text/text.h"

namespace genkai::limits::hallucination {
namespace {

using base::Json;

// Distinct texts, and the distinct pairs of them that are to be judged.
class Plan {
 public:
  explicit Plan(const RecordedOutput& output) {
    const std::size_t n = std::min(output.samples.size(), kMostComparedSamples);
    for (std::size_t i = 0; i < n; ++i) samples_.push_back(place_of(output.samples[i].text));
    if (n > 0) {
      const std::string& answer = output.samples.front().text;
      for (const text::Span sentence : text::split_sentences(answer)) {
        if (sentences_.size() == kMostClaims) break;
        sentences_.emplace_back(sentence.of(answer));
      }
    }
    for (const std::size_t a : samples_)
      for (const std::size_t b : samples_) want(a, b);
    if (sentences_.size() > 1 && n > 1)
      for (const std::string& sentence : sentences_) {
        claims_.push_back(place_of(sentence));
        for (std::size_t i = 1; i < n; ++i) want(samples_[i], claims_.back());
      }
    for (const auto& other : output.others) {
      if (n == 0 || others_.size() == kMostClaims) break;
      others_.push_back(place_of(other.text));
      want(samples_[0], others_.back());
      want(others_.back(), samples_[0]);
    }
    for (const auto& gold : output.answers) {
      if (n == 0) break;
      gold_.push_back(place_of(gold));
      want(samples_[0], gold_.back());
    }
  }

  const std::vector<std::string>& texts() const { return texts_; }
  const std::vector<TextPair>& pairs() const { return pairs_; }

  /// `terms` of each text.
  Comparisons combine(const std::vector<Relation>& relations,
                      const std::vector<std::vector<std::uint32_t>>& terms) const {
    Comparisons out;
    const std::size_t n = out.samples = samples_.size();
    const auto relation = [&](std::size_t a, std::size_t b) {
      return a == b ? Relation{RelationKind::entails, 1} : relations[known_.at(key(a, b))];
    };
    const auto entails = [&](std::size_t a, std::size_t b) {
      return relation(a, b).kind == RelationKind::entails;
    };
    out.weights.reserve(n * n);
    out.entails.reserve(n * n);
    for (const std::size_t a : samples_)
      for (const std::size_t b : samples_) {
        out.weights.push_back(relation(a, b).probability);
        out.entails.push_back(entails(a, b) ? 1 : 0);
      }
    for (const std::size_t claim : claims_) {
      std::vector<std::uint8_t> supporters;
      for (std::size_t i = 1; i < n; ++i) supporters.push_back(entails(samples_[i], claim) ? 1 : 0);
      out.supports.push_back(std::move(supporters));
    }
    for (const std::size_t other : others_)
      out.others_agree.push_back(entails(samples_[0], other) && entails(other, samples_[0]) ? 1 : 0);
    if (!gold_.empty())
      out.judged_correct = std::any_of(gold_.begin(), gold_.end(),
                                       [&](std::size_t gold) { return entails(samples_[0], gold); });
    for (const std::size_t sample : samples_) out.term_ids.push_back(terms[sample]);
    out.sentences = sentences_;
    for (const std::size_t claim : claims_) out.sentence_term_ids.push_back(terms[claim]);
    if (claims_.empty() && n > 0) out.sentence_term_ids.push_back(out.term_ids.front());
    out.cluster_of = cluster(out);
    return out;
  }

 private:
  static std::uint64_t key(std::size_t a, std::size_t b) { return (std::uint64_t{a} << 32) | b; }
  std::size_t place_of(const std::string& text) {
    const auto [at, is_new] = places_.emplace(text, texts_.size());
    if (is_new) texts_.push_back(text);
    return at->second;
  }
  void want(std::size_t premise, std::size_t hypothesis) {
    if (premise == hypothesis || !known_.emplace(key(premise, hypothesis), pairs_.size()).second) return;
    pairs_.push_back({static_cast<std::uint32_t>(premise), static_cast<std::uint32_t>(hypothesis)});
  }

  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<TextPair> pairs_;
  std::unordered_map<std::uint64_t, std::size_t> known_;
  std::vector<std::size_t> samples_, claims_, others_, gold_;
  std::vector<std::string> sentences_;
};

Json terms_json(const std::vector<std::uint32_t>& ids, const std::vector<std::string>& names) {
  Json out = Json::array();
  for (const std::uint32_t id : ids) out.push(names[id]);
  return out;
}

template <class T>
Json square(const std::vector<T>& values, std::size_t n) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < n; ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < n; ++j) row.push(values[i * n + j]);
    rows.push(std::move(row));
  }
  return rows;
}

Assessment finish(const RecordedOutput& output, Comparisons comparisons, FeatureTable table,
                  const std::string& entailment) {
  Assessment out;
  out.comparisons = std::move(comparisons);
  out.comparisons.term_names = std::move(table).names();
  out.measures = measure(output, out.comparisons);
  out.entailment = entailment;
  return out;
}

}  // namespace

Measures measure(const RecordedOutput& output, const Comparisons& comparisons) {
  Measures measures;
  measure_tokens(output, measures);
  measures.stated_confidence = output.stated_confidence;
  measures.p_true = output.p_true;
  measure_samples(output, comparisons, measures);
  measure_claims(comparisons, measures);
  return measures;
}

Assessment assess(const RecordedOutput& output) {
  const Plan plan(output);
  FeatureTable table(output.question);
  std::vector<TextFeatures> features;
  features.reserve(plan.texts().size());
  for (const std::string& text : plan.texts()) features.push_back(table.analyse(text));
  std::vector<Relation> relations;
  relations.reserve(plan.pairs().size());
  for (const TextPair pair : plan.pairs())
    relations.push_back(judge_by_features(features[pair.premise], features[pair.hypothesis]));
  std::vector<std::vector<std::uint32_t>> terms;
  terms.reserve(features.size());
  for (TextFeatures& one : features) terms.push_back(std::move(one.terms));
  return finish(output, plan.combine(relations, terms), std::move(table), BuiltInEntailment().name());
}

base::Task<base::Result<Assessment>> assess(RecordedOutput output, const Entailment& entailment) {
  const Plan plan(output);
  std::string question = output.question;
  std::vector<std::string> texts = plan.texts();
  std::vector<TextPair> pairs = plan.pairs();
  auto judged = co_await entailment.judge(std::move(question), std::move(texts), std::move(pairs));
  if (!judged) co_return base::fail(std::move(judged).error());
  if (judged->size() != plan.pairs().size())
    co_return base::fail(base::Code::internal, entailment.name() + " did not compare every pair");
  FeatureTable table(output.question);
  std::vector<std::vector<std::uint32_t>> terms;
  for (const std::string& text : plan.texts()) terms.push_back(table.terms(text));
  co_return finish(output, plan.combine(*judged, terms), std::move(table), entailment.name());
}

Json to_json(const Assessment& assessment, bool details) {
  Json json = Json::object();
  for (const MeasureInfo& one : measure_table())
    if (const auto& value = assessment.measures.*one.value) json.set(std::string(one.name), *value);
  if (!details) return json;
  const Comparisons& compared = assessment.comparisons;
  Json terms = Json::array(), sentences = Json::array(), supports = Json::array(), others = Json::array();
  for (const auto& ids : compared.term_ids) terms.push(terms_json(ids, compared.term_names));
  for (const auto& ids : compared.sentence_term_ids) sentences.push(terms_json(ids, compared.term_names));
  for (const auto& supporters : compared.supports) {
    Json row = Json::array();
    for (const std::uint8_t one : supporters) row.push(one != 0);
    supports.push(std::move(row));
  }
  for (const std::uint8_t one : compared.others_agree) others.push(one != 0);
  json.set("details", Json::object({{"entailment", assessment.entailment},
                                    {"terms", std::move(terms)},
                                    {"sentence_terms", std::move(sentences)},
                                    {"entails", square(compared.entails, compared.samples)},
                                    {"weights", square(compared.weights, compared.samples)},
                                    {"supports", std::move(supports)},
                                    {"others_agree", std::move(others)}}));
  return json;
}

}  // namespace genkai::limits::hallucination
