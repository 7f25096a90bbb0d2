#include "limits/reasoning/steps/expression.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace genkai::limits::reasoning::steps {
namespace {

constexpr int kMostDepth = 200;
constexpr std::size_t kMostUnitWords = 4;

// No units: words that join two statements, and those that change the value of the number beside them.
constexpr std::array<std::string_view, 12> kJoins{"and", "or",      "so",    "then",  "are",  "was",
                                                  "if",  "because", "since", "which", "that", "has"};
constexpr std::array<std::string_view, 25> kChanges{
    "of",    "than",      "by",      "not",       "half",    "twice",   "double", "triple", "quarter",
    "third", "dozen",     "hundred", "thousand",  "million", "billion", "mod",    "modulo", "squared",
    "cubed", "factorial", "k",       "remainder", "less",    "more",    "半分"};

template <class List>
bool has(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class Parser {
 public:
  Parser(std::span<const Token> tokens, const Names& names, bool plain_percent)
      : tokens_(tokens), names_(names), plain_percent_(plain_percent) {}

  std::optional<Evaluation> parse() {
    Exact value = sum();
    if (!value || at_ != tokens_.size()) return std::nullopt;
    out_.value = *value;
    out_.literal = out_.operators == 0 && numbers_ == 1 && out_.parts.empty();
    return out_;
  }

 private:
  const Token* here() const { return at_ < tokens_.size() ? &tokens_[at_] : nullptr; }
  bool is_sign(char a, char b) const {
    const Token* token = here();
    return token && token->kind == TokenKind::sign && (token->sign == a || token->sign == b);
  }

  Exact sum() {
    Exact left = product();
    while (left && is_sign('+', '-')) {
      const char sign = tokens_[at_++].sign;
      ++out_.operators;
      const bool percent_before = percent_;
      const Exact right = product();
      if (!right) return std::nullopt;
      if (percent_before != percent_) out_.added_percent = true;
      left = sign == '+' ? add(*left, *right) : subtract(*left, *right);
    }
    return left;
  }

  Exact product() {
    percent_ = false;
    Exact left = factor();
    for (;;) {
      if (!left) return left;
      const Token* token = here();
      char sign = 0;
      if (is_sign('*', '/')) {
        sign = token->sign;
        ++at_;
      } else if (token && token->kind == TokenKind::open) {
        sign = '*';  // 3(4 + 5)
      } else if (token && token->kind == TokenKind::word && token->word == "of" && at_ > 0) {
        sign = '*';  // 20% of 50, 1/2 of 10
        if (!percent_ && !fraction_) return std::nullopt;
        ++at_;
      } else {
        return left;
      }
      ++out_.operators;
      const bool percent_before = percent_;
      const Exact right = factor();
      if (!right) return std::nullopt;
      fraction_ = sign == '/';
      if (sign == '/') out_.divides = true;
      left = sign == '*' ? multiply(*left, *right) : divide(*left, *right);
      percent_ = false;
      if (percent_before && sign == '/') out_.added_percent = true;
    }
  }

  Exact factor() {
    if (++depth_ > kMostDepth) return std::nullopt;
    Exact value;
    if (is_sign('-', '+')) {
      const bool negative = tokens_[at_++].sign == '-';
      value = factor();
      if (value && negative) value = subtract(Rational(0), *value);
    } else {
      value = operand();
      if (value && is_sign('^', '^')) {
        ++at_;
        ++out_.operators;
        const Exact exponent = factor();
        value = exponent ? power(*value, *exponent) : std::nullopt;
      }
    }
    --depth_;
    return value;
  }

  Exact operand() {
    const Token* token = here();
    if (!token) return std::nullopt;
    if (token->kind == TokenKind::open) {
      ++at_;
      Exact value = sum();
      if (!here() || here()->kind != TokenKind::close) return std::nullopt;
      ++at_;
      percent_ = false;
      return value ? after_number(*value) : value;
    }
    if (token->kind == TokenKind::currency) {
      out_.units.insert(token->word);
      ++at_;
      token = here();
      if (!token || token->kind != TokenKind::number) return std::nullopt;
    }
    if (token->kind == TokenKind::number) {
      ++at_;
      ++numbers_;
      out_.decimals = std::max(out_.decimals, token->decimals);
      return after_number(token->value);
    }
    if (token->kind == TokenKind::word) {
      const auto named = names_.find(token->capital ? upper(token->word) : token->word);
      if (named == names_.end()) return std::nullopt;
      ++at_;
      out_.parts.insert(named->first);
      return named->second;
    }
    return std::nullopt;
  }

  // A percent sign, a mixed fraction (1 1/2), and words of a unit.
  Exact after_number(Rational value) {
    if (here() && here()->kind == TokenKind::percent) {
      ++at_;
      percent_ = true;
      if (!plain_percent_) {
        const Exact share = divide(value, Rational(100));
        if (!share) return std::nullopt;
        value = *share;
      }
    }
    std::string unit;
    for (std::size_t i = 0; i < kMostUnitWords && here() && here()->kind == TokenKind::word; ++i) {
      if (here()->word == "of" && (percent_ || fraction_)) break;
      if (!may_be_unit(*here()) || (i == 0 && here()->glued && here()->word.size() == 1)) return std::nullopt;
      unit += (unit.empty() ? "" : " ") + here()->word;
      ++at_;
    }
    if (!unit.empty()) out_.units.insert(unit);
    return value;
  }

  static std::string upper(std::string word) {
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return word;
  }

  std::span<const Token> tokens_;
  const Names& names_;
  const bool plain_percent_;
  std::size_t at_ = 0, numbers_ = 0;
  int depth_ = 0;
  bool percent_ = false, fraction_ = false;
  Evaluation out_;
};

// Without the brackets that have no partner.
std::vector<Token> balanced(std::span<const Token> tokens, bool& repaired) {
  std::vector<std::size_t> open;
  std::vector<bool> drop(tokens.size(), false);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::open) open.push_back(i);
    if (tokens[i].kind != TokenKind::close) continue;
    if (open.empty())
      drop[i] = true;
    else
      open.pop_back();
  }
  for (const std::size_t i : open) drop[i] = true;
  std::vector<Token> kept;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!drop[i])
      kept.push_back(tokens[i]);
    else
      repaired = true;
  }
  return kept;
}

}  // namespace

bool changes_value(const Token& token) {
  return token.kind == TokenKind::word && has(kChanges, token.word);
}

bool may_be_unit(const Token& word) {
  return word.kind == TokenKind::word && !word.capital && !has(kJoins, word.word) && !changes_value(word);
}

std::optional<Evaluation> evaluate(std::span<const Token> tokens, const Names& names) {
  bool repaired = false;
  const std::vector<Token> kept = balanced(tokens, repaired);
  auto out = Parser(kept, names, false).parse();
  if (!out) return out;
  out->repaired = repaired;
  const bool percent = std::any_of(kept.begin(), kept.end(),
                                   [](const Token& token) { return token.kind == TokenKind::percent; });
  if (percent)
    if (const auto plain = Parser(kept, names, true).parse(); plain && plain->value != out->value)
      out->other = plain->value;
  return out;
}

}  // namespace genkai::limits::reasoning::steps
