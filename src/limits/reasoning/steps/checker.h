#pragma once
// What the checkers of the kinds of claims share: each looks at the whole chain and adds the claims that it
// could find. One that knows the form of the task (sorting, brackets, swaps, orders) says that the chain is
// its own; the others look at every other chain.

#include <string>
#include <string_view>
#include <vector>

#include "limits/reasoning/steps/step_check.h"

namespace genkai::limits::reasoning::steps {

struct Chain {
  std::string_view question;
  const std::vector<std::string>& steps;
  text::Language language = text::Language::english;

  std::string say(std::string english, std::string japanese) const {
    return language == text::Language::japanese ? japanese : english;
  }
};

/// Collects the claims of a chain.
class Claims {
 public:
  void supported(std::size_t step, Kind kind, std::string_view text) {
    add(step, kind, text, core::Verdict::supported, {});
  }
  void contradicted(std::size_t step, Kind kind, std::string_view text, std::string why) {
    add(step, kind, text, core::Verdict::contradicted, std::move(why));
  }
  /// It does not hold, and what the step concludes stands all the same.
  void inconsistent(std::size_t step, Kind kind, std::string_view text, std::string why) {
    add(step, kind, text, core::Verdict::inconsistent, std::move(why));
  }
  void not_checkable(std::size_t step, Kind kind, std::string_view text, std::string why) {
    add(step, kind, text, core::Verdict::not_checkable, std::move(why));
  }
  /// As `holds` says.
  void decide(std::size_t step, Kind kind, std::string_view text, bool holds, std::string why) {
    holds ? supported(step, kind, text) : contradicted(step, kind, text, std::move(why));
  }
  std::vector<StepClaim> take() { return std::move(claims_); }

 private:
  void add(std::size_t step, Kind kind, std::string_view text, core::Verdict verdict, std::string why) {
    claims_.push_back({step, kind, std::string(text.substr(0, 300)), verdict, std::move(why)});
  }
  std::vector<StepClaim> claims_;
};

// Whether the chain is of their form; its claims are then complete.
bool check_word_sorting(const Chain& chain, Claims& claims);
bool check_brackets(const Chain& chain, Claims& claims);
bool check_swaps(const Chain& chain, Claims& claims);
bool check_order(const Chain& chain, Claims& claims);

// Statements of any chain.
void check_arithmetic(const Chain& chain, Claims& claims);
void check_units(const Chain& chain, Claims& claims);
void check_dates(const Chain& chain, Claims& claims);
void check_counts(const Chain& chain, Claims& claims);

}  // namespace genkai::limits::reasoning::steps
