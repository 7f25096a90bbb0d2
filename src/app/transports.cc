#include "app/transports.h"

#include "app/builtin_forms.h"
#include "model/upstream/builtin_transport.h"
#include "model/upstream/llama_transport.h"

namespace genkai::app {

std::shared_ptr<model::Transport> every_transport() {
  return model::builtin_transport(model::llama_transport(model::curl_transport()), builtin_forms());
}

}  // namespace genkai::app
