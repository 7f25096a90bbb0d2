#pragma once
// How a Japanese sentence ends, and how it ends when it asks.
//
//   asking_end("渡し船は何年に建造された") == "渡し船は何年に建造されました"      // then か
//   asking_end("渡し船は何年に建造され", true) == "渡し船は何年に建造されました"  // a clause that goes on

#include <optional>
#include <string>
#include <string_view>

namespace genkai::answer {

/// The clause with the ending before か. `noun` says that its last word is a noun. None for what cannot ask
/// (orders, invitations, guesses).
std::optional<std::string> asking_end(std::string_view clause, bool noun);

/// The same for a clause that ends in the continuative form, as in 建造され、; `past` as the sentence goes on
/// to be.
std::string asking_continuative(std::string_view clause, bool past);

/// Whether a plain or polite clause is in the past.
bool is_past(std::string_view clause);

}  // namespace genkai::answer
