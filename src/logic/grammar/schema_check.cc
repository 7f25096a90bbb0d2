// A finished document against a schema, exactly.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "logic/grammar/matcher.h"
#include "logic/grammar/schema.h"
#include "logic/grammar/schema_merge.h"
#include "logic/grammar/schema_pointer.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::logic::grammar {
namespace {

using base::Json;
using Index = Schema::Index;
using Node = Schema::Node;

constexpr std::size_t kMostSteps =
    20'000'000;  // of one document: alternatives within alternatives may double each time
constexpr int kMostDepth = 3000;

std::uint8_t type_of(const Json& value) {
  if (value.is_null()) return Schema::null;
  if (value.is_bool()) return Schema::boolean;
  if (value.is_string()) return Schema::string;
  if (value.is_array()) return Schema::array;
  if (value.is_object()) return Schema::object;
  const double number = value.as_double();
  return std::isfinite(number) && number == std::floor(number) ? Schema::integer : Schema::number;
}

std::string type_names(std::uint8_t types) {
  std::string names;
  const auto add = [&](bool has, const char* name) {
    if (has) names += names.empty() ? name : std::string(" or ") + name;
  };
  add(types & Schema::null, "null");
  add(types & Schema::boolean, "a boolean");
  add((types & Schema::integer) && !(types & Schema::number), "an integer");
  add(types & Schema::number, "a number");
  add(types & Schema::string, "a string");
  add(types & Schema::array, "an array");
  add(types & Schema::object, "an object");
  return names.empty() ? "nothing" : names;
}

// A value in a message: short, on one line.
std::string shown(const Json& value) {
  const std::string whole = value.dump();
  const std::string_view cut = text::prefix(whole, 60);
  return cut.size() == whole.size() ? whole : std::string(cut) + "...";
}

// By a hash that equal values share, so that a long array takes linear time.
std::uint64_t hash_of(const Json& value) {
  if (value.is_number()) return base::hash64(fmt::format("{}", value.as_double()), 1);
  if (value.is_array()) {
    std::uint64_t sum = 2;
    for (const Json& item : value.items()) sum = sum * 31 + hash_of(item);
    return sum;
  }
  if (value.is_object()) {
    std::uint64_t sum = 3;
    for (const auto& [name, member] : value.members()) sum += base::hash64(name, hash_of(member));
    return sum;
  }
  return base::hash64(value.dump(), 4);
}

class Checker {
 public:
  explicit Checker(const Schema& schema) : schema_(schema) {}

  bool holds(Index index, const Json& value, int depth) {
    if (index == Schema::kNone) return true;
    if (++steps_ > kMostSteps || depth > kMostDepth)
      return fail(index, "", "is too deeply nested, or too costly to check");
    const Node& node = schema_.nodes()[index];
    if (node.never) return fail(index, "", "must not be there");
    if (node.refers != Schema::kNone) return holds(node.refers, value, depth + 1);
    if (!node.any.empty() || !node.one.empty()) return alternatives(index, value, depth);
    const std::uint8_t type = type_of(value);
    if (!(node.types & type))
      return fail(index, "type", fmt::format("is {}, not {}", shown(value), type_names(node.types)));
    if (node.values) steps_ += node.values->size();
    if (node.values &&
        std::ranges::none_of(*node.values, [&](const Json& one) { return json_equal(one, value); }))
      return fail(index, node.values->size() == 1 ? "const" : "enum",
                  fmt::format("is {}, which is none of the allowed values", shown(value)));
    switch (type) {
      case Schema::integer:
      case Schema::number:
        return number(index, node, value);
      case Schema::string:
        return string(index, node, value.as_string());
      case Schema::array:
        return array(index, node, value, depth);
      case Schema::object:
        return object(index, node, value, depth);
      default:
        return true;
    }
  }

  Violation violation() && {
    std::string path;
    for (const std::string& part : path_) path += '/' + pointer_part(part);
    return {std::move(path), std::move(message_), std::move(keyword_)};
  }

 private:
  bool fail(Index index, const char* keyword, std::string message) {
    keyword_ = schema_.nodes()[index].pointer + (*keyword ? std::string("/") + keyword : std::string());
    message_ = std::move(message);
    return false;
  }

  bool inside(const std::string& name, Index index, const Json& value, int depth) {
    path_.push_back(name);
    if (!holds(index, value, depth + 1)) return false;  // the path stays, for the message
    path_.pop_back();
    return true;
  }

  bool alternatives(Index index, const Json& value, int depth) {
    const Node& node = schema_.nodes()[index];
    const auto& ways = node.any.empty() ? node.one : node.any;
    const auto here = path_;
    std::size_t fitting = 0, deepest = 0;
    std::vector<std::string> best_path;
    std::string best_message, best_keyword;
    for (const Index way : ways) {
      if (holds(way, value, depth + 1)) {
        ++fitting;
        if (!node.any.empty()) return true;
      } else if (path_.size() > deepest || best_message.empty()) {
        // The alternative that got furthest was probably meant.
        deepest = path_.size();
        best_path = path_;
        best_message = message_;
        best_keyword = keyword_;
      }
      if (steps_ > kMostSteps) return false;
      path_ = here;
    }
    if (fitting == 1) return true;
    if (fitting > 1)
      return fail(index, "oneOf",
                  fmt::format("is {}, which fits {} of the alternatives, not one", shown(value), fitting));
    if (deepest > here.size() || ways.size() == 1) {
      path_ = std::move(best_path);
      message_ = std::move(best_message);
      keyword_ = std::move(best_keyword);
      return false;
    }
    return fail(index, node.any.empty() ? "oneOf" : "anyOf",
                fmt::format("is {}, which fits none of the alternatives", shown(value)));
  }

  bool number(Index index, const Node& node, const Json& value) {
    const double x = value.as_double();
    if (x < node.minimum || (node.above_minimum && x == node.minimum))
      return fail(index, node.above_minimum ? "exclusiveMinimum" : "minimum",
                  fmt::format("is {}, below {}", shown(value), node.minimum));
    if (x > node.maximum || (node.below_maximum && x == node.maximum))
      return fail(index, node.below_maximum ? "exclusiveMaximum" : "maximum",
                  fmt::format("is {}, above {}", shown(value), node.maximum));
    if (node.multiple_of > 0) {
      // 0.3 is a multiple of 0.1 to whoever wrote it, though not as binary fractions.
      const double times = x / node.multiple_of;
      if (!(std::abs(times - std::round(times)) <= 1e-9 * std::max(1.0, std::abs(times))))
        return fail(index, "multipleOf",
                    fmt::format("is {}, no multiple of {}", shown(value), node.multiple_of));
    }
    return true;
  }

  bool string(Index index, const Node& node, std::string_view value) {
    const std::size_t length = text::count_code_points(value);
    if (length < node.min_length)
      return fail(index, "minLength",
                  fmt::format("has {} characters, fewer than {}", length, node.min_length));
    if (length > node.max_length)
      return fail(index, "maxLength",
                  fmt::format("has {} characters, more than {}", length, node.max_length));
    if (node.matches) {
      const auto matched = match(node.matches, value);
      if (!matched || !matched->whole)
        return fail(index, "pattern",
                    fmt::format("is {}, which the pattern {} does not match", shown(value), node.pattern));
    }
    if (!node.format.empty() && !has_format(value, node.format))
      return fail(index, "format", fmt::format("is {}, no {}", shown(value), node.format));
    return true;
  }

  bool array(Index index, const Node& node, const Json& value, int depth) {
    const auto& items = value.items();
    if (items.size() < node.min_items)
      return fail(index, "minItems",
                  fmt::format("has {} items, fewer than {}", items.size(), node.min_items));
    if (items.size() > node.max_items)
      return fail(index, "maxItems", fmt::format("has {} items, more than {}", items.size(), node.max_items));
    for (std::size_t i = 0; i < items.size(); ++i)
      if (!inside(std::to_string(i), i < node.prefix.size() ? node.prefix[i] : node.items, items[i], depth))
        return false;
    if (!node.unique_items) return true;
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto& alike = seen[hash_of(items[i])];
      for (const std::size_t other : alike)
        if (json_equal(items[other], items[i]))
          return fail(index, "uniqueItems",
                      fmt::format("has {} twice, as items {} and {}", shown(items[i]), other, i));
      alike.push_back(i);
    }
    return true;
  }

  bool object(Index index, const Node& node, const Json& value, int depth) {
    const auto& members = value.members();
    std::set<std::string_view> names;
    for (const auto& [name, member] : members)
      if (!names.insert(name).second)
        return fail(index, "", fmt::format("has the member {} twice", shown(Json(name))));
    for (const Schema::Property& property : node.properties)
      if (property.required && !names.contains(property.name))
        return fail(index, "required", fmt::format("lacks the member {}", shown(Json(property.name))));
    if (members.size() < node.min_properties)
      return fail(index, "minProperties",
                  fmt::format("has {} members, fewer than {}", members.size(), node.min_properties));
    if (members.size() > node.max_properties)
      return fail(index, "maxProperties",
                  fmt::format("has {} members, more than {}", members.size(), node.max_properties));
    std::unordered_map<std::string_view, Index> listed;
    for (const Schema::Property& property : node.properties) listed.emplace(property.name, property.value);
    for (const auto& [name, member] : members) {
      const auto own = listed.find(name);
      if (own == listed.end() && node.additional != Schema::kNone && schema_.nodes()[node.additional].never)
        return fail(index, "additionalProperties",
                    fmt::format("has a member {}, which is not allowed", shown(Json(name))));
      if (!inside(name, own == listed.end() ? node.additional : own->second, member, depth)) return false;
    }
    return true;
  }

  const Schema& schema_;
  std::vector<std::string> path_;
  std::string message_, keyword_;
  std::size_t steps_ = 0;
};

}  // namespace

std::optional<Violation> Schema::check(Index node, const Json& value) const {
  Checker checker(*this);
  if (checker.holds(node, value, 0)) return std::nullopt;
  return std::move(checker).violation();
}

std::optional<Violation> Schema::check(const Json& document) const {
  return check(root_, document);
}

bool has_format(std::string_view text, std::string_view format) {
  // The shape was written down once, for the grammar; the calendar is looked at here.
  const auto digits = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  const auto is = [&](std::size_t at, char c) { return at < text.size() && text[at] == c; };
  if (format == "uuid") {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      const char c = static_cast<char>(text[i] | 0x20);
      if (dash ? text[i] != '-' : !((text[i] >= '0' && text[i] <= '9') || (c >= 'a' && c <= 'f')))
        return false;
    }
    return text.size() == 36;
  }
  if (format == "date") {
    const int year = digits(0, 4), month = digits(5, 2), day = digits(8, 2);
    if (text.size() != 10 || !is(4, '-') || !is(7, '-') || year < 0 || month < 1 || month > 12 || day < 1)
      return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return day <= days[month - 1];
  }
  if (format == "date-time")
    return text.size() > 11 && has_format(text.substr(0, 10), "date") &&
           (text[10] == 'T' || text[10] == 't') && has_format(text.substr(11), "time");
  if (format != "time") return true;
  const int hour = digits(0, 2), minute = digits(3, 2), second = digits(6, 2);
  if (hour < 0 || hour > 23 || !is(2, ':') || minute < 0 || minute > 59 || !is(5, ':') || second < 0 ||
      second > 60)
    return false;
  std::size_t at = 8;
  if (is(at, '.')) {
    const std::size_t begin = ++at;
    while (digits(at, 1) >= 0) ++at;
    if (at == begin) return false;
  }
  if (is(at, 'Z') || is(at, 'z'))
    return at + 1 == text.size() && (second < 60 || (hour == 23 && minute == 59));
  const int zone_hour = digits(at + 1, 2), zone_minute = digits(at + 4, 2);
  return (is(at, '+') || is(at, '-')) && is(at + 3, ':') && zone_hour >= 0 && zone_hour < 24 &&
         zone_minute >= 0 && zone_minute < 60 && at + 6 == text.size() && second < 60;
}

}  // namespace genkai::logic::grammar
