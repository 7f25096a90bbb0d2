#pragma once
// The way to every kind of model that a URL can name: over the network, the built-in transformer, llama.cpp's
// library.
//
//   auto models = model::Models::create(options, every_transport());

#include <memory>

#include "model/upstream/transport.h"

namespace genkai::app {

std::shared_ptr<model::Transport> every_transport();

}  // namespace genkai::app
