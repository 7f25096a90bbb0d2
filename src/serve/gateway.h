#pragma once
// The gateway: which path is answered by what. Read gateway.cc as the table of routes.
//
//   Gateway gateway({.models = *models, .knowledge = *bases, ...});
//   auto server = HttpServer::start(options.http, gateway);

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "answer/answerer.h"
#include "answer/earlier_answers.h"
#include "answer/model_showing.h"
#include "base/thread_pool.h"
#include "model/upstream/chat_model.h"
#include "serve/access.h"
#include "serve/http.h"
#include "serve/knowledge_bases.h"
#include "serve/risk_watch.h"
#include "serve/telemetry.h"

namespace genkai::serve {

struct GatewayOptions {
  answer::AnswererOptions answerer;  // policy, gather and budget of every question
  std::string default_model;         // drafts for genkai/<kb>; empty: verbatim quotes
  bool admin_routes = false;         // /admin/*, only with keys
  bool console = true;               // the page at /
  std::size_t workers = 0;           // threads for CPU work; 0 is one a core
  std::size_t checked_samples = 5;   // of <upstream>+checked
  // Whether answers are held to the earlier ones of their conversation; a request may say otherwise.
  answer::EarlierAnswers earlier_answers = answer::EarlierAnswers::off;
  std::chrono::milliseconds keep_alive{5'000};  // between comments while a stream thinks
  std::chrono::milliseconds deadline{120'000};  // of one request
  std::string today;                            // fixed date for reproducible runs; empty: the clock's
  std::map<std::string, answer::ShowingChoice> showing{};  // what is set for a model, by its name
};

/// REQUIRES: everything here outlives the gateway. `draining` tells /readyz.
struct GatewayParts {
  model::Models& models;
  KnowledgeBases& knowledge;
  Access& access;
  Telemetry& telemetry;
  std::function<bool()> draining;
  RiskWatch* risks = nullptr;  // none: one of its own, in memory
};

class Gateway : public Handler {
 public:
  Gateway(GatewayOptions options, GatewayParts parts);
  ~Gateway() override;
  base::Task<void> handle(const HttpRequest& request, ResponseWriter& out) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::serve
