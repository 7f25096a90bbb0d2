#include <fmt/format.h>

#include "logic/grammar/nfa.h"
#include "text/utf8.h"

namespace genkai::logic::grammar {
namespace {

using base::Status;
using Kind = Expression::Kind;

class Builder {
 public:
  Builder(const Rules& rules, const RuleFacts& facts, std::size_t most)
      : rules_(rules), facts_(facts), most_(most) {}

  base::Result<Nfa> build(std::uint32_t rule) {
    const std::uint32_t start = node();
    nfa_.end = node();
    if (!add(rules_.rules[rule].body, start, nfa_.end))
      return base::fail(base::Code::resource_exhausted,
                        fmt::format("the rule '{}' grows beyond {} states", rules_.rules[rule].name, most_),
                        "use smaller bounds of repetition");
    return std::move(nfa_);
  }

 private:
  std::uint32_t node() {
    nfa_.nodes.emplace_back();
    return static_cast<std::uint32_t>(nfa_.nodes.size() - 1);
  }
  void empty(std::uint32_t from, std::uint32_t to) { nfa_.nodes[from].empties.push_back(to); }

  // False when it has grown too large.
  bool add(const Expression& body, std::uint32_t from, std::uint32_t to) {
    if (nfa_.nodes.size() > most_) return false;
    switch (body.kind) {
      case Kind::literal:
        bytes(body.text, from, to);
        return true;
      case Kind::characters:
        for (const CodeRange& range : body.ranges) code_points(range.low, range.high, from, to);
        return true;
      case Kind::sequence: {
        for (std::size_t i = 0; i < body.parts.size(); ++i) {
          const std::uint32_t next = i + 1 == body.parts.size() ? to : node();
          if (!add(body.parts[i], from, next)) return false;
          from = next;
        }
        if (body.parts.empty()) empty(from, to);
        return true;
      }
      case Kind::choice:
        for (const Expression& way : body.parts)
          if (!add(way, from, to)) return false;
        return true;
      case Kind::repeat:
        return repeat(body, from, to);
      case Kind::call:
        if (facts_.inlined[body.rule]) return add(rules_.rules[body.rule].body, from, to);
        nfa_.nodes[from].calls.emplace_back(body.rule, to);
        if (facts_.nullable[body.rule]) empty(from, to);
        return true;
      case Kind::listed:
        return listed(body, from, to);
    }
    return true;
  }

  bool repeat(const Expression& body, std::uint32_t from, std::uint32_t to) {
    const Expression& one = body.parts.front();
    std::uint32_t at = node();
    empty(from, at);
    for (std::uint32_t i = 0; i < body.low; ++i) {
      const std::uint32_t next = node();
      if (!add(one, at, next)) return false;
      at = next;
    }
    if (body.high == kUnbounded) {
      const std::uint32_t loop = node();
      empty(at, loop);
      empty(loop, to);
      return add(one, loop, loop);
    }
    empty(at, to);
    for (std::uint32_t i = body.low; i < body.high; ++i) {
      const std::uint32_t next = node();
      if (!add(one, at, next)) return false;
      empty(next, to);
      at = next;
    }
    return true;
  }

  // Two chains, one where nothing has been written yet and one where a separator is needed, around one copy
  // of each item.
  bool listed(const Expression& body, std::uint32_t from, std::uint32_t to) {
    const Expression& separator = body.parts.back();
    std::uint32_t none = node(), some = node();
    empty(from, none);
    bool may_be_empty = true;
    for (std::size_t i = 0; i + 1 < body.parts.size(); ++i) {
      const std::uint32_t item = node(), after = node(), next_none = node();
      if (may_be_empty) empty(none, item);
      if (i > 0 && !add(separator, some, item)) return false;
      if (!add(body.parts[i], item, after)) return false;
      if (body.required[i]) {
        may_be_empty = false;
      } else {
        if (may_be_empty) empty(none, next_none);
        if (i > 0) empty(some, after);
      }
      none = next_none;
      some = after;
    }
    if (may_be_empty) empty(none, to);
    if (body.parts.size() > 1) empty(some, to);
    return true;
  }

  void byte_range(std::uint32_t low, std::uint32_t high, std::uint32_t from, std::uint32_t to) {
    nfa_.nodes[from].bytes.push_back({static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), to});
  }

  void bytes(std::string_view text, std::uint32_t from, std::uint32_t to) {
    if (text.empty()) return empty(from, to);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::uint32_t next = i + 1 == text.size() ? to : node();
      const auto byte = static_cast<unsigned char>(text[i]);
      byte_range(byte, byte, from, next);
      from = next;
    }
  }

  // Splits a range of code points until each part is a sequence of independent ranges of bytes.
  void code_points(char32_t low, char32_t high, std::uint32_t from, std::uint32_t to) {
    for (const char32_t last : {0x7FU, 0x7FFU, 0xFFFFU})
      if (low <= last && last < high) {
        code_points(low, last, from, to);
        return code_points(last + 1, high, from, to);
      }
    std::string first, final;
    text::append_utf8(first, low);
    text::append_utf8(final, high);
    const std::size_t length = first.size();
    for (std::size_t i = 1; i < length; ++i) {  // the lowest i groups of six bits
      const char32_t mask = (char32_t{1} << (6 * i)) - 1;
      if ((low & ~mask) == (high & ~mask)) continue;
      if ((low & mask) != 0) {
        code_points(low, low | mask, from, to);
        return code_points((low | mask) + 1, high, from, to);
      }
      if ((high & mask) != mask) {
        code_points(low, (high & ~mask) - 1, from, to);
        return code_points(high & ~mask, high, from, to);
      }
    }
    for (std::size_t i = 0; i < length; ++i) {
      const std::uint32_t next = i + 1 == length ? to : node();
      byte_range(static_cast<unsigned char>(first[i]), static_cast<unsigned char>(final[i]), from, next);
      from = next;
    }
  }

  const Rules& rules_;
  const RuleFacts& facts_;
  std::size_t most_;
  Nfa nfa_;
};

}  // namespace

base::Result<Nfa> build_nfa(const Rules& rules, std::uint32_t rule, const RuleFacts& facts,
                            std::size_t most_nodes) {
  return Builder(rules, facts, most_nodes).build(rule);
}

}  // namespace genkai::logic::grammar
