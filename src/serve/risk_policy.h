#pragma once
// Between the watch over promises (risk_watch.h) and the answering of one question: which promise a policy
// makes, what is left of it, and what an answer has promised in the end.
//
//   const WatchKey key = watch_key(asking.knowledge, asking.model, policy);
//   const Standing standing = watch.standing(key);
//   hold_to(policy, standing);
//   core::Answer answer = ...;
//   hold_back(answer, key, wanted, policy.language, watch);
//   const std::string id = watch.given(given_answer(answer, key, standing, watch));

#include <string>

#include "core/answer.h"
#include "limits/hallucination/guard.h"
#include "model/upstream/chat_model.h"
#include "serve/risk_watch.h"

namespace genkai::serve {

/// `model` null: verbatim quotes.
WatchKey watch_key(const std::string& knowledge, const model::ChatModel* model,
                   const limits::hallucination::Policy& policy);

/// Lowers the policy's risk, or suspends it, as the standing says. A risk that no threshold carries any more
/// suspends it, too.
void hold_to(limits::hallucination::Policy& policy, const Standing& standing);

/// What a certificate of another calibration than the policy's promises (a quote's, beside those of a model)
/// is held to its own standing: what it may no longer promise is not answered.
void hold_back(core::Answer& answer, const WatchKey& key, double wanted, text::Language language,
               const RiskWatch& watch);

/// The answer as the watch wants it; its key has the hash of its certificate. `standing` is the one that the
/// policy was held to.
GivenAnswer given_answer(const core::Answer& answer, WatchKey key, const Standing& standing,
                         const RiskWatch& watch);

/// The score of its best item, or nothing.
std::optional<double> best_score(const core::Answer& answer);

}  // namespace genkai::serve
