#include "limits/hallucination/bound/decay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace genkai::limits::hallucination::bound {
namespace {

Basis chain_basis() {
  return {
      {{"A step that went wrong is not put right later, and the result needs every step.",
        "誤った段階は後で直されず、結果にはすべての段階が必要です。"},
       {"The product takes the errors to be independent. A chain whose errors cause each other can do "
        "better or worse; the interval holds for any dependence.",
        "積は誤りが互いに独立だと仮定します。誤りが誤りを招く場合はこれより良くも悪くもなり、区間は"
        "どんな依存関係でも成り立ちます。"}},
      "product rule; Boole's and Frechet's inequalities; for models: Zhang, Press, Merrill, Liu and Smith "
      "2024, How language model hallucinations can snowball, ICML"};
}

void conclude(Snowball& chain, double log_right, double sum, double largest) {
  chain.all_right = std::exp(log_right);
  chain.some_wrong = -std::expm1(log_right);
  chain.any_dependence = {std::max(0.0, 1 - sum), 1 - largest};
  chain.basis = chain_basis();
}

}  // namespace

base::Result<Staleness> staleness(double age_days, double half_life_days, std::optional<double> wanted) {
  if (!(age_days >= 0) || !std::isfinite(age_days))
    return base::fail(base::Code::invalid_argument, fmt::format("the age is {} days", age_days),
                      "it has to be 0 or more: is the date in the future?");
  if (!(half_life_days > 0) || !std::isfinite(half_life_days))
    return base::fail(base::Code::invalid_argument, fmt::format("the half-life is {} days", half_life_days),
                      "give the days after which half of such facts have changed, above 0");
  if (wanted && !(*wanted > 0 && *wanted <= 1))
    return base::fail(base::Code::invalid_argument, "the wanted probability is not above 0 and at most 1");
  Staleness out;
  out.age_days = age_days, out.half_life_days = half_life_days;
  const double half_lives = age_days / half_life_days;
  out.fresh = std::exp2(-half_lives);
  out.stale = -std::expm1(-half_lives * std::log(2.0));
  if (wanted) out.good_until = *wanted == 1 ? 0.0 : -half_life_days * std::log2(*wanted);
  out.basis = {{{"Facts of this kind change at a constant rate: an old one is no more and no less likely to "
                 "change tomorrow than a new one.",
                 "この種の事実は一定の割合で変わります。古さによって明日変わる確率は違いません。"},
                {"The half-life is that of this kind of fact; offices, prices and versions differ widely.",
                 "半減期はこの種の事実のものです。役職、価格、版などでは大きく異なります。"},
                {"The fact was true at its date.", "その日付の時点では正しい事実でした。"}},
               "exponential decay: 2^(-age / half-life)"};
  return out;
}

base::Result<Snowball> snowball(std::span<const double> errors) {
  if (errors.empty())
    return base::fail(base::Code::invalid_argument, "there is no step", "give the error of at least one");
  Snowball chain;
  chain.steps = static_cast<double>(errors.size());
  double log_right = 0, sum = 0, largest = 0;
  for (const double error : errors) {
    GENKAI_RETURN_IF_ERROR(check_probability("the error of a step", error));
    log_right += std::log1p(-error);
    sum += error;
    largest = std::max(largest, error);
  }
  conclude(chain, log_right, sum, largest);
  return chain;
}

base::Result<Snowball> snowball(double error, double steps) {
  GENKAI_RETURN_IF_ERROR(check_probability("the error of a step", error));
  if (!(steps >= 1 && steps <= 1e15) || steps != std::floor(steps))
    return base::fail(base::Code::invalid_argument, fmt::format("{} is no number of steps", steps),
                      "give a whole number from 1");
  Snowball chain;
  chain.steps = steps;
  conclude(chain, steps * std::log1p(-error), steps * error, error);
  if (error > 0 && error < 1) chain.steps_to_half = std::log(0.5) / std::log1p(-error);
  return chain;
}

}  // namespace genkai::limits::hallucination::bound
