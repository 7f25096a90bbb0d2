#include "serve/request_fields.h"

#include <algorithm>
#include <cmath>

namespace genkai::serve {

using base::Json;

namespace {

constexpr std::size_t kLongestName = 100;  // of a member, as an error repeats it

std::string short_name(std::string_view name) {
  if (name.size() <= kLongestName) return std::string(name);
  std::size_t end = kLongestName;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return std::string(name.substr(0, end)) + "...";
}

std::string bounds(double lowest, double highest) {
  return "from " + Json(lowest).dump() + " to " + Json(highest).dump();
}

}  // namespace

RequestFields::RequestFields(const Json& object, std::string path) : object_(object), path_(std::move(path)) {
  if (!object.is_object())
    refuse(invalid_request((path_.empty() ? "the request" : path_) + " has to be a JSON object", path_));
}

std::string RequestFields::place(std::string_view name) const {
  return path_.empty() ? short_name(name) : path_ + "." + short_name(name);
}

const Json* RequestFields::take(std::string_view name) {
  known_.push_back(name);
  const Json* value = object_.find(name);
  return value && !value->is_null() ? value : nullptr;
}

void RequestFields::refuse(ApiError error) {
  if (!error_) error_ = std::move(error);
}

void RequestFields::refuse(std::string_view name, std::string message, std::string code) {
  refuse(invalid_request(place(name) + ": " + message, place(name), std::move(code)));
}

std::optional<std::string> RequestFields::text(std::string_view name) {
  const Json* value = take(name);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    refuse(name, "it has to be a string");
    return std::nullopt;
  }
  return std::string(value->as_string());
}

bool RequestFields::flag(std::string_view name, bool otherwise) {
  const Json* value = take(name);
  if (!value) return otherwise;
  if (!value->is_bool()) refuse(name, "it has to be true or false");
  return value->as_bool(otherwise);
}

std::optional<double> RequestFields::number(std::string_view name, double lowest, double highest) {
  const Json* value = take(name);
  if (!value) return std::nullopt;
  const double number = value->as_double(NAN);
  if (!value->is_number() || !(number >= lowest && number <= highest)) {
    refuse(name, "it has to be a number " + bounds(lowest, highest));
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> RequestFields::whole(std::string_view name, std::int64_t lowest,
                                                 std::int64_t highest) {
  const Json* value = take(name);
  if (!value) return std::nullopt;
  const double number = value->as_double(NAN);
  // A double of a whole value is let pass: 5.0 is 5 in JSON.
  const bool whole = value->is_number() && std::trunc(number) == number && std::abs(number) < 9.2e18;
  const std::int64_t exact = whole ? value->as_int(static_cast<std::int64_t>(number)) : std::int64_t{0};
  if (!whole || exact < lowest || exact > highest) {
    refuse(name,
           "it has to be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return std::nullopt;
  }
  return exact;
}

void RequestFields::only(std::string_view name, const Json& standard, std::string_view why) {
  const Json* value = take(name);
  if (!value) return;
  const bool same = value->is_number() && standard.is_number() ? value->as_double() == standard.as_double()
                                                               : value->dump() == standard.dump();
  if (!same) refuse(name, std::string(why), "unsupported_parameter");
}

std::optional<ApiError> RequestFields::problem() {
  if (error_) return error_;
  for (const auto& [name, value] : object_.members())
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      refuse(name, "this is not a known field here", "unknown_parameter");
      break;
    }
  return error_;
}

}  // namespace genkai::serve
