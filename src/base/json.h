#pragma once
// JSON values. Text from outside is parsed by simdjson (UTF-8 checked, doubles read exactly); written doubles
// are the shortest that read back the same. Objects keep the order of their members.
//
//   GENKAI_ASSIGN_OR_RETURN(Json line, Json::parse(text));
//   const std::string id = line.string("id");
//   std::string out = Json::object({{"id", id}, {"score", 0.5}}).dump();

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace genkai::base {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(unsigned value) : value_(std::int64_t{value}) {}
  Json(long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(float value) : value_(static_cast<double>(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  static Json object(std::initializer_list<Member> members = {}) { return Json(Object(members)); }
  static Json array(std::initializer_list<Json> items = {}) { return Json(Array(items)); }

  /// Parses one JSON document of UTF-8 text; nesting deeper than 1,024 and trailing text are errors.
  static Result<Json> parse(std::string_view text);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_number() const {
    return std::holds_alternative<std::int64_t>(value_) || std::holds_alternative<double>(value_);
  }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }

  /// The value, or a default when it is of another kind.
  std::string_view as_string(std::string_view otherwise = {}) const;
  double as_double(double otherwise = 0) const;
  std::int64_t as_int(std::int64_t otherwise = 0) const;
  bool as_bool(bool otherwise = false) const;
  const Array& items() const;     // empty for anything but an array
  const Object& members() const;  // empty for anything but an object

  /// The member called `key`, or nullptr.
  const Json* find(std::string_view key) const;
  /// The member called `key` as a string, or the default.
  std::string string(std::string_view key, std::string_view otherwise = {}) const;
  double number(std::string_view key, double otherwise = 0) const;

  /// Sets a member (objects; an old one of that name keeps its place) or appends an item (arrays). REQUIRES:
  /// the value is of that kind, or null.
  Json& set(std::string key, Json value);
  Json& push(Json value);

  /// Compact text on one line; `indent` > 0 lays it out for people. Not-a-number and infinities become null;
  /// bytes that are not UTF-8 become U+FFFD, so the output is always valid JSON.
  std::string dump(int indent = 0) const;

 private:
  void write(std::string& out, int indent, int depth) const;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

}  // namespace genkai::base
