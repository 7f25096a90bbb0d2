#pragma once
// What is learnt about an endpoint by asking it, once: the name of its model, what it can do.
//
//   auto name = co_await upstream.facts().model_name(upstream, deadline);
//   auto can = co_await upstream.facts().capabilities(upstream);

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/result.h"
#include "model/language_model.h"
#include "model/upstream/concurrency.h"

namespace genkai::model {

class Upstream;

/// Thread-safe. Answers are remembered, failures are not.
class EndpointFacts {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The configured name, else that of the only model of GET /models. Errors: invalid_argument when there are
  /// several or none; as Upstream::call.
  base::Task<base::Result<std::string>> model_name(Upstream& upstream, Time deadline);
  /// The configured capabilities, else what one-token requests showed. Those who ask meanwhile wait for the
  /// same answer. Errors: as LanguageModel::complete, when the endpoint does not answer at all.
  base::Task<base::Result<Capabilities>> capabilities(Upstream& upstream);

  /// What capabilities() has learnt; nothing before, and nothing when they are configured.
  std::optional<Capabilities> known() const {
    const std::lock_guard lock(mutex_);
    return capabilities_;
  }

  /// What was noticed in passing: does one request give several samples? Unknown at first.
  std::optional<bool> several_samples() const;
  void note_several_samples(bool seen);
  /// Does it want max_completion_tokens instead of max_tokens? Not until it said so.
  bool max_completion_tokens() const { return max_completion_tokens_; }
  /// Learns from an answer of 400 or 404: the name of the field above; that its only model may be another
  /// now.
  void note_refusal(int status, const std::string& body);

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> name_;
  std::optional<Capabilities> capabilities_;
  std::optional<bool> several_samples_;
  std::atomic<bool> max_completion_tokens_{false};
  ConcurrencyLimit naming_{1}, probing_{1};  // one asks, the others wait for what it learns
};

/// The error that an endpoint's status of 300 or more stands for: permission_denied for 401 and 403,
/// resource_exhausted for 402 and 429, unavailable for 404, 408, 409, 3xx and 5xx, else invalid_argument.
base::Error status_error(const Upstream& upstream, int status, const std::string& body);

}  // namespace genkai::model
