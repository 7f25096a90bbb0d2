#include "limits/reasoning/bound/survival.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace genkai::limits::reasoning::bound {
namespace {

// What becomes of one step.
struct Step {
  double right = 0;      // accepted, and right
  double accepted = 0;   // not given up
  double attempts = 0;   // writings
  double precision = 0;  // right of accepted
};

Step step_of(double error, const Checker& checker) {
  const double flagged = error * checker.caught + (1 - error) * checker.false_alarm;
  const double pass_right = (1 - error) * (1 - checker.false_alarm), pass = 1 - flagged;
  const double tries = static_cast<double>(checker.retries) + 1;
  Step step;
  // 1 + q + ... + q^r; the plain quotient loses all digits where q is near 1.
  step.attempts = pass > 1e-9 ? -std::expm1(tries * std::log1p(-pass)) / pass : tries;
  if (flagged == 0) step.attempts = 1;
  step.right = std::min(1.0, pass_right * step.attempts);
  step.accepted = std::min(1.0, pass * step.attempts);
  step.precision = pass > 0 ? std::min(1.0, pass_right / pass) : 0;
  return step;
}

base::Status check(const Checker& checker) {
  GENKAI_RETURN_IF_ERROR(core::check_probability("the share of wrong steps caught", checker.caught));
  GENKAI_RETURN_IF_ERROR(core::check_probability("the share of false alarms", checker.false_alarm));
  if (checker.retries > kMostSteps)
    return base::fail(base::Code::invalid_argument, "there are too many retries", "give at most a million");
  return {};
}

bool checks(const Checker& checker) {
  return checker.caught > 0 || checker.false_alarm > 0;
}

core::Grounds grounds_of(const Checker& checker, bool counted) {
  core::Grounds grounds;
  grounds.assumptions = {
      {"One wrong step makes the chain wrong: no later step repairs it, and no two errors cancel.",
       "1つでも誤った手順があれば連鎖全体が誤りになり、後の手順が直したり、誤り同士が打ち消し合ったりはしませ"
       "ん。"},
      {"Steps err independently of each other. The range without independence does not need this.",
       "各手順の誤りは互いに独立です。独立を仮定しない範囲には不要です。"}};
  grounds.source = "P(no step wrong) = prod (1 - e_i); Fréchet 1935";
  if (checks(checker)) {
    grounds.assumptions.back() = {"Steps err independently of each other.", "各手順の誤りは互いに独立です。"};
    grounds.assumptions.push_back(
        {"A step written anew errs as often as the first time, independently of it, and the checker flags it "
         "by the same shares. A model that repeats its error gains less.",
         "書き直した手順は、前回と独立に同じ割合で誤り、検査器も同じ割合で指摘します。"
         "同じ誤りを繰り返すモデルでは効果はこれより小さくなります。"});
    grounds.source = "geometric series over the retries of each step";
  }
  if (counted)
    grounds.assumptions.push_back({"The steps counted are independent draws of those to come.",
                                   "数えた手順は、今後の手順と同じ分布からの独立な標本です。"});
  return grounds;
}

base::Status check(const StepErrors& counted) {
  if (counted.n == 0 || counted.wrong > counted.n)
    return base::fail(base::Code::invalid_argument, "there cannot be more wrong steps than steps",
                      "give the wrong ones and all that were counted");
  return {};
}

// Both ends of the errors carried through: every share of right chains falls with each error.
base::Result<Survival> from_counts(std::span<const StepErrors> counted, std::uint64_t times,
                                   const Checker& checker, double confidence, double each) {
  std::vector<double> errors, low, high;
  for (const StepErrors& one : counted) {
    GENKAI_RETURN_IF_ERROR(check(one));
    const auto interval = stats::clopper_pearson(one.wrong, one.n, each);
    for (std::uint64_t i = 0; i < times; ++i) {
      errors.push_back(static_cast<double>(one.wrong) / static_cast<double>(one.n));
      low.push_back(interval.low);
      high.push_back(interval.high);
    }
  }
  GENKAI_ASSIGN_OR_RETURN(Survival out, survival(errors, checker));
  GENKAI_ASSIGN_OR_RETURN(const Survival best, survival(low, checker));
  GENKAI_ASSIGN_OR_RETURN(const Survival worst, survival(high, checker));
  out.interval = stats::Interval{worst.value, best.value};
  out.right_when_finished_interval = stats::Interval{worst.right_when_finished, best.right_when_finished};
  out.any_dependence = {worst.any_dependence.low, best.any_dependence.high};
  out.confidence = confidence;
  out.grounds = grounds_of(checker, true);
  return out;
}

}  // namespace

base::Result<Survival> survival(std::span<const double> errors, const Checker& checker) {
  GENKAI_RETURN_IF_ERROR(check(checker));
  if (errors.empty() || errors.size() > kMostSteps)
    return base::fail(base::Code::invalid_argument, "a chain has from 1 to 1,000,000 steps");
  Survival out;
  out.steps = errors.size();
  double log_value = 0, log_finished = 0, log_precision = 0, sum = 0, most = 0;
  for (const double error : errors) {
    GENKAI_RETURN_IF_ERROR(core::check_probability("the error of a step", error));
    const Step step = step_of(error, checker);
    out.attempts += std::exp(log_finished) * step.attempts;
    log_value += std::log(step.right);
    log_finished += std::log(step.accepted);
    log_precision += std::log(step.precision);
    sum += error;
    most = std::max(most, error);
  }
  out.value = std::exp(log_value);
  out.finished = std::exp(log_finished);
  out.right_when_finished = std::exp(log_precision);
  out.any_dependence = {std::max(0.0, 1 - sum), 1 - most};
  out.grounds = grounds_of(checker, false);
  return out;
}

base::Result<Survival> survival(const StepErrors& counted, std::uint64_t steps, const Checker& checker,
                                double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  if (steps > kMostSteps)
    return base::fail(base::Code::invalid_argument, "a chain has from 1 to 1,000,000 steps");
  return from_counts({&counted, 1}, steps, checker, confidence, confidence);
}

base::Result<Survival> survival(std::span<const StepErrors> counted, const Checker& checker,
                                double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  if (counted.size() > kMostSteps)
    return base::fail(base::Code::invalid_argument, "a chain has from 1 to 1,000,000 steps");
  const double each = 1 - (1 - confidence) / static_cast<double>(std::max<std::size_t>(1, counted.size()));
  return from_counts(counted, 1, checker, confidence, each);
}

base::Result<std::optional<std::uint64_t>> longest_chain(double error, const Checker& checker,
                                                         double target) {
  GENKAI_RETURN_IF_ERROR(check(checker));
  GENKAI_RETURN_IF_ERROR(core::check_probability("the error of a step", error));
  GENKAI_RETURN_IF_ERROR(core::check_inside("the wanted share", target));
  const double right = step_of(error, checker).right;
  if (right >= 1) return std::optional<std::uint64_t>();
  if (right <= 0) return std::optional<std::uint64_t>(0);
  // A chain that meets the target exactly counts, whatever the logarithms round to.
  const double steps = std::log(target) / std::log(right);
  return std::optional(static_cast<std::uint64_t>(std::min(std::floor(steps + 1e-9), 1e18)));
}

}  // namespace genkai::limits::reasoning::bound
