#include "limits/hallucination/probe/replies.h"

#include <array>
#include <utility>

namespace genkai::limits::hallucination::probe {
namespace {

constexpr std::array<std::pair<Purpose, std::string_view>, 9> kNames{{
    {Purpose::closed, "closed"},
    {Purpose::twin, "twin"},
    {Purpose::blind, "blind"},
    {Purpose::again, "again"},
    {Purpose::same, "same"},
    {Purpose::explain_wrong, "explain_wrong"},
    {Purpose::stand_wrong, "stand_wrong"},
    {Purpose::explain_right, "explain_right"},
    {Purpose::stand_right, "stand_right"},
}};

}  // namespace

std::string_view to_string(Purpose purpose) {
  for (const auto& [own, name] : kNames)
    if (own == purpose) return name;
  return "closed";
}

ReplyKey key_of(Purpose purpose, std::string id, std::size_t wording) {
  return {std::string(to_string(purpose)), std::move(id), wording};
}

}  // namespace genkai::limits::hallucination::probe
