#pragma once
// Claims that are held against each other: answers to questions, or the sentences of a text.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto claims, parse_claims(file));   // docs/limits/reasoning/consistency.md
//   claims[0].holds();                                                // what the answer says of the
//   proposition const auto sentences = claims_of_text("The hall has two doors. It is closed.");

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "limits/reasoning/consistency/statement.h"

namespace genkai::limits::reasoning {

/// Probability that an answer is right where none is given.
constexpr double kDefaultConfidence = 0.8;
constexpr std::size_t kMostClaims = 100'000;

struct Claim {
  std::string id;
  std::string text;                        // for people
  std::string subject;                     // where it was given apart
  std::string said;                        // the words that the statement was read from
  Statement statement;                     // the proposition, whichever way it was put
  bool value = true;                       // the answer: whether what `text` says is so
  bool sentence = false;                   // of a text, which asserts it
  double confidence = kDefaultConfidence;  // that the answer is right, within (0, 1)
  /// What the answer says of the proposition itself: "is not a dog", answered no, says that it is one.
  bool holds() const { return value != statement.negated; }
};

/// Log-odds of a probability, clamped to those of 0.001 and 0.999.
double log_odds(double probability);

/// {"id"?, "text"?, "subject"?, "proposition"?, "value"?, "confidence"?}; a text, or a proposition, is
/// needed.
base::Result<Claim> claim_of(const base::Json& json, const std::string& id_otherwise);

/// One JSON array, one object with "claims", or JSON Lines. Errors: invalid_argument, which names the line;
/// a claim too many; two claims of one id.
base::Result<std::vector<Claim>> parse_claims(std::string_view text);

/// The sentences of a text that assert something, numbered "1", "2" ... over all its sentences.
std::vector<Claim> claims_of_text(std::string_view text);

/// The JSON values of an array, of an object's member `member`, or of JSON Lines. Shared by claims and rules.
base::Result<std::vector<base::Json>> read_json_records(std::string_view text, std::string_view member,
                                                        std::size_t most);

}  // namespace genkai::limits::reasoning
