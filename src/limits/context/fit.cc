#include <algorithm>

#include "limits/context/guard.h"
#include "limits/context/worth.h"
#include "text/text.h"

namespace genkai::limits::context {

Shown fit(const std::vector<core::Evidence>& evidence, const core::Interpretation& meaning, const Room& room,
          const Showing& showing) {
  std::vector<std::size_t> readable;
  std::size_t all = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const core::Evidence& item = evidence[i];
    if (item.poisoned() || item.suspected(core::Suspicion::near_duplicate) ||
        item.suspected(core::Suspicion::exact_copy))
      continue;
    readable.push_back(i);
    all += text::estimate_tokens(item.passage.text) + room.overhead;
  }
  Shown shown;
  // What a model reads well bounds what is added to the best passage, not whether there is any.
  const std::size_t best =
      readable.empty() ? 0 : text::estimate_tokens(evidence[readable.front()].passage.text) + room.overhead;
  const std::size_t tokens = std::min(room.tokens, std::max(showing.effective_tokens, best));
  shown.room = tokens;
  if (all <= tokens) {
    shown.places = std::move(readable);
    shown.tokens = all;
  } else {
    const Problem problem =
        worth_of(evidence, readable, meaning,
                 {.coverage = showing.coverage, .whole_sense = true, .overhead = room.overhead}, tokens);
    const Selection selection = select(problem);
    for (const std::size_t chosen : selection.chosen) shown.places.push_back(readable[chosen]);
    shown.tokens = static_cast<std::size_t>(selection.cost);
    shown.reached = selection.reached();
  }
  arrange(shown.places, showing.order);
  return shown;
}

std::string_view order_name(Order order) {
  return order == Order::best_first ? "best_first" : order == Order::best_last ? "best_last" : "edges";
}

std::optional<Order> order_named(std::string_view name) {
  for (const Order order : {Order::edges, Order::best_first, Order::best_last})
    if (order_name(order) == name) return order;
  return std::nullopt;
}

void arrange(std::vector<std::size_t>& best_first, Order order) {
  if (order == Order::best_last) std::reverse(best_first.begin(), best_first.end());
  if (order != Order::edges) return;
  std::vector<std::size_t> front, back;
  for (std::size_t i = 0; i < best_first.size(); ++i) (i % 2 == 0 ? front : back).push_back(best_first[i]);
  front.insert(front.end(), back.rbegin(), back.rend());
  best_first = std::move(front);
}

}  // namespace genkai::limits::context
