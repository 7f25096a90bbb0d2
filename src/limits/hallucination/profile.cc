#include "limits/hallucination/profile.h"

#include <array>

namespace genkai::limits::hallucination {
namespace {

constexpr std::array<std::string_view, 3> kNames{"exact", "balanced", "creative"};
// The reader's own calibration carries no risk below 0.06: exact is the strictest that quotes can keep.
constexpr std::array<ProfileSettings, 3> kSettings{{{0.06, 0.4, 12, Wording::verbatim, 4},
                                                    {0.10, 0.7, 4, Wording::plain, 0},
                                                    {0.30, 1.0, 4, Wording::free, 0}}};

}  // namespace

std::string_view to_string(Profile profile) {
  return kNames[static_cast<std::size_t>(profile)];
}

std::optional<Profile> profile_of(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Profile>(i);
  return {};
}

const ProfileSettings& settings_of(Profile profile) {
  return kSettings[static_cast<std::size_t>(profile)];
}

}  // namespace genkai::limits::hallucination
