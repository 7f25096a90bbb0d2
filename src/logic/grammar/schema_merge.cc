#include "logic/grammar/schema_merge.h"

#include <fmt/format.h>

#include <algorithm>

namespace genkai::logic::grammar {
namespace {

using base::Json;
using base::Result;

constexpr std::size_t kMostCompared = 1'000'000;  // pairs of values in two lists

Json both(const Json& a, const Json& b) {
  return Json::object({{"allOf", Json::array({a, b})}});
}

bool holds(const Json& list, const Json& value) {
  return std::any_of(list.items().begin(), list.items().end(),
                     [&](const Json& own) { return json_equal(own, value); });
}

Json types_of(const Json& type) {
  return type.is_array() ? type : Json::array({type});
}

// The types that both name; an integer is a number.
Json common_types(const Json& a, const Json& b) {
  const Json left = types_of(a), right = types_of(b);
  Json common = Json::array();
  for (const Json& own : left.items()) {
    const bool narrowed = own.as_string() == "integer" && holds(right, "number");
    const bool wider = own.as_string() == "number" && holds(right, "integer") && !holds(right, "number");
    if (holds(right, own) || narrowed) common.push(own);
    if (wider && !holds(left, "integer")) common.push("integer");
  }
  return common;
}

std::vector<std::string> names_of(const Json& schema) {
  std::vector<std::string> names;
  if (const Json* properties = schema.find("properties"))
    for (const auto& [name, value] : properties->members()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

bool json_equal(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    const std::int64_t x = a.as_int(), y = b.as_int();
    return a.as_double() == b.as_double() && (a.as_double() < -9e15 || a.as_double() > 9e15 ? x == y : true);
  }
  if (a.is_string() || b.is_string()) return a.is_string() && b.is_string() && a.as_string() == b.as_string();
  if (a.is_bool() || b.is_bool()) return a.is_bool() && b.is_bool() && a.as_bool() == b.as_bool();
  if (a.is_array() || b.is_array())
    return a.is_array() && b.is_array() && std::ranges::equal(a.items(), b.items(), json_equal);
  if (a.is_object() || b.is_object())
    return a.is_object() && b.is_object() && a.members().size() == b.members().size() &&
           std::ranges::all_of(a.members(), [&](const auto& member) {
             const Json* other = b.find(member.first);
             return other && json_equal(member.second, *other);
           });
  return a.is_null() && b.is_null();
}

Result<Json> merge_schemas(const Json& a, const Json& b, const std::string& pointer) {
  if (a.is_bool()) return a.as_bool() ? b : a;
  if (b.is_bool()) return b.as_bool() ? a : b;
  const auto closed = [](const Json& schema) {
    const Json* additional = schema.find("additionalProperties");
    return additional && !(additional->is_bool() && additional->as_bool());
  };
  const std::vector<std::string> names = names_of(a), others = names_of(b);
  if ((closed(a) && !std::ranges::includes(names, others)) ||
      (closed(b) && !std::ranges::includes(others, names)))
    return base::fail(
        base::Code::unsupported,
        fmt::format("{}: additionalProperties beside other properties cannot be merged", pointer),
        "list all properties in one schema");
  Json merged = a;
  for (const auto& [name, value] : b.members()) {
    const Json* own = merged.find(name);
    if (!own || json_equal(*own, value)) {
      merged.set(name, value);
      continue;
    }
    const bool highest = name.starts_with("min") || name == "exclusiveMinimum";
    const bool lowest = name.starts_with("max") || name == "exclusiveMaximum";
    if ((highest || lowest) && own->is_number() && value.is_number()) {
      if ((value.as_double() > own->as_double()) == highest) merged.set(name, value);
    } else if (name == "type") {
      merged.set(name, common_types(*own, value));
    } else if (name == "required" && own->items().size() * value.items().size() <= kMostCompared) {
      Json all = *own;
      for (const Json& one : value.items())
        if (!holds(all, one)) all.push(one);
      merged.set(name, std::move(all));
    } else if (name == "enum" && own->items().size() * value.items().size() <= kMostCompared) {
      Json common = Json::array();
      for (const Json& one : own->items())
        if (holds(value, one)) common.push(one);
      merged.set(name, std::move(common));
    } else if (name == "properties" && own->is_object()) {
      Json properties = *own;
      for (const auto& [property, schema] : value.members()) {
        const Json* other = properties.find(property);
        properties.set(property, other && !json_equal(*other, schema) ? both(*other, schema) : schema);
      }
      merged.set(name, std::move(properties));
    } else if (name == "items" || name == "additionalProperties") {
      merged.set(name, both(*own, value));
    } else if (name == "uniqueItems") {
      merged.set(name, true);
    } else if (name == "title" || name == "description" || name == "examples" || name == "default" ||
               name == "$comment" || name == "$defs" || name == "definitions") {
      continue;  // annotations; definitions are found from the root of the document
    } else {
      return base::fail(
          base::Code::unsupported,
          fmt::format("{}: '{}' stands in two schemas that have to hold together", pointer, name),
          "write it in one place");
    }
  }
  return merged;
}

}  // namespace genkai::logic::grammar
