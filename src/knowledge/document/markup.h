#pragma once
// HTML and XML as a stream of events, so that a document is never built as a tree: depth and size cost
// nothing. External entities, DTDs and the network are never touched; an XML document that declares entities
// is refused.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace genkai::knowledge::reading {

/// The attributes of a start tag; values have their references resolved.
class Attributes {
 public:
  explicit Attributes(const unsigned char** pairs) : pairs_(pairs) {}
  /// The value of `name`, or empty. Prefixes count only when `name` has one.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  const char* find(std::string_view name, bool& found) const;
  const unsigned char** pairs_;  // name, value, name, value, ..., null
};

class MarkupHandler {
 public:
  virtual ~MarkupHandler() = default;
  /// `name` is lower case in HTML and without its prefix in XML. `line` is 1-based.
  virtual void start(std::string_view name, const Attributes& attributes, std::uint32_t line) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view text) = 0;
};

/// Reads HTML as browsers do, whatever its errors. Returns false when it is nested so deeply (1,000 elements)
/// that reading stopped there.
bool read_html_events(std::string_view utf8, MarkupHandler& handler);

/// Reads well-formed XML; malformed XML is corrupt, after the events up to there.
base::Status read_xml_events(std::string_view bytes, MarkupHandler& handler);

/// The `charset` or `encoding` that the first bytes declare, or empty.
std::string declared_encoding(std::string_view bytes);

}  // namespace genkai::knowledge::reading
