#include "serve/gateway.h"

#include <boost/system/system_error.hpp>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "serve/admin_api.h"
#include "serve/answers_api.h"
#include "serve/checked_chat.h"
#include "serve/console_assets.h"
#include "serve/exchange.h"
#include "serve/feedback_api.h"
#include "serve/knowledge_api.h"
#include "serve/knowledge_chat.h"
#include "serve/models_api.h"
#include "serve/passthrough.h"

namespace genkai::serve {

using base::Json;
using base::Task;

namespace {

constexpr std::string_view kModel = "/v1/models/", kKnowledgeBases = "/v1/knowledge_bases",
                           kAdminKeys = "/admin/keys/";

Task<void> unknown(Exchange& exchange, std::string model) {
  ApiError error =
      model.empty() ? invalid_request("the name of a model is missing", "model") : unknown_model(model);
  co_await exchange.refuse(std::move(error));
}

Task<void> chat_or_completion(Exchange& exchange, Json body, bool as_text) {
  const std::string name = body.string("model");
  exchange.scope.model(name);
  const Chosen chosen = choose_model(name, exchange.gateway.parts.models);
  switch (chosen.kind) {
    case Chosen::Kind::knowledge:
      co_await knowledge_chat(exchange, chosen.knowledge, body, as_text);
      co_return;
    case Chosen::Kind::upstream: {
      std::string path = as_text ? "/completions" : "/chat/completions";
      co_await pass_through(exchange, *chosen.model, std::move(path), body, true);
      co_return;
    }
    case Chosen::Kind::checked:
      if (!as_text) {
        co_await checked_chat(exchange, *chosen.model, body);
      } else {
        ApiError error = invalid_request("a checked model answers /v1/chat/completions only", "model");
        co_await exchange.refuse(std::move(error));
      }
      co_return;
    case Chosen::Kind::none:
      co_await unknown(exchange, name);
      co_return;
  }
}

Task<void> embeddings(Exchange& exchange, Json body) {
  const std::string name = body.string("model");
  exchange.scope.model(name);
  const Chosen chosen = choose_model(name, exchange.gateway.parts.models);
  if (chosen.kind == Chosen::Kind::upstream) {
    std::string path = "/embeddings";
    co_await pass_through(exchange, *chosen.model, std::move(path), body, false);
  } else if (chosen.kind == Chosen::Kind::none) {
    co_await unknown(exchange, name);
  } else {
    ApiError error = invalid_request("this model gives no embeddings", "model");
    co_await exchange.refuse(std::move(error));
  }
}

// The handlers of requests with a JSON body.
Task<void> chat(Exchange& exchange, Json body) {
  co_await chat_or_completion(exchange, std::move(body), false);
}
Task<void> completion(Exchange& exchange, Json body) {
  co_await chat_or_completion(exchange, std::move(body), true);
}
Task<void> answers(Exchange& exchange, Json body) {
  co_await answers_api(exchange, body);
}
Task<void> feedback(Exchange& exchange, Json body) {
  co_await give_feedback(exchange, body);
}
Task<void> create_admin_key(Exchange& exchange, Json body) {
  co_await admin_create_key(exchange, body);
}

Task<void> with_body(Exchange& exchange, Task<void> (*handler)(Exchange&, Json)) {
  auto body = co_await exchange.json();
  if (body) {
    co_await handler(exchange, std::move(*body));
  } else {
    ApiError error = body.error();
    co_await exchange.refuse(std::move(error));
  }
}

Task<void> post_chat(Exchange& exchange) {
  co_await with_body(exchange, chat);
}
Task<void> post_completion(Exchange& exchange) {
  co_await with_body(exchange, completion);
}
Task<void> post_embeddings(Exchange& exchange) {
  co_await with_body(exchange, embeddings);
}
Task<void> post_answers(Exchange& exchange) {
  co_await with_body(exchange, answers);
}
Task<void> post_feedback(Exchange& exchange) {
  co_await with_body(exchange, feedback);
}
Task<void> post_admin_key(Exchange& exchange) {
  co_await with_body(exchange, create_admin_key);
}

Task<void> delete_admin_key(Exchange& exchange) {
  std::string id = exchange.request.path.substr(kAdminKeys.size());
  co_await admin_revoke_key(exchange, std::move(id));
}

Task<void> one_model(Exchange& exchange) {
  std::string id = exchange.request.path.substr(kModel.size());
  co_await show_model(exchange, std::move(id));
}

Task<void> knowledge(Exchange& exchange) {
  const GatewayContext& gateway = exchange.gateway;
  std::function<Json(const std::string&)> feedback_on = [&gateway](const std::string& base) {
    return feedback_summary(gateway.risks.report(), base, gateway.options.answerer.policy.risk);
  };
  HttpResponse response =
      co_await knowledge_api(exchange.request, gateway.parts.knowledge, gateway.pool, std::move(feedback_on));
  co_await exchange.answer(std::move(response));
}

Task<void> health(Exchange& exchange) {
  Json body = Json::object({{"status", "ok"}});
  co_await exchange.answer(std::move(body));
}

Task<void> readiness(Exchange& exchange) {
  const auto& draining = exchange.gateway.parts.draining;
  const bool ready = !draining || !draining();
  HttpResponse response;
  response.status = ready ? 200 : 503;
  response.body = Json::object({{"status", ready ? "ready" : "draining"}}).dump();
  co_await exchange.answer(std::move(response));
}

Task<void> metrics(Exchange& exchange) {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = exchange.gateway.parts.telemetry.metrics();
  co_await exchange.answer(std::move(response));
}

Task<void> page(Exchange& exchange) {
  auto asset = console_asset(exchange.request.path, exchange.request.header("if-none-match"));
  HttpResponse response = std::move(*asset);  // the route was chosen because it is there
  co_await exchange.answer(std::move(response));
}

struct Route {
  std::string_view method, path;  // GET goes for HEAD too
  bool below = false;             // also any path below this one
  bool open = false;              // to everybody
  Task<void> (*handler)(Exchange&) = nullptr;
  Role needed = Role::use;
};

// Which path is answered by what.
constexpr Route kRoutes[] = {
    {"POST", "/v1/chat/completions", false, false, post_chat},
    {"POST", "/v1/completions", false, false, post_completion},
    {"POST", "/v1/embeddings", false, false, post_embeddings},
    {"POST", "/v1/answers", false, false, post_answers},
    {"POST", "/v1/feedback", false, false, post_feedback},
    {"GET", "/v1/feedback", false, false, show_feedback, Role::admin},
    {"GET", "/v1/models", false, false, list_models},
    {"GET", "/v1/models/", true, false, one_model},
    {"GET", kKnowledgeBases, true, false, knowledge},
    {"GET", "/healthz", false, true, health},
    {"GET", "/readyz", false, true, readiness},
    {"GET", "/metrics", false, false, metrics},
};
// Only with GatewayOptions::admin_routes.
constexpr Route kAdminRoutes[] = {
    {"GET", "/admin/models", false, false, admin_models, Role::admin},
    {"GET", "/admin/keys", false, false, admin_keys, Role::admin},
    {"POST", "/admin/keys", false, false, post_admin_key, Role::admin},
    {"DELETE", kAdminKeys, true, false, delete_admin_key, Role::admin},
};
constexpr Route kPage{"GET", "/", false, true, page};

bool leads_to(const Route& route, std::string_view path) {
  return path == route.path || (route.below && path.starts_with(route.path) &&
                                (route.path.ends_with('/') || path[route.path.size()] == '/'));
}

bool allows(const Route& route, std::string_view method) {
  return method == route.method || (route.method == "GET" && method == "HEAD");
}

// The routes of one path, one a method.
struct Found {
  const Route* route = nullptr;  // the one of this method, else any; nullptr: there is nothing here
  bool allowed = false;
  std::string methods;

  void add(const Route& other, std::string_view method) {
    methods += other.method == "GET" ? "GET, HEAD, " : std::string(other.method) + ", ";
    if (allowed) return;
    route = &other;
    allowed = allows(other, method);
  }
};

Found route_of(const HttpRequest& request, const GatewayOptions& options) {
  Found found;
  for (const Route& route : kRoutes)
    if (leads_to(route, request.path)) found.add(route, request.method);
  if (options.admin_routes)
    for (const Route& route : kAdminRoutes)
      if (leads_to(route, request.path)) found.add(route, request.method);
  if (!found.route && options.console && console_asset(request.path, {})) found.add(kPage, request.method);
  found.methods += "OPTIONS";
  return found;
}

Task<void> dispatch(Exchange& exchange, const Found& found) {
  const std::string& method = exchange.request.method;
  const Route* route = found.route;
  if (!route) {
    ApiError error = invalid_request("there is nothing at " + exchange.request.path.substr(0, 200));
    error.status = 404;
    error.code = "not_found";
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  if (method == "OPTIONS") {
    HttpResponse response;
    response.status = 204;
    response.headers.emplace_back("allow", found.methods);
    co_await exchange.answer(std::move(response));
    co_return;
  }
  if (!found.allowed) {
    ApiError error = invalid_request("this path does not answer " + method.substr(0, 20));
    error.status = 405;
    error.code = "method_not_allowed";
    Headers headers{{"allow", found.methods}};
    co_await exchange.refuse(std::move(error), std::move(headers));
    co_return;
  }
  if (!route->open) {
    auto caller = exchange.gateway.parts.access.admit(exchange.request, route->needed);
    if (!caller) {
      HttpResponse response = std::move(caller).error();
      const int status = response.status;
      co_await exchange.answer(std::move(response));
      exchange.note(status, status == 429   ? "rate_limit_error"
                            : status == 403 ? "permission_error"
                                            : "authentication_error");
      co_return;
    }
    exchange.caller = std::move(*caller);
  }
  co_await route->handler(exchange);
}

// Names of routes are few, whatever paths and methods clients think of.
std::string name_of(const Found& found, const HttpRequest& request) {
  const std::string method = found.allowed ? request.method : "other";
  return method + " " + std::string(found.route ? found.route->path : "other");
}

}  // namespace

struct Gateway::State {
  GatewayOptions options;
  GatewayParts parts;
  std::unique_ptr<RiskWatch> own_risks;
  base::ThreadPool pool;
  GatewayContext context;

  State(GatewayOptions given, GatewayParts with)
      : options(std::move(given)),
        parts(std::move(with)),
        own_risks(parts.risks ? nullptr : std::move(*RiskWatch::open({}))),
        pool(options.workers),
        context{options, parts, pool, parts.risks ? *parts.risks : *own_risks,
                base::system_clock().unix_seconds()} {}
};

Gateway::Gateway(GatewayOptions options, GatewayParts parts)
    : state_(std::make_unique<State>(std::move(options), std::move(parts))) {}

Gateway::~Gateway() = default;

Task<void> Gateway::handle(const HttpRequest& request, ResponseWriter& out) {
  const Found found = route_of(request, state_->options);
  const auto scope =
      state_->parts.telemetry.begin(name_of(found, request), request.header("traceparent"), request.id);
  Exchange exchange(state_->context, request, out, *scope);
  std::exception_ptr thrown;
  std::string broken;  // what a program error says
  try {
    co_await dispatch(exchange, found);
  } catch (const boost::system::system_error& error) {
    thrown = std::current_exception();
    if (error.code() != boost::asio::error::operation_aborted) broken = error.what();
  } catch (const std::exception& error) {
    thrown = std::current_exception();
    broken = error.what();
  }
  if (thrown && broken.empty()) {  // cancelled: the client left, or the server stops
    exchange.note_end(false);
    scope->end(exchange.status(), exchange.caller.id, exchange.error_type());
    std::rethrow_exception(thrown);
  }
  if (thrown) {
    base::log::error("request " + request.id + " failed: " + broken);
    ApiError error;
    error.message = "something went wrong inside the gateway; its log names request " + request.id;
    error.type = "api_error";
    co_await exchange.refuse(std::move(error));
  }
  scope->end(exchange.status(), exchange.caller.id, exchange.error_type());
}

}  // namespace genkai::serve
