// The rules that write what a schema admits.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "logic/grammar/pattern.h"
#include "logic/grammar/schema.h"
#include "text/utf8.h"

namespace genkai::logic::grammar {
namespace {

using base::Json;
using base::Result;
using Index = Schema::Index;
using Node = Schema::Node;
using E = Expression;

constexpr std::int64_t kMostDigits = 18, kLargest = 999'999'999'999'999'999;
constexpr std::size_t kLongestName = 100;  // characters of a listed name that tell other names from it

E digits(std::uint32_t low, std::uint32_t high) {
  return E::repeat(E::characters({{'0', '9'}}), low, high);
}

// Decimal texts of equal length from `low` to `high`.
E between(std::string_view low, std::string_view high) {
  const auto all = [](std::string_view text, char digit) {
    return text.find_first_not_of(digit) == std::string_view::npos;
  };
  const auto size = static_cast<std::uint32_t>(low.size());
  if (size == 0) return E::literal("");
  if (all(low, '0') && all(high, '9')) return digits(size, size);
  const auto first = [](char from, char to) {
    return E::characters({{static_cast<char32_t>(from), static_cast<char32_t>(to)}});
  };
  if (low[0] == high[0]) return E::sequence({first(low[0], low[0]), between(low.substr(1), high.substr(1))});
  const std::string zeros(size - 1, '0'), nines(size - 1, '9');
  std::vector<E> ways;
  ways.push_back(E::sequence({first(low[0], low[0]), between(low.substr(1), nines)}));
  if (low[0] + 1 < high[0])
    ways.push_back(E::sequence(
        {first(static_cast<char>(low[0] + 1), static_cast<char>(high[0] - 1)), digits(size - 1, size - 1)}));
  ways.push_back(E::sequence({first(high[0], high[0]), between(zeros, high.substr(1))}));
  return E::choice(std::move(ways));
}

// Whole numbers from `low` to `high`, 0 <= low <= high, without leading zeros.
E natural(std::int64_t low, std::int64_t high) {
  std::vector<E> ways;
  for (std::int64_t begin = low; begin <= high;) {
    std::int64_t end = 9;
    while (end < begin) end = end * 10 + 9;
    end = std::min(end, high);
    ways.push_back(between(std::to_string(begin), std::to_string(end)));
    begin = end + 1;
  }
  return E::choice(std::move(ways));
}

E integer(std::int64_t low, std::int64_t high) {
  std::vector<E> ways;
  if (low < 0)
    ways.push_back(E::sequence({E::literal("-"), natural(std::max<std::int64_t>(1, -high), -low)}));
  if (high >= 0) ways.push_back(natural(std::max<std::int64_t>(0, low), high));
  return E::choice(std::move(ways));
}

E number(bool negative) {
  std::vector<E> parts;
  if (negative) parts.push_back(E::optional(E::literal("-")));
  parts.push_back(
      E::choice({E::literal("0"), E::sequence({E::characters({{'1', '9'}}), digits(0, kMostDigits - 1)})}));
  parts.push_back(E::optional(E::sequence({E::literal("."), digits(1, kMostDigits)})));
  parts.push_back(
      E::optional(E::sequence({E::characters({{'e', 'e'}, {'E', 'E'}}),
                               E::optional(E::characters({{'+', '+'}, {'-', '-'}})), digits(1, 2)})));
  return E::sequence(std::move(parts));
}

std::vector<CodeRange> plain_characters() {
  return complement({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}});
}

// One character of a string, in any way that JSON has for it; surrogates come in pairs.
E string_character() {
  const auto of = [](std::string_view set) {
    std::vector<CodeRange> ranges;
    for (const char c : set) ranges.push_back({static_cast<char32_t>(c), static_cast<char32_t>(c)});
    return E::characters(std::move(ranges));
  };
  const E hex = of("0123456789abcdefABCDEF");
  const auto hexes = [&](std::uint32_t n) { return E::repeat(hex, n, n); };
  E escape =
      E::choice({of("\"\\/bfnrt"),
                 E::sequence({E::literal("u"),
                              E::choice({E::sequence({of("0123456789abcefABCEF"), hexes(3)}),
                                         E::sequence({of("dD"), of("01234567"), hexes(2)}),
                                         E::sequence({of("dD"), of("89abAB"), hexes(2), E::literal("\\u"),
                                                      of("dD"), of("cdefCDEF"), hexes(2)})})})});
  return E::choice({E::characters(plain_characters()), E::sequence({E::literal("\\"), std::move(escape)})});
}

class RuleMaker {
 public:
  RuleMaker(const Schema& schema, Whitespace whitespace)
      : schema_(schema), readable_(whitespace == Whitespace::readable) {}

  Result<Rules> make() {
    const std::uint32_t root = rules_.add("root", E::literal(""));
    rules_.root = root;
    rules_.rules[root].body = call(schema_.root());
    while (!work_.empty()) {
      const Index node = work_.back();
      work_.pop_back();
      GENKAI_ASSIGN_OR_RETURN(E body, write(schema_.nodes()[node]));
      rules_.rules[known_.at(node)].body = std::move(body);
    }
    return std::move(rules_);
  }

 private:
  E call(Index node) {
    if (node == Schema::kNone) return E::call(any());
    const auto [entry, fresh] = known_.emplace(node, 0);
    if (fresh) {
      const std::string& pointer = schema_.nodes()[node].pointer;
      entry->second = rules_.add(pointer.empty() ? "the document" : pointer, E::literal(""));
      work_.push_back(node);
    }
    return E::call(entry->second);
  }

  // White space that JSON allows anywhere; none, or one of the two ways in which people lay it out.
  E space() const {
    if (!readable_) return E::literal("");
    return E::choice(
        {E::optional(E::literal(" ")),
         E::sequence({E::literal("\n"), E::repeat(E::characters({{'\t', '\t'}, {' ', ' '}}), 0, 16)})});
  }
  E comma() const { return E::sequence({E::literal(","), space()}); }
  E colon() const { return E::sequence({E::literal(":"), space()}); }

  std::uint32_t rule(const std::string& name, E (*body)()) {
    const auto known = shared_.find(name);
    if (known != shared_.end()) return known->second;
    return shared_[name] = rules_.add(name, body());
  }
  E string() {
    return E::call(rule("string", [] {
      return E::sequence({E::literal("\""), E::repeat(string_character(), 0, kUnbounded), E::literal("\"")});
    }));
  }
  E any_number() {
    return E::call(rule("number", [] { return number(true); }));
  }

  std::uint32_t any() {
    const auto known = shared_.find("value");
    if (known != shared_.end()) return known->second;
    const std::uint32_t value = shared_["value"] = rules_.add("value", E::literal(""));
    std::vector<E> ways;
    ways.push_back(string());
    ways.push_back(any_number());
    for (const char* word : {"true", "false", "null"}) ways.push_back(E::literal(word));
    ways.push_back(list(E::call(value), 0, Schema::kNoLimit));
    ways.push_back(object_of(E::sequence({string(), colon(), E::call(value)}), 0, kUnbounded));
    rules_.rules[value].body = E::choice(std::move(ways));
    return value;
  }

  E closed(const char* open, E inside, const char* close) const {
    return E::sequence({E::literal(open), space(), std::move(inside), space(), E::literal(close)});
  }

  static std::uint32_t bound(std::uint64_t most) {
    return most > Schema::kMostCounted ? kUnbounded : static_cast<std::uint32_t>(most);
  }
  static std::uint32_t at_least(std::uint64_t least) {
    return static_cast<std::uint32_t>(std::min(least, Schema::kMostCounted));
  }

  // low to high of `one`, with commas between them.
  E several(E one, std::uint32_t low, std::uint32_t high) const {
    if (high == 0) return E::literal("");
    E rest =
        E::repeat(E::sequence({comma(), one}), low > 0 ? low - 1 : 0, high == kUnbounded ? high : high - 1);
    E all = E::sequence({std::move(one), std::move(rest)});
    return low == 0 ? E::optional(std::move(all)) : all;
  }
  E list(E item, std::uint64_t low, std::uint64_t high) const {
    return closed("[", several(std::move(item), at_least(low), bound(high)), "]");
  }
  E object_of(E member, std::uint32_t low, std::uint32_t high) const {
    return closed("{", several(std::move(member), low, high), "}");
  }

  bool impossible(Index index) const {
    if (index == Schema::kNone) return false;
    const Node& node = schema_.nodes()[index];
    return node.never || node.types == 0 || (node.values && values_of(node).empty());
  }

  // Those of `enum` that the other keywords admit.
  std::vector<Json> values_of(const Node& node) const {
    std::vector<Json> values;
    const auto index = static_cast<Index>(&node - schema_.nodes().data());
    for (const Json& value : *node.values)
      if (!schema_.check(index, value)) values.push_back(value);
    return values;
  }

  Result<E> write(const Node& node) {
    if (node.refers != Schema::kNone) return call(node.refers);
    const auto alternatives = [&](const std::vector<Index>& indexes) {
      std::vector<E> ways;
      for (const Index index : indexes)
        if (!impossible(index)) ways.push_back(call(index));
      return ways.empty() ? E::characters({}) : E::choice(std::move(ways));
    };
    if (!node.any.empty()) return alternatives(node.any);
    if (!node.one.empty()) return alternatives(node.one);
    std::vector<E> ways;
    if (node.values) {
      for (const Json& value : values_of(node)) ways.push_back(E::literal(value.dump()));
    } else if (!node.never) {
      if (node.types & Schema::null) ways.push_back(E::literal("null"));
      if (node.types & Schema::boolean)
        ways.push_back(E::literal("true")), ways.push_back(E::literal("false"));
      if (node.types & (Schema::number | Schema::integer)) add_number(node, ways);
      if (node.types & Schema::string) {
        GENKAI_ASSIGN_OR_RETURN(E text, text_of(node));
        ways.push_back(std::move(text));
      }
      if (node.types & Schema::array) add_array(node, ways);
      if (node.types & Schema::object) add_object(node, ways);
    }
    // Nothing is left: a class that nothing matches, which compile() refuses by the rule's name.
    if (ways.empty()) return E::characters({});
    return E::choice(std::move(ways));
  }

  void add_number(const Node& node, std::vector<E>& ways) {
    if (node.types & Schema::number) {
      ways.push_back(node.minimum < 0 ? any_number()
                                      : E::call(rule("number from 0", [] { return number(false); })));
      return;
    }
    const double limit = static_cast<double>(kLargest);
    double low = std::ceil(std::max(node.minimum, -limit)), high = std::floor(std::min(node.maximum, limit));
    if (node.above_minimum && low == node.minimum) low += 1;
    if (node.below_maximum && high == node.maximum) high -= 1;
    if (low > high) return;
    const auto whole = [](double x) { return std::clamp(static_cast<std::int64_t>(x), -kLargest, kLargest); };
    ways.push_back(integer(whole(low), whole(high)));
  }

  Result<E> text_of(const Node& node) {
    const auto quoted = [](E inside) {
      return E::sequence({E::literal("\""), std::move(inside), E::literal("\"")});
    };
    if (!node.pattern.empty()) {
      GENKAI_ASSIGN_OR_RETURN(E body, parse_pattern(node.pattern, PatternText::json));
      return quoted(std::move(body));
    }
    if (!node.format.empty()) {
      static const std::string
          kDate = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
          kTime =
              "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
      const std::string pattern = node.format == "date"        ? kDate
                                  : node.format == "time"      ? kTime
                                  : node.format == "date-time" ? kDate + "T" + kTime
                                                               : "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
      GENKAI_ASSIGN_OR_RETURN(E body, parse_pattern("^" + pattern + "$", PatternText::json));
      return quoted(std::move(body));
    }
    if (node.min_length == 0 && bound(node.max_length) == kUnbounded) return string();
    if (node.min_length > node.max_length) return E::characters({});
    return quoted(E::repeat(string_character(), at_least(node.min_length), bound(node.max_length)));
  }

  void add_array(const Node& node, std::vector<E>& ways) {
    if (node.min_items > node.max_items) return;
    std::uint64_t fixed = std::min<std::uint64_t>(node.prefix.size(), node.max_items);
    for (std::size_t i = 0; i < fixed; ++i)
      if (impossible(node.prefix[i])) fixed = i;
    const bool more = fixed == node.prefix.size() && !impossible(node.items) && node.max_items > fixed;
    if (node.min_items > fixed && !more) return;
    if (fixed == 0) {
      ways.push_back(more ? list(call(node.items), node.min_items, node.max_items)
                          : closed("[", E::literal(""), "]"));
      return;
    }
    // From behind: what may follow each of the fixed items.
    E rest = E::literal("");
    if (more) {
      const std::uint64_t least = node.min_items > fixed ? node.min_items - fixed : 0;
      const std::uint64_t most = node.max_items == Schema::kNoLimit ? node.max_items : node.max_items - fixed;
      rest = E::repeat(E::sequence({comma(), call(node.items)}), at_least(least), bound(most));
    }
    for (std::uint64_t i = fixed; i-- > 0;) {
      E one = call(node.prefix[i]);
      rest = i > 0 ? E::sequence({comma(), std::move(one), std::move(rest)})
                   : E::sequence({std::move(one), std::move(rest)});
      if (i >= node.min_items) rest = E::optional(std::move(rest));
    }
    ways.push_back(closed("[", std::move(rest), "]"));
  }

  void add_object(const Node& node, std::vector<E>& ways) {
    const bool open =
        node.additional == Schema::kNone ? node.properties.empty() : !impossible(node.additional);
    if (node.properties.empty()) {
      if (open)
        ways.push_back(object_of(E::sequence({string(), colon(), call(node.additional)}),
                                 at_least(node.min_properties), bound(node.max_properties)));
      else
        ways.push_back(closed("{", E::literal(""), "}"));
      return;
    }
    std::vector<E> members;
    std::vector<bool> required;
    std::vector<std::u32string> names;
    for (const Schema::Property& property : node.properties) {
      if (impossible(property.value)) {
        if (property.required) return;
        continue;
      }
      members.push_back(E::sequence({E::literal(Json(property.name).dump()), colon(), call(property.value)}));
      required.push_back(property.required);
    }
    if (open) {
      for (const Schema::Property& property : node.properties) names.push_back(code_points(property.name));
      E extra = E::sequence(
          {E::literal("\""), other_names(names, 0), E::literal("\""), colon(), call(node.additional)});
      members.push_back(several(std::move(extra), 1, kUnbounded));
      required.push_back(false);
    }
    ways.push_back(closed("{", E::listed(comma(), std::move(members), std::move(required)), "}"));
  }

  static std::u32string code_points(std::string_view utf8) {
    std::u32string points;
    for (std::size_t at = 0; at < utf8.size();) {
      const auto point = text::code_point_at(utf8, at);
      points += point.value;
      at += point.length;
    }
    return points;
  }

  // Names without escapes that are none of these, of which all share what stands before `depth`.
  static E other_names(const std::vector<std::u32string>& names, std::size_t depth) {
    std::map<char32_t, std::vector<std::u32string>> by_next;
    bool ends_here = false;
    for (const std::u32string& name : names) {
      if (name.size() == depth)
        ends_here = true;
      else
        by_next[name[depth]].push_back(name);
    }
    std::vector<CodeRange> taken{{0, 0x1F}, {'"', '"'}, {'\\', '\\'}};
    std::vector<E> ways;
    if (!ends_here) ways.push_back(E::literal(""));
    for (const auto& [point, longer] : by_next) {
      taken.push_back({point, point});
      const bool plain = point >= 0x20 && point != '"' && point != '\\';
      if (plain && depth < kLongestName)
        ways.push_back(E::sequence({E::characters({{point, point}}), other_names(longer, depth + 1)}));
    }
    ways.push_back(E::sequence({E::characters(complement(std::move(taken))),
                                E::repeat(E::characters(plain_characters()), 0, kUnbounded)}));
    return E::choice(std::move(ways));
  }

  const Schema& schema_;
  bool readable_;
  Rules rules_;
  std::map<Index, std::uint32_t> known_;
  std::map<std::string, std::uint32_t> shared_;
  std::vector<Index> work_;
};

}  // namespace

Result<Rules> Schema::rules(Whitespace whitespace) const {
  return RuleMaker(*this, whitespace).make();
}

Result<std::shared_ptr<const Grammar>> Schema::grammar(Whitespace whitespace) const {
  GENKAI_ASSIGN_OR_RETURN(const Rules made, rules(whitespace));
  return compile(made);
}

}  // namespace genkai::logic::grammar
