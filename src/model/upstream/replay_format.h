#pragma once
// A recorded exchange and its JSON line (docs/formats/exchanges.md).
//
//   RecordedExchange exchange{.method = "POST", .target = recorded_target(url), ...};
//   file << to_line(exchange) << '\n';
//   GENKAI_ASSIGN_OR_RETURN(RecordedExchange same, from_line(line));

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/upstream/transport.h"

namespace genkai::model {

struct RecordedExchange {
  std::string method;
  std::string target;  // path and query
  std::string request;
  int status = 0;  // 0: nothing came back, and `error` says why
  HttpHeaders headers;
  std::vector<std::string> pieces;   // of the body, in the order of their arrival
  std::optional<base::Error> error;  // how it ended; nothing: with the whole body
};

/// Path and query of a URL, the values of query parameters that look like keys replaced by "***".
std::string recorded_target(std::string_view url);
/// Of the headers of an answer, those that a recording keeps.
HttpHeaders recorded_headers(const HttpHeaders& headers);

std::string to_line(const RecordedExchange& exchange);
/// corrupt when the line is not such an exchange.
base::Result<RecordedExchange> from_line(std::string_view line);

}  // namespace genkai::model
