#pragma once
// The whole gateway in this process, on a port of its own, in front of test upstreams.
//
//   GatewayRig rig({.models = {rig_model("local", *upstream)}});
//   fetch(rig.port(), "POST", "/v1/chat/completions", ...);

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/upstream/chat_model.h"
#include "serve/access.h"
#include "serve/gateway.h"
#include "serve/http.h"
#include "serve/knowledge_bases.h"
#include "serve/telemetry.h"
#include "upstream/test_upstream.h"

namespace genkai::test {

/// A temporary folder with the knowledge base "bridges" of two documents, and $GENKAI_HOME set to it. One a
/// process.
class RigHome {
 public:
  RigHome();
  ~RigHome();

 private:
  std::string folder_;
};

/// Short waits and a breaker that never opens, so that each request of a test stands for itself.
model::UpstreamOptions rig_model(std::string name, const TestUpstream& upstream,
                                 std::vector<std::string> fallback = {});

struct RigOptions {
  std::vector<model::UpstreamOptions> models;
  std::string default_model = {};
  std::map<std::string, answer::ShowingChoice> showing = {};
  std::chrono::milliseconds deadline{5'000}, keep_alive{5'000};
  std::size_t threads = 2;
  base::Path key_file = {};  // none: everybody is let in
  bool admin_routes = false;
  serve::RiskWatchOptions feedback = {};  // in memory
  answer::EarlierAnswers earlier_answers = answer::EarlierAnswers::off;
};

class GatewayRig {
 public:
  /// Throws when something cannot be made.
  explicit GatewayRig(RigOptions options);
  ~GatewayRig();
  std::uint16_t port() const { return server_->port(); }
  serve::HttpServer& server() { return *server_; }
  model::Models& models() { return *models_; }
  /// Waits until nothing is in flight and no connection is open; false after ten seconds.
  bool comes_to_rest();

 private:
  std::unique_ptr<model::Models> models_;
  std::unique_ptr<serve::KnowledgeBases> knowledge_;
  std::unique_ptr<serve::Access> access_;
  std::unique_ptr<serve::Telemetry> telemetry_;
  std::unique_ptr<serve::RiskWatch> risks_;
  std::unique_ptr<serve::Gateway> gateway_;
  std::unique_ptr<serve::HttpServer> server_;
};

}  // namespace genkai::test
