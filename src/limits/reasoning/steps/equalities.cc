#include "limits/reasoning/steps/equalities.h"

#include <algorithm>
#include <utility>

#include "limits/reasoning/steps/expression.h"

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::size_t kMostUnitWords = 4;

bool is_equals(const Token& token) {
  return token.kind == TokenKind::equals || token.kind == TokenKind::says;
}
bool in_expression(const Token& token) {
  return token.kind == TokenKind::number || token.kind == TokenKind::sign || token.kind == TokenKind::open ||
         token.kind == TokenKind::close || token.kind == TokenKind::percent ||
         token.kind == TokenKind::currency;
}
bool ends_operand(const Token& token) {
  return token.kind == TokenKind::number || token.kind == TokenKind::close ||
         token.kind == TokenKind::percent;
}
// One capital letter, or x, y, n standing alone: may name a part.
bool may_name(const Token& token) {
  return token.kind == TokenKind::word && token.word.size() == 1;
}

// Words [at, ...) that a unit may be, with an operator or `end` after them: how many.
std::size_t unit_words(const std::vector<Token>& tokens, std::size_t at, std::size_t end) {
  std::size_t count = 0;
  while (at + count < end && count < kMostUnitWords && may_be_unit(tokens[at + count])) ++count;
  return count;
}

// Whether what stands at `end` belongs to the expression before it and cannot be read.
bool goes_on(const std::vector<Token>& tokens, std::size_t end) {
  if (end >= tokens.size()) return false;
  const Token& next = tokens[end];
  if (next.kind == TokenKind::sign || next.kind == TokenKind::unknown || next.kind == TokenKind::number ||
      next.kind == TokenKind::currency || next.kind == TokenKind::open)
    return true;
  if (next.kind == TokenKind::word && next.word.size() == 1 && next.glued) return true;  // 3x
  const bool fraction = next.word == "and" && end + 1 < tokens.size() &&
                        (tokens[end + 1].word == "a" || changes_value(tokens[end + 1]));
  return fraction || changes_value(next);
}

// Where the expression that starts at `begin` ends.
std::size_t forwards(const std::vector<Token>& tokens, std::size_t begin) {
  std::size_t at = begin;
  std::size_t good = begin;  // the end of the last operand
  while (at < tokens.size()) {
    const Token& token = tokens[at];
    if (may_name(token) && (at == begin || !ends_operand(tokens[at - 1]))) {
      good = ++at;
      continue;
    }
    if (token.kind == TokenKind::word && at > begin && ends_operand(tokens[at - 1])) {
      const std::size_t words = unit_words(tokens, at, tokens.size());
      const std::size_t next = at + words;
      const bool goes_on =
          next < tokens.size() && (is_equals(tokens[next]) || tokens[next].kind == TokenKind::sign);
      if (words == 0 || !goes_on) break;
      good = at = next;
      continue;
    }
    if (!in_expression(token)) break;
    // Two numbers side by side are no expression.
    if (at > begin && (token.kind == TokenKind::number || token.kind == TokenKind::currency) &&
        ends_operand(tokens[at - 1]))
      break;
    ++at;
    if (ends_operand(token)) good = at;
  }
  return good;
}

// Where the expression that ends at `end` begins.
std::size_t backwards(const std::vector<Token>& tokens, std::size_t least, std::size_t end) {
  std::size_t at = end;
  // Words of a unit right before the equals sign.
  std::size_t words = 0;
  while (at > least && words < kMostUnitWords && may_be_unit(tokens[at - 1]) && !may_name(tokens[at - 1]))
    --at, ++words;
  if (words > 0 && (at == least || !ends_operand(tokens[at - 1]))) return end;
  while (at > least) {
    const Token& token = tokens[at - 1];
    const bool operand_after =
        at < end && (tokens[at].kind == TokenKind::number || tokens[at].kind == TokenKind::open ||
                     tokens[at].kind == TokenKind::currency || may_name(tokens[at]));
    if (in_expression(token)) {
      if (operand_after && ends_operand(token) && tokens[at].kind != TokenKind::open) break;
      --at;
      continue;
    }
    if (may_name(token) && !operand_after) {
      --at;
      continue;
    }
    if (token.kind == TokenKind::word && token.word == "of" && at >= least + 2 &&
        ends_operand(tokens[at - 2])) {
      --at;  // 20% of 50
      continue;
    }
    if (token.kind == TokenKind::word && at < end && tokens[at].kind == TokenKind::sign) {
      std::size_t first = at, count = 0;
      while (first > least && count < kMostUnitWords && may_be_unit(tokens[first - 1])) --first, ++count;
      if (count == 0 || first == least || !ends_operand(tokens[first - 1])) break;
      at = first;
      continue;
    }
    break;
  }
  return at;
}

}  // namespace

EqualityScan scan_equalities(std::string_view step) {
  EqualityScan out;
  out.tokens = tokenise(step);
  const auto& tokens = out.tokens;
  std::size_t used = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_equals(tokens[i]) || i < used) continue;
    const std::size_t left = backwards(tokens, used, i);
    if (left == i) continue;
    Equality chain;
    chain.sides.push_back({left, i});
    chain.said = tokens[i].kind == TokenKind::says;
    const bool binary =
        tokens[left].kind == TokenKind::sign &&
        !(tokens[left].sign == '-' && left + 1 < i && tokens[left + 1].glued && !tokens[left].glued);
    if (left > 0) {
      const Token& before = tokens[left - 1];
      chain.cut = before.kind == TokenKind::unknown || (binary && !is_equals(before)) ||
                  ends_operand(before) || changes_value(before) ||
                  (before.kind == TokenKind::word && tokens[left].glued);
      const bool clause = before.kind == TokenKind::stop || before.kind == TokenKind::word;
      if (chain.said && !(clause && (before.kind == TokenKind::stop || !may_be_unit(before))))
        chain.cut = true;
    }
    std::size_t equals = i;
    for (;;) {
      const std::size_t end = forwards(tokens, equals + 1);
      if (end == equals + 1) break;
      chain.sides.push_back({equals + 1, end, goes_on(tokens, end)});
      used = end;
      if (end >= tokens.size() || !is_equals(tokens[end])) break;
      equals = end;
    }
    if (chain.sides.size() > 1) out.equalities.push_back(std::move(chain));
  }
  return out;
}

std::string without_annotations(std::string_view step, std::vector<Annotation>& found) {
  std::string kept;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = step.find("<<", at);
    const std::size_t close = open == step.npos ? open : step.find(">>", open);
    if (close == step.npos) break;
    kept += step.substr(at, open - at);
    found.push_back(
        {std::string(step.substr(open + 2, close - open - 2)), std::string(step.substr(close + 2, 20))});
    at = close + 2;
  }
  return kept + std::string(step.substr(std::min(at, step.size())));
}

}  // namespace genkai::limits::reasoning::steps
