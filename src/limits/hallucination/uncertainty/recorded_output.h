#pragma once
// What a language model said to one question, as it was recorded: its samples, and whatever else is known of
// its certainty.
//
//   GENKAI_ASSIGN_OR_RETURN(const Json line, Json::parse(text));
//   GENKAI_ASSIGN_OR_RETURN(const RecordedOutput output, parse_recorded_output(line));
//
// docs/formats/score.md is the format.

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/language_model.h"

namespace genkai::limits::hallucination {

/// Natural logarithms throughout.
struct RecordedSample {
  std::string text;
  std::vector<model::TokenLogprob> tokens{};  // empty when not recorded; `token` may be empty
  std::optional<double> logprob{};            // of the whole text, where tokens were not recorded
  std::size_t token_count = 0;                // of `logprob`, 0 when not recorded
  std::optional<double> stated_confidence{};  // 0 to 1, stated with this sample
};

/// What another model answered.
struct OtherAnswer {
  std::string model;
  std::string text;
  std::optional<double> stated_confidence{};
};

struct RecordedOutput {
  std::string id;
  std::string question;
  std::vector<RecordedSample> samples{};      // the first is the answer that is scored
  std::optional<double> stated_confidence{};  // 0 to 1, in the first sample
  std::optional<double> p_true{};  // 0 to 1: the model's probability that the first sample is right
  std::vector<OtherAnswer> others{};
  std::vector<std::string> answers{};  // right ones, any of which will do
  std::optional<bool> correct{};       // whether the first sample is right, judged by somebody else
  bool abstained = false;              // the model said that it does not know
  std::string group{};                 // items of one group count as dependent
};

constexpr std::size_t kMostRecordedSamples = 100'000;

/// Errors (invalid_argument) name the member that is wrong. Members that are not known are ignored.
base::Result<RecordedOutput> parse_recorded_output(const base::Json& line);

/// The same, to be parsed again.
base::Json to_json(const RecordedOutput& output);

/// A sample as a model gave it.
RecordedSample to_recorded(const model::Sample& sample);

/// 0.85 of 0.85, "0.85", "85%" and 85; numbers above 1 are percent. Anything else, and what is not within 0
/// to 1 then, is nothing.
std::optional<double> parse_confidence(const base::Json& value);

/// Sum of the token logprobs, or what was recorded for the whole; nothing where that is missing or not a
/// logarithm of a probability (not finite, or above 0 by more than rounding).
std::optional<double> sequence_logprob(const RecordedSample& sample);
/// The same over the number of tokens.
std::optional<double> mean_token_logprob(const RecordedSample& sample);

}  // namespace genkai::limits::hallucination
