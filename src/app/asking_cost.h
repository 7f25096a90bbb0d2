#pragma once
// What calls to a model cost: the prices given, what is told before anything is asked, and after.
//
//   add_price_options(verb, arguments.prices);
//   std::fprintf(stderr, "%s\n", estimate_in_words(before, prices, "notes are there already",
//   language).c_str()); priced(asked.usage, prices);

#include <cstdint>
#include <string>
#include <string_view>

#include "model/asking/ask.h"
#include "text/text.h"

namespace CLI {
class App;
}

namespace genkai::app {

/// Of a million tokens, in any currency; 0 where none was given.
struct CallPrices {
  double in = 0, out = 0;
  double of(std::uint64_t prompt_tokens, std::uint64_t completion_tokens) const;
};

/// --price-in, --price-out
void add_price_options(CLI::App& verb, CallPrices& prices);

/// With its money by these prices, where the endpoint has none of its own.
void price(model::Usage& usage, const CallPrices& prices);

/// "12 calls to make, 3 replies are recorded already; about 900 tokens in, 40 out, cost about 0.0100."
/// `known` says in English what the known ones are.
std::string estimate_in_words(const model::asking::Estimate& before, const CallPrices& prices,
                              std::string_view known, text::Language language);

/// "15 replies (12 calls now, 900 tokens in, 40 out, cost 0.0100). Seed 1; intervals of 95 %." and how many
/// got none.
std::string asked_in_words(std::size_t replies, const model::asking::Asked& asked, std::uint64_t seed,
                           text::Language language);

}  // namespace genkai::app
