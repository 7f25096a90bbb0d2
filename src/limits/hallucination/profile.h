#pragma once
// The dial from exact to creative. It sets together what must not be set apart: how freely a model samples,
// how often it is asked, how sure an answer has to be, and how it is worded.
//
//   const ProfileSettings& exact = settings_of(Profile::exact);

#include <cstddef>
#include <optional>
#include <string_view>

namespace genkai::limits::hallucination {

enum class Profile { exact, balanced, creative };
std::string_view to_string(Profile profile);
std::optional<Profile> profile_of(std::string_view name);

/// How a model is asked to word its answer.
enum class Wording {
  verbatim,  // in the passages' own words
  plain,     // as short as possible
  free,      // up to three sentences of its own
};

struct ProfileSettings {
  double risk;          // wanted share of wrong answers among those given
  double temperature;   // of a model's samples; never 0: equal samples would agree about anything
  std::size_t samples;  // at most; fewer when the decision is certain before
  Wording wording;
  std::size_t closed_book;  // samples without the evidence, to be held against the answer from it
};
const ProfileSettings& settings_of(Profile profile);

}  // namespace genkai::limits::hallucination
