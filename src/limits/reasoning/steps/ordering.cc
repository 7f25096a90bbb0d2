// Things in a fixed order: whether each place that a step states follows from the question.

#include <algorithm>
#include <numeric>
#include <string>

#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/order_text.h"

namespace genkai::limits::reasoning::steps {
namespace {

using Arrangement = std::vector<std::size_t>;  // the place of each thing

bool holds(const OrderFact& fact, const Arrangement& places) {
  switch (fact.kind) {
    case OrderFact::Kind::at:
      return places[fact.thing] == fact.other;
    case OrderFact::Kind::not_at:
      return places[fact.thing] != fact.other;
    case OrderFact::Kind::before:
      return places[fact.thing] < places[fact.other];
  }
  return false;
}

class Ordering {
 public:
  Ordering(const Chain& chain, Claims& claims, OrderQuestion order)
      : chain_(chain), claims_(claims), order_(std::move(order)) {
    Arrangement places(order_.things.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    do possible_.push_back(places);
    while (std::next_permutation(places.begin(), places.end()));
    all_ = possible_;
    for (const OrderFact& fact : order_.facts) keep(all_, fact);
  }
  bool consistent() const { return !all_.empty(); }

  void run() {
    for (step_ = 0; step_ < chain_.steps.size(); ++step_) {
      const std::string_view text = chain_.steps[step_];
      const std::size_t answer = text.find("answer is"), list = text.find("So from");
      std::string_view before = text.substr(0, std::min(answer, list));
      statements(before);
      if (list != text.npos || text.find("from ") != text.npos) places(text.substr(0, answer));
      if (answer != text.npos) answered(text.substr(answer));
    }
  }

 private:
  static void keep(std::vector<Arrangement>& arrangements, const OrderFact& fact) {
    std::erase_if(arrangements, [&](const Arrangement& one) { return !holds(fact, one); });
  }
  static bool follows(const OrderFact& fact, const std::vector<Arrangement>& from) {
    return std::all_of(from.begin(), from.end(), [&](const Arrangement& one) { return holds(fact, one); });
  }

  void statements(std::string_view text) {
    for (const OrderFact& fact : facts_in(text, order_.things)) {
      const bool given = std::find(order_.facts.begin(), order_.facts.end(), fact) != order_.facts.end();
      claims_.decide(step_, Kind::ordering, text, given || follows(fact, possible_),
                     chain_.say("that does not follow from what was used so far",
                                "それはここまでの手順からは導けません"));
      if (given) keep(possible_, fact);
    }
  }

  // Each place follows from the statements that were used so far.
  void places(std::string_view text) {
    for (const Placement& one : placements_in(text, order_)) {
      const std::string& name = order_.things[one.thing];
      if (one.place >= order_.things.size()) {
        claims_.contradicted(
            step_, Kind::ordering, text,
            chain_.say("there is no such place for " + name, name + " のその位置はありません"));
        return;
      }
      const OrderFact fact{OrderFact::Kind::at, one.thing, one.place};
      if (follows(fact, possible_)) continue;
      const bool true_all = follows(fact, all_);
      claims_.contradicted(
          step_, Kind::ordering, text,
          chain_.say(true_all ? "the place of " + name + " does not follow from what was used so far"
                              : "the place of " + name + " does not follow",
                     name + " の位置はここまでの手順からは導けません"));
      return;
    }
    if (!placements_in(text, order_).empty()) claims_.supported(step_, Kind::ordering, text);
  }

  void answered(std::string_view text) {
    const std::size_t open = text.find('(');
    if (open == text.npos || open + 2 >= text.size() || text[open + 2] != ')') return;
    const std::size_t option = static_cast<std::size_t>(static_cast<unsigned char>(text[open + 1])) - 'A';
    if (option >= order_.options.size() || !order_.options[option]) return;
    claims_.decide(step_, Kind::final_answer, text, follows(*order_.options[option], all_),
                   chain_.say("that does not follow from the question", "それは問題からは導けません"));
  }

  const Chain& chain_;
  Claims& claims_;
  const OrderQuestion order_;
  std::size_t step_ = 0;
  std::vector<Arrangement> possible_, all_;  // by the statements used so far, and by all
};

}  // namespace

bool check_order(const Chain& chain, Claims& claims) {
  auto order = read_order(chain.question);
  if (!order) return false;
  Ordering ordering(chain, claims, std::move(*order));
  if (!ordering.consistent()) return false;
  ordering.run();
  return true;
}

}  // namespace genkai::limits::reasoning::steps
