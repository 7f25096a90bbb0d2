#include <algorithm>

#include "limits/hallucination/uncertainty/entailment.h"

namespace genkai::limits::hallucination {
namespace {

constexpr double kEntails = 0.8;      // share of the content words
constexpr double kSameMatter = 0.5;   // of them that make "not" a contradiction
constexpr double kMostNeutral = 0.5;  // weight of a pair that is not entailed

double share_held(const std::vector<std::uint32_t>& wanted, const std::vector<std::uint32_t>& held) {
  if (wanted.empty()) return 1;
  std::size_t both = 0;
  for (const std::uint32_t term : wanted) both += std::binary_search(held.begin(), held.end(), term) ? 1 : 0;
  return static_cast<double>(both) / static_cast<double>(wanted.size());
}

bool holds(const TextFeatures& text, const Amount& wanted) {
  return std::any_of(text.amounts.begin(), text.amounts.end(), [&](const Amount& own) {
    return own.value == wanted.value || (own.date && own.value.starts_with(wanted.value + "-"));
  });
}

bool includes(const std::vector<std::uint32_t>& all, const std::vector<std::uint32_t>& some) {
  return !some.empty() && std::includes(all.begin(), all.end(), some.begin(), some.end());
}

}  // namespace

std::string_view to_string(RelationKind kind) {
  switch (kind) {
    case RelationKind::entails:
      return "entails";
    case RelationKind::neutral:
      return "neutral";
    case RelationKind::contradicts:
      return "contradicts";
  }
  return "neutral";
}

Relation judge_by_features(const TextFeatures& premise, const TextFeatures& hypothesis) {
  if (premise.normalised == hypothesis.normalised) return {RelationKind::entails, 1};
  if (premise.all.empty() || hypothesis.all.empty()) return {};
  if (premise.polarity != Polarity::none && hypothesis.polarity != Polarity::none &&
      premise.polarity != hypothesis.polarity)
    return {RelationKind::contradicts, 0};
  const double share = share_held(hypothesis.content, premise.all);
  const bool one_negates = premise.negates != hypothesis.negates;
  if (one_negates && share >= kSameMatter && premise.polarity == Polarity::none)
    return {RelationKind::contradicts, 0};
  const Relation neutral{RelationKind::neutral, std::min(share, kMostNeutral)};
  for (const Amount& wanted : hypothesis.amounts) {
    if (holds(premise, wanted)) continue;
    const bool other = std::any_of(premise.amounts.begin(), premise.amounts.end(), [&](const Amount& own) {
      return own.date == wanted.date && !wanted.value.starts_with(own.value + "-");
    });
    return other ? Relation{RelationKind::contradicts, 0} : neutral;
  }
  if (one_negates) return neutral;
  if (share >= kEntails) return {RelationKind::entails, share};
  const bool names = premise.is_name && hypothesis.is_name;
  if (names && includes(hypothesis.content, premise.content)) return {RelationKind::entails, kEntails};
  return neutral;
}

const std::string& BuiltInEntailment::name() const {
  static const std::string kName = "built-in";
  return kName;
}

base::Task<base::Result<std::vector<Relation>>> BuiltInEntailment::judge(std::string question,
                                                                         std::vector<std::string> texts,
                                                                         std::vector<TextPair> pairs) const {
  FeatureTable table(question);
  std::vector<TextFeatures> features;
  features.reserve(texts.size());
  for (const std::string& text : texts) features.push_back(table.analyse(text));
  std::vector<Relation> relations;
  relations.reserve(pairs.size());
  for (const TextPair pair : pairs)
    relations.push_back(judge_by_features(features.at(pair.premise), features.at(pair.hypothesis)));
  co_return relations;
}

}  // namespace genkai::limits::hallucination
