#include "logic/maxsat/wcnf.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace genkai::logic {
namespace {

using base::Code;

constexpr std::string_view kSpace = " \t\r\v\f";

// The words of a text, with the line each is on.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  /// Of the word that was taken last.
  std::size_t line() const { return word_line_; }
  bool at_line_start() const { return at_line_start_; }
  /// Goes to the next word; false at the end of the text.
  bool skip_to_word() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        at_line_start_ = true;
      } else if (kSpace.find(text_[at_]) == std::string_view::npos) {
        return true;
      }
    }
    return false;
  }
  /// REQUIRES: skip_to_word().
  std::string_view take() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\v\f\n", at_), text_.size());
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    at_line_start_ = false;
    word_line_ = line_;
    return word;
  }
  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }
  /// The words up to the end of the line.
  std::vector<std::string_view> rest_of_line() {
    const std::size_t line = line_;
    std::vector<std::string_view> words;
    while (skip_to_word() && line_ == line) words.push_back(take());
    return words;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0, line_ = 1, word_line_ = 1;
  bool at_line_start_ = true;
};

template <class Number>
std::optional<Number> number(std::string_view word) {
  Number value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : words_(text) {}

  base::Result<WeightedFormula> read() {
    while (words_.skip_to_word()) {
      const bool first = words_.at_line_start();
      const std::string_view word = words_.take();
      if (first && word.front() == 'c') {
        words_.skip_line();
      } else if (word == "p" && first) {
        GENKAI_RETURN_IF_ERROR(read_header());
      } else if (word == "h" && !header_) {
        GENKAI_ASSIGN_OR_RETURN(Clause clause, read_clause());
        formula_.add_hard(std::move(clause));
      } else {
        GENKAI_RETURN_IF_ERROR(read_weighted(word));
      }
    }
    if (header_ && clauses_ != header_->clauses)
      return fail("the header says " + std::to_string(header_->clauses) + " clauses, there are " +
                  std::to_string(clauses_));
    return std::move(formula_);
  }

 private:
  struct Header {
    std::uint64_t clauses;
    std::optional<std::uint64_t> top;
  };

  tl::unexpected<base::Error> fail(const std::string& what) const {
    return base::fail(
        Code::corrupt, "line " + std::to_string(words_.line()) + ": " + what,
        "WCNF is \"p wcnf VARIABLES CLAUSES TOP\" and then \"WEIGHT LITERAL ... 0\", or without "
        "the header with h for the weight of hard clauses");
  }
  tl::unexpected<base::Error> fail(const std::string& what, std::string_view word) const {
    std::string shown;
    for (const char c : word.substr(0, 40)) shown += c >= ' ' && c < 127 ? c : '?';
    return fail(what + ": \"" + shown + "\"");
  }

  base::Status read_header() {
    if (header_ || clauses_ > 0) return fail("the header comes first, and once");
    const std::vector<std::string_view> words = words_.rest_of_line();
    if (words.size() < 3 || words.size() > 4 || words[0] != "wcnf")
      return fail("not a header of a WCNF file", words.empty() ? "p" : words[0]);
    const auto variables = number<int>(words[1]);
    const auto clauses = number<std::uint64_t>(words[2]);
    if (!variables || *variables < 0 || *variables > kVariableLimit)
      return fail("not a number of variables up to " + std::to_string(kVariableLimit), words[1]);
    if (!clauses) return fail("not a number of clauses", words[2]);
    header_ = Header{*clauses, std::nullopt};
    if (words.size() == 4) {
      header_->top = number<std::uint64_t>(words[3]);
      if (!header_->top) return fail("not a weight", words[3]);
    }
    formula_.variables = *variables;
    return {};
  }

  base::Status read_weighted(std::string_view word) {
    const auto weight = number<std::uint64_t>(word);
    if (!weight) return fail("neither a weight nor a line of a WCNF file", word);
    GENKAI_ASSIGN_OR_RETURN(Clause clause, read_clause());
    if (header_ && header_->top && *weight >= *header_->top) {
      formula_.add_hard(std::move(clause));
      return {};
    }
    if (*weight > kWeightLimit - total_) return fail("the weights add up to more than 2^61");
    total_ += *weight;
    formula_.add_soft(std::move(clause), *weight);
    return {};
  }

  base::Result<Clause> read_clause() {
    Clause clause;
    const int limit = header_ ? formula_.variables : kVariableLimit;
    while (words_.skip_to_word()) {
      const std::string_view word = words_.take();
      const auto literal = number<Literal>(word);
      if (!literal || *literal < -limit || *literal > limit)
        return fail("not a literal of a variable up to " + std::to_string(limit), word);
      if (*literal == 0) {
        ++clauses_;
        return clause;
      }
      clause.push_back(*literal);
    }
    return fail("the last clause does not end with 0");
  }

  Words words_;
  WeightedFormula formula_;
  std::optional<Header> header_;
  std::uint64_t clauses_ = 0, total_ = 0;
};

void append(const Clause& clause, std::string& out) {
  for (const Literal literal : clause) out += ' ' + std::to_string(literal);
  out += " 0\n";
}

}  // namespace

base::Result<WeightedFormula> read_wcnf(std::string_view text) {
  return Reader(text).read();
}

std::string write_wcnf(const WeightedFormula& formula, WcnfForm form) {
  std::string out, hard = "h";
  if (form == WcnfForm::with_header) {
    std::uint64_t top = 1;
    for (const SoftClause& soft : formula.soft) top += soft.weight;
    hard = std::to_string(top);
    out = "p wcnf " + std::to_string(formula.variables) + ' ' +
          std::to_string(formula.hard.size() + formula.soft.size()) + ' ' + hard + '\n';
  }
  for (const Clause& clause : formula.hard) {
    out += hard;
    append(clause, out);
  }
  for (const SoftClause& soft : formula.soft) {
    out += std::to_string(soft.weight);
    append(soft.literals, out);
  }
  return out;
}

}  // namespace genkai::logic
