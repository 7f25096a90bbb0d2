#pragma once
// Who may do what: API keys (stored hashed and salted), their roles, rates and budgets.
//
//   auto caller = access.admit(request, Role::use);   // 401, 403 or 429 as an ApiError
//   auto reserved = (*caller)->budget.reserve(expected);

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "model/upstream/budget.h"
#include "serve/api_error.h"

namespace genkai::serve {

enum class Role { use, admin };

/// One line of the key file (docs/formats/keys.md).
struct KeyRecord {
  std::string id{};  // public: names the key in lists, logs and metrics
  std::string name{};
  Role role = Role::use;
  std::string salt{}, hash{};            // hex
  double requests_per_minute = 0;        // 0 is without limit
  model::BudgetLimits budget_per_day{};  // 0 is without limit
  std::string created{};                 // ISO date
};

/// Adds a key to the file (created with mode 0600) and returns the key itself, which is shown this once.
base::Result<std::string> create_key(const base::Path& file, KeyRecord record);
base::Result<std::vector<KeyRecord>> list_keys(const base::Path& file);
/// not_found for an unknown id.
base::Status revoke_key(const base::Path& file, std::string_view id);
/// One line of at most 200 bytes of valid UTF-8, else invalid_argument.
base::Status check_key_name(std::string_view name);

struct CallerInfo {
  std::string id = "anonymous";
  Role role = Role::use;
};

/// A key that is let in, and what its owner used today (UTC).
struct KeyUse {
  KeyRecord record;  // salt and hash are empty
  model::Usage spent, reserved;
};

/// Thread-safe. Follows changes of the key file within a second. Without a key file everybody is let in as
/// Role::use, which the server only allows on loopback, except pages of other sites (own_site.h).
class Access {
 public:
  static base::Result<std::unique_ptr<Access>> open(const base::Path& key_file);
  virtual ~Access() = default;
  /// Checks `Authorization: Bearer`, compared in constant time, then role and rate. The error is 401, 403 or
  /// 429 (with retry-after in its response).
  virtual tl::expected<CallerInfo, HttpResponse> admit(const HttpRequest& request, Role needed) = 0;
  /// The caller's budget of today (UTC), to be reserved from and settled; valid for a day more.
  virtual model::Budget& budget(const CallerInfo& caller) = 0;

  // For administrators. Without a key file: no keys, and unsupported.
  /// In the order of their ids.
  virtual std::vector<KeyUse> keys() = 0;
  /// As create_key and revoke_key; counts from the next request on. These wait for the disk.
  virtual base::Result<std::string> create(KeyRecord record) = 0;
  virtual base::Status revoke(std::string_view id) = 0;
};

}  // namespace genkai::serve
