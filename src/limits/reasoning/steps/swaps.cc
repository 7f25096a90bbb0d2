// State tracking: who has what after each swap.

#include <algorithm>
#include <string>

#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/swap_text.h"

namespace genkai::limits::reasoning::steps {
namespace {

class Swaps {
 public:
  Swaps(const Chain& chain, Claims& claims, SwapWorld world)
      : chain_(chain), claims_(claims), world_(std::move(world)) {
    for (std::size_t i = 0; i < world_.people.size(); ++i) state_.push_back(i);
  }

  void run() {
    bool started = false;
    for (step_ = 0; step_ < chain_.steps.size(); ++step_) {
      const std::string_view text = chain_.steps[step_];
      const std::size_t answer = text.find("answer is");
      text_ = text.substr(0, answer);
      const auto swaps = swaps_in(text_, world_);
      const auto holdings = holdings_in(text_, world_);
      const bool ending = text_.find("At the end") != text_.npos || text_.find("at the end") != text_.npos;
      bool holds = true;
      if (!swaps.empty()) {
        started = true;
        holds = advance(swaps);
      } else if (holdings.empty()) {
        holds = true;
      } else if (!started && (step_ == 0 || is_state(holdings))) {
        started = true;  // it tells the start once more
      } else if (!ending && done_ < world_.swaps.size()) {
        started = true;
        apply(world_.swaps[done_++]);
      }
      if (holds && !holdings.empty())
        stated(holdings);
      else if (holds && !swaps.empty())
        claims_.supported(step_, Kind::tracking, text_);
      for (const Holding& holding : holdings) state_[holding.person] = holding.thing;
      if (answer != text.npos) answered(text.substr(answer));
    }
  }

 private:
  bool is_state(const std::vector<Holding>& holdings) const {
    return std::all_of(holdings.begin(), holdings.end(),
                       [&](const Holding& holding) { return state_[holding.person] == holding.thing; });
  }
  void apply(const Swap& swap) { std::swap(state_[swap.first], state_[swap.second]); }

  bool advance(const std::vector<Swap>& swaps) {
    for (const Swap& swap : swaps) {
      if (done_ >= world_.swaps.size()) {
        claims_.contradicted(step_, Kind::tracking, text_,
                             chain_.say("there is no such swap any more", "この交換はもうありません"));
        return false;
      }
      const Swap& due = world_.swaps[done_++];
      if (swap != due) {
        claims_.contradicted(
            step_, Kind::tracking, text_,
            chain_.say(
                "the next swap is of " + world_.people[due.first] + " and " + world_.people[due.second],
                "次の交換は " + world_.people[due.first] + " と " + world_.people[due.second] + " です"));
        return false;
      }
      apply(due);
    }
    return true;
  }

  void stated(const std::vector<Holding>& holdings) {
    for (const Holding& holding : holdings) {
      const std::size_t due = state_[holding.person];
      if (due == holding.thing) continue;
      const std::string& name = world_.people[holding.person];
      claims_.contradicted(
          step_, Kind::tracking, text_,
          chain_.say(name + " has " + world_.things[due] + " then, not " + world_.things[holding.thing],
                     name + " が持つのは " + world_.things[holding.thing] + " ではなく " +
                         world_.things[due] + " です"));
      return;
    }
    claims_.supported(step_, Kind::tracking, text_);
  }

  void answered(std::string_view text) {
    const std::size_t open = text.find('(');
    if (!world_.asked || open == text.npos || open + 1 >= text.size()) return;
    const std::size_t option = static_cast<std::size_t>(text[open + 1]) - 'A';
    if (option >= world_.options.size() || world_.options[option] == kNoThing) return;
    const std::size_t due = state_[*world_.asked];
    claims_.decide(step_, Kind::final_answer, text, world_.options[option] == due,
                   chain_.say(world_.people[*world_.asked] + " has " + world_.things[due],
                              world_.people[*world_.asked] + " が持つのは " + world_.things[due] + " です"));
  }

  const Chain& chain_;
  Claims& claims_;
  const SwapWorld world_;
  std::size_t step_ = 0, done_ = 0;  // done: swaps that were made
  std::string_view text_;
  std::vector<std::size_t> state_;  // the thing of each person, as stated last
};

}  // namespace

bool check_swaps(const Chain& chain, Claims& claims) {
  auto world = read_swaps(chain.question);
  if (!world) return false;
  Swaps(chain, claims, std::move(*world)).run();
  return true;
}

}  // namespace genkai::limits::reasoning::steps
