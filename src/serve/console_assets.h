#pragma once
// The console: the files of console/ as bytes of the program. The page at / loads nothing from elsewhere.
//
//   if (auto response = console_asset(request.path, request.header("if-none-match")))
//     co_await out.send(std::move(*response));

#include <optional>
#include <string_view>

#include "serve/http.h"

namespace genkai::serve {

/// The file at `path` ("/", "/console/app.js", ...), 304 without a body when `if_none_match` names its ETag,
/// nothing for any other path. Every response carries a policy under which the page can neither run nor load
/// anything that is not among these files, nor be shown inside another page.
std::optional<HttpResponse> console_asset(std::string_view path, std::string_view if_none_match);

}  // namespace genkai::serve
