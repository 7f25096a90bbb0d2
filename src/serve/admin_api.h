#pragma once
// /admin/*: what operators ask for with a key of the role admin. Endpoints and what they did; the keys, which
// can be made and revoked while the server runs. No key, salt, hash or password is in any answer, except a
// new key in the one that makes it.
//
//   Task<void> get_keys(Exchange& exchange) { co_await admin_keys(exchange); }   // a row of gateway.cc's
//   table

#include <string>
#include <string_view>

#include "base/async.h"
#include "base/json.h"
#include "serve/exchange.h"

namespace genkai::serve {

base::Task<void> admin_models(Exchange& exchange);
base::Task<void> admin_keys(Exchange& exchange);
/// 201 with {"id","key"}; 400 with the field in `param`.
base::Task<void> admin_create_key(Exchange& exchange, const base::Json& body);
/// 204, or 404 when no key has this id.
base::Task<void> admin_revoke_key(Exchange& exchange, std::string id);

/// A URL without user name, password, query and fragment.
std::string without_credentials(std::string_view url);

}  // namespace genkai::serve
