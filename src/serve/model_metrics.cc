#include "serve/model_metrics.h"

#include <set>

#include "serve/metrics.h"

namespace genkai::serve {

using model::CircuitState;
using model::Upstream;

void write_models(std::string& out, const model::Models& models) {
  std::set<const Upstream*> once;  // an endpoint is in the chains of all who fall back to it
  std::vector<const Upstream*> all;
  for (const model::ChatModel* chat : models.all())
    for (const Upstream* upstream : chat->chain())
      if (once.insert(upstream).second) all.push_back(upstream);
  const auto each = [&](const char* name, const char* type, const char* help, auto value) {
    write_metric_header(out, name, type, help);
    for (const Upstream* upstream : all)
      write_metric(out, name, metric_label("model", upstream->options().name),
                   static_cast<double>(value(*upstream)));
  };
  each("genkai_upstream_calls_total", "counter", "Calls of an endpoint.",
       [](const Upstream& one) { return one.counters().calls.load(); });
  each("genkai_upstream_tries_total", "counter", "Requests sent to it, retries among them.",
       [](const Upstream& one) { return one.counters().tries.load(); });
  each("genkai_upstream_retries_total", "counter", "Tries after the first.",
       [](const Upstream& one) { return one.counters().retries.load(); });
  each("genkai_upstream_failures_total", "counter", "Tries that gave no usable answer.",
       [](const Upstream& one) { return one.counters().failures.load(); });
  each("genkai_upstream_refused_total", "counter", "Calls refused while the circuit was open.",
       [](const Upstream& one) { return one.counters().refused_by_breaker.load(); });
  each("genkai_upstream_in_flight", "gauge", "Calls in flight.",
       [](const Upstream& one) { return one.counters().in_flight.load(); });
  each("genkai_upstream_waiting", "gauge", "Calls that wait for one of them to end.",
       [](const Upstream& one) { return one.counters().waiting.load(); });
  each("genkai_upstream_circuit_open", "gauge", "1 while the circuit is not closed.",
       [](const Upstream& one) { return one.circuit() == CircuitState::closed ? 0 : 1; });
  each("genkai_upstream_spent_tokens", "counter", "Counted against its budget.", [](const Upstream& one) {
    const model::Usage spent = one.budget().spent();
    return spent.prompt_tokens + spent.completion_tokens;
  });
  each("genkai_upstream_spent_money", "counter", "Counted against its budget.",
       [](const Upstream& one) { return one.budget().spent().money; });
}

}  // namespace genkai::serve
