#pragma once
// GET /v1/models and /v1/models/{id}: each upstream, each upstream checked, each knowledge base.

#include <string>

#include "base/async.h"
#include "serve/exchange.h"

namespace genkai::serve {

/// What a name of a model stands for.
struct Chosen {
  enum class Kind { none, upstream, checked, knowledge } kind = Kind::none;
  model::ChatModel* model = nullptr;  // of upstream and checked
  std::string knowledge;              // whether it is there shows when it is opened
};
Chosen choose_model(std::string_view name, const model::Models& models);

base::Task<void> list_models(Exchange& exchange);
base::Task<void> show_model(Exchange& exchange, std::string id);

}  // namespace genkai::serve
