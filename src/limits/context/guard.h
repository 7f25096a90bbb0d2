#pragma once
// The context limit's door: give the drafting model the least evidence that suffices, in an order it reads.
//
//   std::vector<core::Evidence> packed = pack(found.evidence, meaning, {.tokens = 1500}, trace);
//   const Shown shown = fit(packed, meaning, {.tokens = 900, .overhead = 48}, {});      // for a language
//   model

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"

namespace genkai::limits::context {

/// Where the best passages stand in a prompt. Models read its ends better than its middle (Liu et al. 2024,
/// Lost in the middle): `edges` puts the best first, the second best last, and so on inwards.
enum class Order { edges, best_first, best_last };
/// As settings and files write it: "edges", "best_first", "best_last".
std::string_view order_name(Order order);
std::optional<Order> order_named(std::string_view name);

/// How evidence is shown to a language model.
struct Showing {
  Order order = Order::edges;
  std::string why = "by default";           // this order, for a trace
  std::size_t effective_tokens = SIZE_MAX;  // never more than this, however large the context: what a probe
                                            // found the model to read well
  std::string tokens_why{};                 // that limit, for a trace
  double coverage = 0;                      // weight of the question's terms held (worth.h)
  bool recite = false;                      // quotes before the answer: retrieve, recite, then reason
  bool compress = false;                    // of each passage only the sentences that matter (compress.h)
};

struct Budget {
  std::size_t tokens = 1500;  // estimated tokens of all passages together
  std::size_t passages = 12;  // no more than this many
  double enough = 0.55;       // passages ranked below this share of the best score are left out
  std::size_t least = 6;      // but this many are kept
  std::size_t aside = 6;      // poisoned passages and near duplicates that stay named
  double coverage = 0;        // as in Showing, for the extractive reader
  Showing showing{};
};

/// The best evidence within the budget, best first. Poisoned evidence and near duplicates take no room; they
/// stay at the end of the list, so that later stages can name them. The trace says how near the choice is to
/// the best possible.
std::vector<core::Evidence> pack(std::vector<core::Evidence> evidence, const core::Interpretation& meaning,
                                 const Budget& budget, core::Trace& trace);

struct Room {
  std::size_t tokens = SIZE_MAX;  // estimated
  std::size_t overhead = 0;       // tokens around each passage
};

struct Shown {
  std::vector<std::size_t> places;  // in the evidence, in the order in which they are shown
  std::size_t tokens = 0;           // of them, with overhead
  std::size_t room = 0;             // that they had
  double reached = 1;               // share of the best possible choice at least
};

/// What a language model is shown: no poisoned passage, no copy or near duplicate; a passage that leans on
/// its neighbour only with it, where it was found.
Shown fit(const std::vector<core::Evidence>& evidence, const core::Interpretation& meaning, const Room& room,
          const Showing& showing);

/// Places that are best first, in an order.
void arrange(std::vector<std::size_t>& best_first, Order order);

/// "1204 of 1500, at least 96 % of the best possible" for a trace.
std::string describe(std::size_t tokens, std::size_t budget, double reached);

}  // namespace genkai::limits::context
