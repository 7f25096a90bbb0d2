#include "serve/models_api.h"

#include <algorithm>
#include <utility>

namespace genkai::serve {

using base::Json;
using base::Task;

namespace {

constexpr std::string_view kKnowledge = "genkai/", kChecked = "+checked";

Json entry(const Exchange& exchange, std::string id, std::string_view owner) {
  return Json::object({{"id", std::move(id)},
                       {"object", "model"},
                       {"created", exchange.gateway.started},
                       {"owned_by", owner}});
}

// The names of knowledge bases are read from a folder.
Task<std::vector<std::string>> knowledge_names(Exchange& exchange) {
  KnowledgeBases& bases = exchange.gateway.parts.knowledge;
  auto names = co_await base::on_pool(exchange.gateway.pool, [&bases] { return bases.names(); });
  co_return names;
}

}  // namespace

Chosen choose_model(std::string_view name, const model::Models& models) {
  if (name.starts_with(kKnowledge) && name.size() > kKnowledge.size())
    return {Chosen::Kind::knowledge, nullptr, std::string(name.substr(kKnowledge.size()))};
  if (model::ChatModel* model = models.find(name)) return {Chosen::Kind::upstream, model, {}};
  if (name.ends_with(kChecked))
    if (model::ChatModel* model = models.find(name.substr(0, name.size() - kChecked.size())))
      return {Chosen::Kind::checked, model, {}};
  return {};
}

Task<void> list_models(Exchange& exchange) {
  Json data = Json::array();
  for (const model::ChatModel* model : exchange.gateway.parts.models.all()) {
    data.push(entry(exchange, model->name(), "upstream"));
    data.push(entry(exchange, model->name() + std::string(kChecked), "genkai"));
  }
  const std::vector<std::string> names = co_await knowledge_names(exchange);
  for (const std::string& name : names) data.push(entry(exchange, std::string(kKnowledge) + name, "genkai"));
  Json list = Json::object({{"object", "list"}, {"data", std::move(data)}});
  co_await exchange.answer(std::move(list));
}

Task<void> show_model(Exchange& exchange, std::string id) {
  const Chosen chosen = choose_model(id, exchange.gateway.parts.models);
  bool there = chosen.kind != Chosen::Kind::none;
  if (chosen.kind == Chosen::Kind::knowledge) {
    const std::vector<std::string> names = co_await knowledge_names(exchange);
    there = std::find(names.begin(), names.end(), chosen.knowledge) != names.end();
  }
  if (!there) {
    ApiError error = unknown_model(id);
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  Json found = entry(exchange, std::move(id), chosen.kind == Chosen::Kind::upstream ? "upstream" : "genkai");
  co_await exchange.answer(std::move(found));
}

}  // namespace genkai::serve
