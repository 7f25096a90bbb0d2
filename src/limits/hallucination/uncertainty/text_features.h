#pragma once
// What the comparisons of answers look at in a text. Each text of a question is analysed once.
//
//   FeatureTable table("When was the ferry built?");
//   const TextFeatures& answer = table.add("It was built in 1932.");   // content {built}, amounts {1932}

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace genkai::limits::hallucination {

/// A date or a number, as text::find_typed_spans writes its value.
struct Amount {
  bool date = false;
  std::string value;
  bool operator==(const Amount&) const = default;
  bool operator<(const Amount& other) const {
    return std::tie(date, value) < std::tie(other.date, other.value);
  }
};

enum class Polarity { none, yes, no };

struct TextFeatures {
  std::string normalised;              // text::normalise, without white space and full stops at the ends
  std::vector<std::uint32_t> terms;    // index terms in order, repeats included; at most kMostTerms
  std::vector<std::uint32_t> all;      // the same, sorted, each once
  std::vector<std::uint32_t> content;  // sorted: neither function words nor of the question nor amounts
  std::vector<Amount> amounts;         // sorted, without those of the question
  bool negates = false;                // "not", "never", ない ...
  Polarity polarity = Polarity::none;  // it begins with yes or no
  bool is_name = false;                // it is hardly more than the name of a person, place or thing
};

/// What lies beyond is not compared.
constexpr std::size_t kMostTerms = 1000;

/// Numbers terms and keeps the features of the texts of one question. Not thread-safe.
class FeatureTable {
 public:
  explicit FeatureTable(std::string_view question);
  TextFeatures analyse(std::string_view text);
  /// The terms by number.
  std::vector<std::string> names() && { return std::move(names_); }
  /// Index terms of a text in order, at most kMostTerms.
  std::vector<std::uint32_t> terms(std::string_view text);

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;
  std::vector<std::uint8_t> function_, hiragana_;  // of each term: a function word; holds hiragana
  std::vector<std::uint32_t> question_terms_;      // sorted
  std::vector<Amount> question_amounts_;           // sorted
};

/// Whether normalised text says "not" in one of the usual ways.
bool says_not(std::string_view normalised);

}  // namespace genkai::limits::hallucination
