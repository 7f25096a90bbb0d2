#include "logic/grammar/rules.h"

#include <algorithm>
#include <utility>

namespace genkai::logic::grammar {
namespace {

constexpr char32_t kLast = 0x10FFFF, kFirstSurrogate = 0xD800, kLastSurrogate = 0xDFFF;

}  // namespace

std::vector<CodeRange> normalised(std::vector<CodeRange> ranges) {
  std::vector<CodeRange> whole;
  for (CodeRange range : ranges) {
    range.high = std::min(range.high, kLast);
    if (range.low > range.high) continue;
    if (range.high < kFirstSurrogate || range.low > kLastSurrogate) {
      whole.push_back(range);
      continue;
    }
    if (range.low < kFirstSurrogate) whole.push_back({range.low, kFirstSurrogate - 1});
    if (range.high > kLastSurrogate) whole.push_back({kLastSurrogate + 1, range.high});
  }
  std::sort(whole.begin(), whole.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
  std::vector<CodeRange> joined;
  for (const CodeRange& range : whole) {
    if (!joined.empty() && range.low <= joined.back().high + 1)
      joined.back().high = std::max(joined.back().high, range.high);
    else
      joined.push_back(range);
  }
  return joined;
}

std::vector<CodeRange> complement(std::vector<CodeRange> ranges) {
  std::vector<CodeRange> others;
  char32_t next = 0;
  for (const CodeRange& range : normalised(std::move(ranges))) {
    if (range.low > next) others.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kLast) others.push_back({next, kLast});
  return normalised(std::move(others));
}

Expression Expression::literal(std::string_view utf8) {
  Expression made;
  made.text = utf8;
  return made;
}

Expression Expression::characters(std::vector<CodeRange> ranges) {
  Expression made;
  made.kind = Kind::characters;
  made.ranges = normalised(std::move(ranges));
  return made;
}

Expression Expression::sequence(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expression made;
  made.kind = Kind::sequence;
  made.parts = std::move(parts);
  return made;
}

Expression Expression::choice(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expression made;
  made.kind = Kind::choice;
  made.parts = std::move(parts);
  return made;
}

Expression Expression::repeat(Expression body, std::uint32_t low, std::uint32_t high) {
  Expression made;
  made.kind = Kind::repeat;
  made.parts.push_back(std::move(body));
  made.low = low;
  made.high = high;
  return made;
}

Expression Expression::call(std::uint32_t rule) {
  Expression made;
  made.kind = Kind::call;
  made.rule = rule;
  return made;
}

Expression Expression::listed(Expression separator, std::vector<Expression> items,
                              std::vector<bool> required) {
  Expression made;
  made.kind = Kind::listed;
  made.parts = std::move(items);
  made.parts.push_back(std::move(separator));
  made.required = std::move(required);
  return made;
}

std::uint32_t Rules::add(std::string name, Expression body) {
  rules.push_back({std::move(name), std::move(body), nullptr});
  return static_cast<std::uint32_t>(rules.size() - 1);
}

std::uint32_t Rules::add(std::string name, ByteAutomaton automaton) {
  rules.push_back({std::move(name), {}, std::make_shared<const ByteAutomaton>(std::move(automaton))});
  return static_cast<std::uint32_t>(rules.size() - 1);
}

}  // namespace genkai::logic::grammar
