#pragma once
// Reads the members of a JSON object from a client, one by one, so that each is taken or refused by name. A
// null is a member that is missing. The first thing that is wrong counts.
//
//   RequestFields fields(body);
//   const auto seed = fields.whole("seed", lowest, highest);
//   if (auto error = fields.problem()) return *error;      // also: a member that nobody asked for

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "serve/api_error.h"

namespace genkai::serve {

class RequestFields {
 public:
  /// `path` stands before each name in errors: "messages[2]". REQUIRES: `object` outlives this.
  explicit RequestFields(const base::Json& object, std::string path = {});

  /// The value, nullptr when it is missing or null.
  const base::Json* take(std::string_view name);
  std::optional<std::string> text(std::string_view name);
  bool flag(std::string_view name, bool otherwise = false);
  std::optional<double> number(std::string_view name, double lowest, double highest);
  std::optional<std::int64_t> whole(std::string_view name, std::int64_t lowest, std::int64_t highest);
  /// Known, of no effect here, and of any value.
  void ignore(std::string_view name) { take(name); }
  /// Refused unless it is missing, null or the protocol's own default.
  void only(std::string_view name, const base::Json& standard, std::string_view why);

  void refuse(std::string_view name, std::string message, std::string code = {});
  void refuse(ApiError error);
  bool failed() const { return error_.has_value(); }
  /// The first problem; members that were not taken are one.
  std::optional<ApiError> problem();
  std::string place(std::string_view name) const;

 private:
  const base::Json& object_;
  const std::string path_;
  std::vector<std::string_view> known_;
  std::optional<ApiError> error_;
};

}  // namespace genkai::serve
