#pragma once
// For tests of transports that answer some requests themselves: says what was sent on.

#include <memory>

#include "model/upstream/transport.h"

namespace genkai::model {

class NoNetwork : public Transport {
 public:
  base::Task<base::Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    co_return base::fail(base::Code::unavailable, "sent on: " + request.url);
  }
};

}  // namespace genkai::model
