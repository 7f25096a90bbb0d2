#pragma once
// JSON Schema (2020-12, the subset below), compiled once into what both writes and checks: a grammar for the
// texts that a model may write, and an exact check of a finished document.
//
//   GENKAI_ASSIGN_OR_RETURN(const Schema schema, Schema::parse(json));
//   GENKAI_ASSIGN_OR_RETURN(const auto grammar, schema.grammar());     // for a Matcher
//   if (const auto violation = schema.check(document)) say(violation->path, violation->message);
//
// Known: type, enum, const, properties, required, additionalProperties, minProperties, maxProperties, items,
// prefixItems, minItems, maxItems, uniqueItems, minLength, maxLength, pattern (pattern.h), format (date,
// time, date-time, uuid), minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf, oneOf,
// allOf (by merging), $ref to this document, $defs. Annotations are ignored and listed; every other keyword
// is refused by name.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "logic/grammar/grammar.h"

namespace genkai::logic::grammar {

enum class Whitespace {
  none,      // as short as can be
  readable,  // where JSON lets it stand: nothing, one blank, or a line end with up to 16 blanks or tabs
};

/// The first thing that is wrong with a document.
struct Violation {
  std::string path;     // JSON pointer into the document, "" for the whole
  std::string message;  // "is 7, which is above the maximum 5"
  std::string keyword;  // JSON pointer into the schema
};

class Schema {
 public:
  /// Errors: unsupported for a keyword or reference outside the subset, invalid_argument for a value that is
  /// no schema, each with its place; resource_exhausted beyond 20,000 parts.
  static base::Result<Schema> parse(const base::Json& schema);

  /// The grammar writes a subset of what the schema admits: members in the schema's order; numbers of at most
  /// 18 digits before and after the point; bounds of length up to 1,000; members that are not listed only
  /// where additionalProperties says so, or where none are listed. It may admit what checked_after() names.
  /// Errors: those of compile().
  base::Result<std::shared_ptr<const Grammar>> grammar(Whitespace whitespace = Whitespace::readable) const;
  base::Result<Rules> rules(Whitespace whitespace = Whitespace::readable) const;

  /// Nothing when the document conforms. A member that stands twice in an object is a violation.
  std::optional<Violation> check(const base::Json& document) const;

  /// Pointers to keywords that only annotate.
  const std::vector<std::string>& ignored() const { return ignored_; }
  /// Pointers to keywords that the grammar cannot express (whole or in part); check() holds a document to
  /// them.
  const std::vector<std::string>& checked_after() const { return checked_after_; }

  // What follows is the compiled form, for the files beside this one.

  using Index = std::uint32_t;
  static constexpr Index kNone = 0xFFFFFFFFU;
  enum Type : std::uint8_t {
    null = 1,
    boolean = 2,
    integer = 4,
    number = 8,
    string = 16,
    array = 32,
    object = 64
  };
  static constexpr std::uint8_t kAllTypes = 127;
  struct Property {
    std::string name;
    Index value = kNone;
    bool required = false;
  };
  struct Node {
    std::string pointer{};
    bool never = false;               // the schema `false`
    Index refers = kNone;             // to another node, and says nothing else
    std::vector<Index> any{}, one{};  // alternatives, and it says nothing else
    std::uint8_t types = kAllTypes;   // number without integer does not occur
    std::optional<std::vector<base::Json>> values{};
    std::uint64_t min_length = 0, max_length = kNoLimit;
    std::string pattern{};
    std::shared_ptr<const Grammar> matches{};  // of the pattern, over the string's value
    std::string format{};
    double minimum = -std::numeric_limits<double>::infinity(),
           maximum = std::numeric_limits<double>::infinity();
    bool above_minimum = false, below_maximum = false;  // exclusive
    double multiple_of = 0;
    std::vector<Index> prefix{};
    Index items = kNone;  // kNone: anything
    std::uint64_t min_items = 0, max_items = kNoLimit;
    bool unique_items = false;
    std::vector<Property> properties{};
    Index additional = kNone;  // kNone: unsaid, so anything
    std::uint64_t min_properties = 0, max_properties = kNoLimit;
  };
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::uint64_t kMostCounted = 1000;  // larger bounds of length are left to check()
  const std::vector<Node>& nodes() const { return nodes_; }
  std::optional<Violation> check(Index node, const base::Json& value) const;
  Index root() const { return root_; }

 private:
  friend class SchemaParser;
  std::vector<Node> nodes_;
  Index root_ = 0;
  std::vector<std::string> ignored_, checked_after_;
};

/// Whether a text is a date (2024-02-29), a time (17:10:00Z), a date-time or a uuid, by RFC 3339 and RFC
/// 9562.
bool has_format(std::string_view text, std::string_view format);

}  // namespace genkai::logic::grammar
