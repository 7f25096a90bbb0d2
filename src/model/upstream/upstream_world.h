#pragma once
// For tests: one upstream in front of a scripted transport, without pauses between its tries.
//
//   World world([](const HttpRequest&, std::size_t) { return ScriptedAnswer::json(chat_answer("hi")); });
//   auto reply = world.call();

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/upstream/scripted_transport.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

using Answer = base::Result<std::unique_ptr<Upstream::Reply>>;

inline const std::string kKey = "sk-very-secret-0123456789";
inline const std::string kHello = R"({"role": "assistant", "content": "hello"})";

inline UpstreamOptions fast_options() {
  UpstreamOptions options;
  options.name = "local";
  options.base_url = "http://test/v1";
  options.key = kKey;
  options.first_backoff = std::chrono::milliseconds(0);
  options.longest_backoff = std::chrono::milliseconds(1);
  options.jitter_seed = 1;
  options.breaker_failures = 100;
  return options;
}

struct World {
  explicit World(ScriptedTransport::Script script, UpstreamOptions options = fast_options())
      : transport(std::make_shared<ScriptedTransport>(std::move(script))), upstream(options, transport) {}
  Answer call(bool stream = false, Upstream::Call one = {}) {
    one.path = "/chat/completions";
    one.body = "{}";
    one.stream = stream;
    return base::run_blocking(upstream.call(std::move(one)));
  }
  std::shared_ptr<ScriptedTransport> transport;
  Upstream upstream;
};

/// The events of a stream until its end or error.
inline std::pair<std::vector<std::string>, base::Status> drain(Upstream::Reply& reply) {
  std::vector<std::string> events;
  while (true) {
    auto event = base::run_blocking(reply.next());
    if (!event) return {events, base::fail(event.error())};
    if (!*event) return {events, {}};
    events.push_back(**event);
  }
}

}  // namespace genkai::model
