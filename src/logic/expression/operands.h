#pragma once
// The operands of an expression that are written out: amounts, dates, times of day, texts, lone units. And
// the walk over the words, which the parser shares.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "logic/expression/lexer.h"

namespace genkai::logic::expression {

/// if, then, else, and, or, not, in, to, as, let, true, false: no names.
bool is_reserved(std::string_view word);

class Operands {
 public:
  /// All outlive this.
  Operands(std::string_view source, const std::vector<Token>& tokens, std::vector<Literal>& literals,
           Failure& failure)
      : source_(source), tokens_(tokens), literals_(literals), failure_(failure) {}

  const Token& now() const { return tokens_[at_]; }
  const Token& ahead(std::size_t by = 1) const { return tokens_[std::min(at_ + by, tokens_.size() - 1)]; }
  void next() { at_ = std::min(at_ + 1, tokens_.size() - 1); }
  std::size_t last_end() const { return at_ == 0 ? 0 : tokens_[at_ - 1].end; }

  void declare(const std::string& name) { declared_.insert(name); }
  bool is_declared(const std::string& name) const { return declared_.contains(name); }

  /// An amount, date, time of day, text, truth value or unit at this place.
  bool constant(Value& out);
  /// km/h, m^2, %: what a value is turned into.
  bool unit_expression(Display& out);

  bool expect(std::string_view sign);
  bool unexpected();
  bool fail(Fault fault, std::string english, std::string japanese);  // at this word
  bool fail_at(std::size_t begin, std::size_t end, Fault fault, std::string english, std::string japanese);

 private:
  bool amount_of_money(Value& out);
  bool quantity(Value& out);
  bool more_of_it(const Unit& unit, Value& out);
  bool unit_power(int& exponent);
  const Unit* unit_here(std::size_t& words) const;
  Rational number_here();
  bool japanese_date(std::int64_t before, Value& out);
  bool japanese_clock(int later, Value& out);
  bool english_date(Value& out, bool& found);
  bool make_date(const Rational& year, const Rational& month, const Rational& day, std::size_t begin,
                 Value& out);
  bool make_clock(const Rational& hour, const Rational& minute, std::size_t begin, Value& out);
  void note(std::size_t begin, std::string value);

  std::string_view source_;
  const std::vector<Token>& tokens_;
  std::vector<Literal>& literals_;
  Failure& failure_;
  std::set<std::string, std::less<>> declared_;
  std::size_t at_ = 0;
};

}  // namespace genkai::logic::expression
