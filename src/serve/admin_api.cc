#include "serve/admin_api.h"

#include <utility>

#include "base/log.h"
#include "model/upstream/circuit_breaker.h"
#include "serve/key_hash.h"
#include "serve/request_fields.h"

namespace genkai::serve {

using base::Code;
using base::Json;
using base::Task;

namespace {

constexpr double kMostRequests = 1e9, kMostMoney = 1e12;
constexpr std::int64_t kMostTokens = 1'000'000'000'000'000;

Json list_of(Json data) {
  return Json::object({{"object", "list"}, {"data", std::move(data)}});
}

Json used(const model::Usage& usage) {
  return Json::object({{"prompt_tokens", usage.prompt_tokens},
                       {"completion_tokens", usage.completion_tokens},
                       {"money", usage.money}});
}

std::string_view name_of(model::CircuitState state) {
  switch (state) {
    case model::CircuitState::closed:
      return "closed";
    case model::CircuitState::open:
      return "open";
    case model::CircuitState::half_open:
      break;
  }
  return "half_open";
}

Json describe(const model::Upstream& upstream) {
  const model::UpstreamOptions& options = upstream.options();
  const model::UpstreamCounters& counters = upstream.counters();
  Json fallback = Json::array();
  for (const std::string& name : options.fallback) fallback.push(name);
  return Json::object({{"id", options.name},
                       {"object", "upstream"},
                       {"url", without_credentials(options.base_url)},
                       {"model", options.model},
                       {"fallback", std::move(fallback)},
                       {"circuit", name_of(upstream.circuit())},
                       {"in_flight", counters.in_flight.load()},
                       {"waiting", counters.waiting.load()},
                       {"concurrency", options.concurrency},
                       {"counters", Json::object({{"calls", counters.calls.load()},
                                                  {"tries", counters.tries.load()},
                                                  {"retries", counters.retries.load()},
                                                  {"failures", counters.failures.load()},
                                                  {"refused", counters.refused_by_breaker.load()}})},
                       {"budget", Json::object({{"limits", Json::object({{"tokens", options.budget.tokens},
                                                                         {"money", options.budget.money}})},
                                                {"spent", used(upstream.budget().spent())},
                                                {"reserved", used(upstream.budget().reserved())}})}});
}

Json describe(const KeyUse& key) {
  return Json::object({{"id", key.record.id},
                       {"object", "key"},
                       {"name", key.record.name},
                       {"role", key.record.role == Role::admin ? "admin" : "use"},
                       {"requests_per_minute", key.record.requests_per_minute},
                       {"tokens_per_day", key.record.budget_per_day.tokens},
                       {"money_per_day", key.record.budget_per_day.money},
                       {"created", key.record.created},
                       {"spent_today", used(key.spent)},
                       {"reserved", used(key.reserved)}});
}

tl::expected<KeyRecord, ApiError> read_record(const Json& body) {
  RequestFields fields(body);
  KeyRecord record;
  record.name = fields.text("name").value_or("");
  if (const auto good = check_key_name(record.name); !good) fields.refuse("name", good.error().message);
  const std::string role = fields.text("role").value_or("use");
  if (role != "use" && role != "admin") fields.refuse("role", "it has to be \"use\" or \"admin\"");
  record.role = role == "admin" ? Role::admin : Role::use;
  record.requests_per_minute = fields.number("requests_per_minute", 0, kMostRequests).value_or(0);
  record.budget_per_day.tokens =
      static_cast<std::uint64_t>(fields.whole("tokens_per_day", 0, kMostTokens).value_or(0));
  record.budget_per_day.money = fields.number("money_per_day", 0, kMostMoney).value_or(0);
  if (auto error = fields.problem()) return tl::unexpected<ApiError>(std::move(*error));
  return record;
}

// The key file and its lines are for the log.
ApiError not_changed(const Exchange& exchange, const base::Error& error) {
  if (error.code == Code::unavailable) {
    ApiError busy = api_error({error.code, "another process is changing the key file; try again", ""});
    busy.status = 503;
    return busy;
  }
  base::log::error("request " + exchange.request.id + ": the keys stay as they were: " + error.message);
  return api_error({Code::internal,
                    "the key file could not be changed; the log of the gateway says why under request " +
                        exchange.request.id,
                    ""});
}

}  // namespace

std::string without_credentials(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::string_view authority = url.substr(begin, url.find('/', begin) - begin);
  const auto at = authority.rfind('@');
  std::string out(url);
  if (at != std::string_view::npos) out.erase(begin, at + 1);
  return out;
}

Task<void> admin_models(Exchange& exchange) {
  Json data = Json::array();
  // Each model stands at the head of its own chain.
  for (const model::ChatModel* model : exchange.gateway.parts.models.all())
    data.push(describe(*model->chain().front()));
  Json list = list_of(std::move(data));
  co_await exchange.answer(std::move(list));
}

Task<void> admin_keys(Exchange& exchange) {
  Access& access = exchange.gateway.parts.access;
  const auto describe_all = [&access] {
    Json data = Json::array();
    for (const KeyUse& key : access.keys()) data.push(describe(key));
    return list_of(std::move(data)).dump();
  };
  HttpResponse response;
  response.body = co_await base::on_pool(exchange.gateway.pool, describe_all);  // there may be many
  response.headers.emplace_back("cache-control", "no-store");
  co_await exchange.answer(std::move(response));
}

Task<void> admin_create_key(Exchange& exchange, const Json& body) {
  const auto record = read_record(body);
  if (!record) {
    ApiError error = record.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  Access& access = exchange.gateway.parts.access;
  const auto create = [&access, &record] { return access.create(*record); };
  const auto key = co_await base::on_pool(exchange.gateway.pool, create);
  if (!key) {
    ApiError error = not_changed(exchange, key.error());
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  HttpResponse response;
  response.status = 201;
  response.body = Json::object({{"id", id_of_key(*key)}, {"key", *key}}).dump();
  response.headers.emplace_back("cache-control", "no-store");
  co_await exchange.answer(std::move(response));
}

Task<void> admin_revoke_key(Exchange& exchange, std::string id) {
  Access& access = exchange.gateway.parts.access;
  const auto revoke = [&access, &id] { return access.revoke(id); };
  const auto revoked = co_await base::on_pool(exchange.gateway.pool, revoke);
  if (!revoked) {
    ApiError error;
    if (revoked.error().code == Code::not_found) {
      // What was sent is not repeated: it may be the key itself.
      error =
          invalid_request("no key has this id; GET /admin/keys lists those that are", {}, "key_not_found");
      error.status = 404;
    } else {
      error = not_changed(exchange, revoked.error());
    }
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  HttpResponse response;
  response.status = 204;
  co_await exchange.answer(std::move(response));
}

}  // namespace genkai::serve
