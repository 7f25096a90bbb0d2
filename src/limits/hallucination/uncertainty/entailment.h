#pragma once
// Whether one answer to a question says what another says: an interface, with a check that is built in and
// one that asks a language model.
//
//   const BuiltInEntailment entailment;
//   auto relations = co_await entailment.judge(question, texts, {{0, 1}, {1, 0}});
//   (*relations)[0].kind == RelationKind::entails      // texts[0], as an answer, says all that texts[1] says

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "limits/hallucination/uncertainty/text_features.h"
#include "model/language_model.h"

namespace genkai::limits::hallucination {

enum class RelationKind : std::uint8_t { entails, neutral, contradicts };
std::string_view to_string(RelationKind kind);

struct Relation {
  RelationKind kind = RelationKind::neutral;
  double probability = 0;  // of `entails`, 0 to 1: the weight of the pair in graph measures
};

/// Places in a list of texts.
struct TextPair {
  std::uint32_t premise = 0, hypothesis = 0;
};

class Entailment {
 public:
  virtual ~Entailment() = default;
  virtual const std::string& name() const = 0;
  /// One relation for each pair, in order.
  virtual base::Task<base::Result<std::vector<Relation>>> judge(std::string question,
                                                                std::vector<std::string> texts,
                                                                std::vector<TextPair> pairs) const = 0;
};

/// By features, without any model; English and Japanese. Of a hypothesis with content words C (neither
/// function words nor words of the question), a premise with words P has c = |C and P| / |C|. It
///   entails      when both are equal after normalising; or c >= 0.8 and every date and number of the
///   hypothesis
///                stands in the premise (1932-05-01 holds 1932); or both are names of which one holds the
///                other ("Marsh", "Elena Marsh")
///   contradicts  when one says yes and the other no; only one says "not" and c >= 0.5; or the premise has
///                dates or numbers of the same kind and misses one of the hypothesis
///   is neutral   else.
/// The probability is c of an entailment, at most 0.5 of neutral pairs, 0 of a contradiction. It does not see
/// the order of words ("A beat B"), nor other words for the same thing.
class BuiltInEntailment : public Entailment {
 public:
  const std::string& name() const override;
  base::Task<base::Result<std::vector<Relation>>> judge(std::string question, std::vector<std::string> texts,
                                                        std::vector<TextPair> pairs) const override;
};

/// The same check of two analysed texts of one FeatureTable.
Relation judge_by_features(const TextFeatures& premise, const TextFeatures& hypothesis);

/// Asks a language model once a pair, all side by side. The texts are untrusted: they stand in a frame whose
/// key their writer cannot know, and only the first word of the reply counts. A reply that is none of the
/// three words is neutral; the probability is 1, 0.5 or 0 then, as a model that gives a word gives no number.
/// Errors: the model's.
class ModelEntailment : public Entailment {
 public:
  explicit ModelEntailment(model::LanguageModel& model) : model_(&model) {}
  const std::string& name() const override { return model_->name(); }
  base::Task<base::Result<std::vector<Relation>>> judge(std::string question, std::vector<std::string> texts,
                                                        std::vector<TextPair> pairs) const override;

 private:
  model::LanguageModel* model_;
};

/// What ModelEntailment asks, and how it reads the reply.
model::ChatRequest entailment_request(const std::string& question, const std::string& premise,
                                      const std::string& hypothesis);
RelationKind read_relation(std::string_view reply);

}  // namespace genkai::limits::hallucination
