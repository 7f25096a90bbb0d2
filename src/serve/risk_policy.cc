#include "serve/risk_policy.h"

#include <cmath>

#include "limits/hallucination/messages.h"
#include "model/reader_calibration.h"

namespace genkai::serve {

using limits::hallucination::Policy;

namespace {

constexpr double kRounding = 1e-9;

std::string hash_of(const std::string& hash, const std::string& name) {
  return hash.empty() ? name : hash;
}

const core::Certificate* promise_in(const core::Answer& answer) {
  if (answer.outcome != core::Outcome::answered) return nullptr;
  for (const core::Certificate& certificate : answer.certificates)
    if (certificate.kind == "risk" && certificate.numbers.number("risk") > 0) return &certificate;
  return nullptr;
}

std::string hash_of(const core::Certificate& certificate) {
  return hash_of(certificate.numbers.string("hash"), certificate.numbers.string("calibration_set"));
}

// Whether the answers of a model or, failing that, quotes may still be given.
bool carries(const Policy& policy) {
  const auto by = [&policy](const limits::hallucination::Calibration& calibration) {
    return std::isfinite(calibration.threshold_for({.risk = policy.risk, .delta = policy.delta}).threshold);
  };
  if (policy.model_calibration && by(*policy.model_calibration)) return true;
  return policy.calibration ? by(*policy.calibration)
                            : std::isfinite(model::threshold_for(policy.risk, 1 - policy.delta).threshold);
}

}  // namespace

WatchKey watch_key(const std::string& knowledge, const model::ChatModel* model, const Policy& policy) {
  WatchKey key{knowledge, model ? model->name() : std::string(), {}};
  // The one that its certificates name: without one of the model, those of its quotes.
  if (model && policy.model_calibration) {
    key.hash = policy.model_calibration->hash();
  } else if (policy.calibration) {
    key.hash = policy.calibration->hash();
  } else {
    static const std::string kReader = [] {
      const model::RiskThreshold own = model::threshold_for(0.1);
      return hash_of(own.hash, own.calibration_set);
    }();
    key.hash = kReader;
  }
  return key;
}

void hold_to(Policy& policy, const Standing& standing) {
  if (standing.level == 0 && !standing.stopped) return;
  const bool suspended = standing.suspends(policy.risk);
  policy.risk = standing.risk(policy.risk);
  policy.suspended = policy.suspended || suspended || !carries(policy);
}

void hold_back(core::Answer& answer, const WatchKey& key, double wanted, text::Language language,
               const RiskWatch& watch) {
  const core::Certificate* promise = promise_in(answer);
  if (!promise) return;
  WatchKey own = key;
  own.hash = hash_of(*promise);
  if (own.hash == key.hash) return;  // the policy was held to it already
  const Standing standing = watch.standing(own);
  if (!standing.suspends(wanted) &&
      promise->numbers.number("risk") <= standing.risk(wanted) * (1 + kRounding))
    return;
  answer.outcome = core::Outcome::abstained;
  answer.reason = core::Reason::low_confidence;
  answer.message = limits::hallucination::suspended_message(language);
  answer.rejected = std::move(answer.answers);
  answer.answers.clear();
  answer.certificates.clear();
}

GivenAnswer given_answer(const core::Answer& answer, WatchKey key, const Standing& standing,
                         const RiskWatch& watch) {
  GivenAnswer given{.key = std::move(key), .level = standing.level};
  given.answered = answer.outcome == core::Outcome::answered;
  if (given.answered && !answer.answers.empty() && answer.answers.front().basis != core::Basis::none)
    given.probability = answer.answers.front().probability;
  if (const core::Certificate* promise = promise_in(answer)) {
    std::string hash = hash_of(*promise);
    if (hash != given.key.hash) {
      given.key.hash = std::move(hash);
      given.level = watch.standing(given.key).level;
    }
    given.risk = promise->numbers.number("risk");
  }
  return given;
}

std::optional<double> best_score(const core::Answer& answer) {
  const auto& items = answer.answers.empty() ? answer.rejected : answer.answers;
  if (items.empty()) return std::nullopt;
  const core::AnswerItem& best = items.front();
  if (!best.scores.empty() && std::isfinite(best.scores.front())) return best.scores.front();
  if (best.basis == core::Basis::calibrated || best.basis == core::Basis::agreement) return best.probability;
  return std::nullopt;
}

}  // namespace genkai::serve
