#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "logic/grammar/pattern.h"
#include "logic/grammar/schema.h"
#include "logic/grammar/schema_merge.h"
#include "logic/grammar/schema_pointer.h"

namespace genkai::logic::grammar {
namespace {

using base::Code;
using base::Json;
using base::Result;
using base::Status;

constexpr std::size_t kMostNodes = 20'000;
constexpr std::size_t kMostMerged = 1'000'000;  // values in schemas that are merged, over all
constexpr std::size_t kMostPatterns = 200, kMostPatternNodes = 20'000;
constexpr int kMostDepth = 100;
constexpr std::string_view kAnnotations[] = {
    "$schema",    "$id",      "$comment",  "title",           "description",      "default", "examples",
    "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "$defs",   "definitions"};
constexpr std::string_view kFormats[] = {"date", "time", "date-time", "uuid"};
constexpr std::pair<std::string_view, std::uint8_t> kTypes[] = {
    {"null", Schema::null},       {"boolean", Schema::boolean},
    {"integer", Schema::integer}, {"number", Schema::integer | Schema::number},
    {"string", Schema::string},   {"array", Schema::array},
    {"object", Schema::object}};

bool is_annotation(std::string_view keyword) {
  return std::find(std::begin(kAnnotations), std::end(kAnnotations), keyword) != std::end(kAnnotations);
}

}  // namespace

class SchemaParser {
 public:
  using Index = Schema::Index;
  using Node = Schema::Node;

  explicit SchemaParser(const Json& document) : document_(document) {}

  Result<Schema> parse() {
    GENKAI_ASSIGN_OR_RETURN(schema_.root_, add(document_, "", 0));
    while (!pending_.empty()) {  // referred to, and not yet read
      const auto [index, target] = pending_.back();
      pending_.pop_back();
      GENKAI_ASSIGN_OR_RETURN(const Json* found, resolve(target, target));
      GENKAI_ASSIGN_OR_RETURN(schema_.nodes_[index].refers, add(*found, target.substr(1), 0));
    }
    return std::move(schema_);
  }

 private:
  static tl::unexpected<base::Error> wrong(const std::string& pointer, const std::string& what) {
    return base::fail(Code::invalid_argument,
                      fmt::format("{}: {}", pointer.empty() ? "the schema" : pointer, what));
  }

  Result<const Json*> resolve(const std::string& reference, const std::string& pointer) const {
    if (reference != "#" && !reference.starts_with("#/"))
      return base::fail(Code::unsupported,
                        fmt::format("{}: $ref '{}' does not point into this document", pointer, reference),
                        "copy what it names into $defs");
    const Json* found = at_pointer(document_, std::string_view(reference).substr(1));
    if (!found) return wrong(pointer, fmt::format("$ref '{}' leads nowhere", reference));
    return found;
  }

  Index fresh(const std::string& pointer) {
    schema_.nodes_.emplace_back();
    schema_.nodes_.back().pointer = pointer;
    return static_cast<Index>(schema_.nodes_.size() - 1);
  }

  // A node that stands for what `reference` names, one for each name, so that schemas may be recursive.
  Result<Index> refer(const std::string& reference, const std::string& pointer) {
    GENKAI_RETURN_IF_ERROR(resolve(reference, pointer));
    const auto known = referred_.find(reference);
    if (known != referred_.end()) return known->second;
    const Index index = fresh(reference == "#" ? "" : reference.substr(1));
    referred_[reference] = index;
    pending_.emplace_back(index, reference);
    return index;
  }

  Result<Index> add(const Json& json, const std::string& pointer, int depth) {
    if (depth > kMostDepth)
      return wrong(pointer, fmt::format("schemas are nested more than {} deep", kMostDepth));
    if (schema_.nodes_.size() > kMostNodes)
      return base::fail(Code::resource_exhausted,
                        fmt::format("the schema has more than {} parts", kMostNodes));
    if (json.is_bool()) {
      const Index index = fresh(pointer);
      schema_.nodes_[index].never = !json.as_bool();
      return index;
    }
    if (!json.is_object()) return wrong(pointer, "a schema is an object, true or false");
    const bool alone = std::all_of(json.members().begin(), json.members().end(), [](const auto& member) {
      return member.first == "$ref" || is_annotation(member.first);
    });
    if (const Json* reference = json.find("$ref")) {
      if (!reference->is_string()) return wrong(pointer + "/$ref", "it has to be a string");
      const std::string name(reference->as_string());
      if (alone) return refer(name, pointer + "/$ref");
      GENKAI_ASSIGN_OR_RETURN(const Json* target, resolve(name, pointer + "/$ref"));
      GENKAI_ASSIGN_OR_RETURN(const Json merged, merge(*target, without(json, "$ref"), pointer));
      return add(merged, pointer, depth + 1);
    }
    if (const Json* parts = json.find("allOf")) {
      Json merged = without(json, "allOf");
      for (const Json& part : parts->items()) {
        GENKAI_ASSIGN_OR_RETURN(const Json whole, dereferenced(part, pointer + "/allOf", 0));
        GENKAI_ASSIGN_OR_RETURN(merged, merge(merged, whole, pointer + "/allOf"));
      }
      if (!parts->is_array() || parts->items().empty())
        return wrong(pointer + "/allOf", "it has to be a list of schemas");
      return add(merged, pointer, depth + 1);
    }
    for (const char* keyword : {"anyOf", "oneOf"})
      if (const Json* ways = json.find(keyword)) return add_ways(json, *ways, keyword, pointer, depth);
    return add_plain(json, pointer, depth);
  }

  static Json without(const Json& json, std::string_view keyword) {
    Json rest = Json::object();
    for (const auto& [name, value] : json.members())
      if (name != keyword) rest.set(name, value);
    return rest;
  }

  static std::size_t weight(const Json& json) {
    std::size_t sum = 1;
    for (const Json& item : json.items()) sum += weight(item);
    for (const auto& [name, member] : json.members()) sum += weight(member);
    return sum;
  }

  // Bounded in all, since alternatives beside other keywords copy these into each of them.
  Result<Json> merge(const Json& a, const Json& b, const std::string& pointer) {
    merged_ += weight(a) + weight(b);
    if (merged_ > kMostMerged)
      return base::fail(Code::resource_exhausted, fmt::format("{}: too much has to be merged", pointer));
    return merge_schemas(a, b, pointer);
  }

  // A part of allOf with its own $ref and allOf put in, so that it can be merged.
  Result<Json> dereferenced(const Json& part, const std::string& pointer, int depth) {
    if (depth > kMostDepth) return wrong(pointer, "its parts refer to each other in a circle");
    if (!part.is_object() && !part.is_bool()) return wrong(pointer, "a schema is an object, true or false");
    const Json* reference = part.find("$ref");
    if (!reference) return part;
    GENKAI_ASSIGN_OR_RETURN(const Json* target, resolve(std::string(reference->as_string()), pointer));
    GENKAI_ASSIGN_OR_RETURN(const Json whole, dereferenced(*target, pointer, depth + 1));
    return merge(whole, without(part, "$ref"), pointer);
  }

  Result<Index> add_ways(const Json& json, const Json& ways, const std::string& keyword,
                         const std::string& pointer, int depth) {
    const std::string own = pointer + "/" + keyword;
    if (!ways.is_array() || ways.items().empty()) return wrong(own, "it has to be a list of schemas");
    const Json rest = without(json, keyword);
    const bool bare = std::all_of(rest.members().begin(), rest.members().end(),
                                  [](const auto& member) { return is_annotation(member.first); });
    std::vector<Index> indexes;
    for (std::size_t i = 0; i < ways.items().size(); ++i) {
      const std::string place = fmt::format("{}/{}", own, i);
      Json way = ways.items()[i];
      if (!bare) {
        GENKAI_ASSIGN_OR_RETURN(const Json whole, dereferenced(way, place, 0));
        GENKAI_ASSIGN_OR_RETURN(way, merge(rest, whole, place));
      }
      GENKAI_ASSIGN_OR_RETURN(const Index index, add(way, place, depth + 1));
      indexes.push_back(index);
    }
    if (keyword == "oneOf" && indexes.size() > 1) schema_.checked_after_.push_back(own);
    const Index index = fresh(pointer);
    (keyword == "anyOf" ? schema_.nodes_[index].any : schema_.nodes_[index].one) = std::move(indexes);
    return index;
  }

  Result<std::uint64_t> count(const Json& value, const std::string& pointer) const {
    const double number = value.as_double(-1);
    if (!value.is_number() || number < 0 || number != std::floor(number) || number > 9e15)
      return wrong(pointer, "it has to be a whole number from 0");
    return static_cast<std::uint64_t>(number);
  }

  Status read_type(const Json& type, const std::string& pointer, Node& node) {
    node.types = 0;
    const std::vector<Json> list = type.is_array() ? type.items() : std::vector<Json>{type};
    for (const Json& one : list) {
      const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                      [&](const auto& known) { return known.first == one.as_string(); });
      if (found == std::end(kTypes))
        return wrong(pointer, fmt::format("'{}' is no type", one.is_string() ? one.as_string() : one.dump()));
      node.types |= found->second;
    }
    return {};
  }

  Status read_pattern(const Json& value, const std::string& pointer, Node& node) {
    if (!value.is_string()) return wrong(pointer, "it has to be a string");
    if (++patterns_ > kMostPatterns)
      return base::fail(Code::resource_exhausted,
                        fmt::format("{}: more than {} patterns", pointer, kMostPatterns));
    node.pattern = value.as_string();
    const auto body = parse_pattern(node.pattern, PatternText::plain);
    if (!body) return base::fail(body.error().code, pointer + ": " + body.error().message);
    Rules rules;
    rules.root = rules.add("pattern", *body);
    const auto compiled = compile(rules, {.nodes = kMostPatternNodes});
    if (!compiled) return base::fail(compiled.error().code, pointer + ": " + compiled.error().message);
    node.matches = *compiled;
    return {};
  }

  Status read_number(const std::string& keyword, const Json& value, const std::string& pointer, Node& node) {
    if (!value.is_number()) return wrong(pointer, "it has to be a number");
    const double number = value.as_double();
    if (keyword == "multipleOf") {
      if (number <= 0) return wrong(pointer, "it has to be above 0");
      node.multiple_of = number;
      schema_.checked_after_.push_back(pointer);
      return {};
    }
    const bool exclusive = keyword.starts_with("exclusive");
    if (keyword.ends_with("inimum")) {
      if (number > node.minimum || (number == node.minimum && exclusive))
        node.minimum = number, node.above_minimum = exclusive;
    } else if (number < node.maximum || (number == node.maximum && exclusive)) {
      node.maximum = number;
      node.below_maximum = exclusive;
    }
    return {};
  }

  Status read_properties(const Json& json, const std::string& pointer, Node& node, int depth) {
    const Json* properties = json.find("properties");
    if (properties && !properties->is_object())
      return wrong(pointer + "/properties", "it has to be an object");
    const Json* additional = json.find("additionalProperties");
    if (properties)
      for (const auto& [name, value] : properties->members()) {
        GENKAI_ASSIGN_OR_RETURN(const Index index,
                                add(value, pointer + "/properties/" + pointer_part(name), depth + 1));
        node.properties.push_back({name, index, false});
      }
    if (additional) {
      GENKAI_ASSIGN_OR_RETURN(node.additional,
                              add(*additional, pointer + "/additionalProperties", depth + 1));
    }
    const Json* required = json.find("required");
    if (!required) return {};
    if (!required->is_array()) return wrong(pointer + "/required", "it has to be a list of names");
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t i = 0; i < node.properties.size(); ++i) places.emplace(node.properties[i].name, i);
    for (const Json& name : required->items()) {
      if (!name.is_string()) return wrong(pointer + "/required", "it has to be a list of names");
      const auto [own, unlisted] = places.emplace(name.as_string(), node.properties.size());
      if (unlisted) {
        const Index any = node.additional == Schema::kNone ? fresh(pointer + "/required") : node.additional;
        node.properties.push_back({std::string(name.as_string()), any, true});
      }
      node.properties[own->second].required = true;
    }
    return {};
  }

  Result<Index> add_plain(const Json& json, const std::string& pointer, int depth) {
    Node node;
    node.pointer = pointer;
    for (const auto& [keyword, value] : json.members()) {
      const std::string own = pointer + "/" + pointer_part(keyword);
      const auto counted = [&](std::uint64_t& target) -> Status {
        GENKAI_ASSIGN_OR_RETURN(target, count(value, own));
        return {};
      };
      Status read;
      if (is_annotation(keyword)) {
        if (keyword != "$defs" && keyword != "definitions") schema_.ignored_.push_back(own);
      } else if (keyword == "type") {
        read = read_type(value, own, node);
      } else if (keyword == "enum" || keyword == "const") {
        if (value.items().size() > kMostNodes)
          return base::fail(Code::resource_exhausted,
                            fmt::format("{}: more than {} values", own, kMostNodes));
        if (keyword == "enum" && (!value.is_array() || value.items().empty()))
          return wrong(own, "it has to be a list of values");
        std::vector<Json> values = keyword == "enum" ? value.items() : std::vector<Json>{value};
        if (node.values)
          std::erase_if(values, [&](const Json& one) {
            return std::ranges::none_of(*node.values,
                                        [&](const Json& other) { return json_equal(one, other); });
          });
        node.values = std::move(values);
      } else if (keyword == "minLength") {
        read = counted(node.min_length);
      } else if (keyword == "maxLength") {
        read = counted(node.max_length);
      } else if (keyword == "minItems") {
        read = counted(node.min_items);
      } else if (keyword == "maxItems") {
        read = counted(node.max_items);
      } else if (keyword == "minProperties") {
        read = counted(node.min_properties);
        schema_.checked_after_.push_back(own);
      } else if (keyword == "maxProperties") {
        read = counted(node.max_properties);
        schema_.checked_after_.push_back(own);
      } else if (keyword == "pattern") {
        read = read_pattern(value, own, node);
      } else if (keyword == "format") {
        if (std::find(std::begin(kFormats), std::end(kFormats), value.as_string()) == std::end(kFormats))
          schema_.ignored_.push_back(own);
        else
          node.format = value.as_string();
      } else if (keyword == "minimum" || keyword == "maximum" || keyword == "exclusiveMinimum" ||
                 keyword == "exclusiveMaximum" || keyword == "multipleOf") {
        read = read_number(keyword, value, own, node);
      } else if (keyword == "uniqueItems") {
        node.unique_items = value.as_bool();
        if (node.unique_items) schema_.checked_after_.push_back(own);
      } else if (keyword == "items") {
        if (value.is_array())
          return base::fail(Code::unsupported, own + ": a list of schemas under items is of older drafts",
                            "use prefixItems");
        GENKAI_ASSIGN_OR_RETURN(node.items, add(value, own, depth + 1));
      } else if (keyword == "prefixItems") {
        if (!value.is_array()) return wrong(own, "it has to be a list of schemas");
        if (value.items().size() > static_cast<std::size_t>(kMostDepth))
          return base::fail(Code::unsupported, fmt::format("{}: more than {} schemas", own, kMostDepth));
        for (std::size_t i = 0; i < value.items().size(); ++i) {
          GENKAI_ASSIGN_OR_RETURN(const Index index,
                                  add(value.items()[i], fmt::format("{}/{}", own, i), depth + 1));
          node.prefix.push_back(index);
        }
      } else if (keyword != "properties" && keyword != "required" && keyword != "additionalProperties") {
        return base::fail(
            Code::unsupported,
            fmt::format("{}: the keyword '{}' is not supported", pointer.empty() ? "the schema" : pointer,
                        keyword),
            "leave it out, or write it with the keywords that are (docs/limits/reasoning/grammar.md)");
      }
      if (!read) return base::fail(read.error());
    }
    GENKAI_RETURN_IF_ERROR(read_properties(json, pointer, node, depth));
    note_what_is_left(json, node);
    const Index index = fresh(pointer);
    schema_.nodes_[index] = std::move(node);
    return index;
  }

  // Parts of what was read that the grammar does not write exactly.
  void note_what_is_left(const Json& json, const Node& node) {
    const auto note = [&](const char* keyword) {
      if (json.find(keyword)) schema_.checked_after_.push_back(node.pointer + "/" + keyword);
    };
    if (!node.pattern.empty() || !node.format.empty()) note("minLength"), note("maxLength");
    if (!node.pattern.empty()) note("format");
    if (node.format.starts_with("date")) note("format");  // the days of a month
    const auto beyond = [](std::uint64_t bound) {
      return bound > Schema::kMostCounted && bound != Schema::kNoLimit;
    };
    if (beyond(node.min_length)) note("minLength");
    if (beyond(node.max_length)) note("maxLength");
    if (beyond(node.min_items)) note("minItems");
    if (beyond(node.max_items)) note("maxItems");
    if (node.types & Schema::number)
      for (const char* keyword : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
        note(keyword);
  }

  const Json& document_;
  Schema schema_;
  std::size_t merged_ = 0, patterns_ = 0;
  std::map<std::string, Index> referred_;
  std::vector<std::pair<Index, std::string>> pending_;
};

Result<Schema> Schema::parse(const Json& schema) {
  return SchemaParser(schema).parse();
}

}  // namespace genkai::logic::grammar
