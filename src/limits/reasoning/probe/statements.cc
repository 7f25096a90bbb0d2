#include "limits/reasoning/probe/statements.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/rng.h"

namespace genkai::limits::reasoning::probe {
namespace {

using base::Rng;
using text::Language;

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

// A statement with its negation, in both languages.
struct Form {
  std::string english, japanese, english_not, japanese_not;
  bool truth = false;
  Statement said(bool positive, bool in_japanese) const {
    return {in_japanese ? (positive ? japanese : japanese_not) : (positive ? english : english_not),
            truth == positive};
  }
};

Form divisible(std::uint64_t n, std::uint64_t by) {
  return {number(n) + " is divisible by " + number(by) + ".",
          number(n) + "は" + number(by) + "で割り切れる。",
          number(n) + " is not divisible by " + number(by) + ".",
          number(n) + "は" + number(by) + "で割り切れない。", n % by == 0};
}

struct Product {
  std::uint64_t a = 0, b = 0;
  std::uint64_t value() const { return a * b; }
  std::string text() const { return number(a) + " × " + number(b); }
};
Form greater(const Product& left, const Product& right) {
  return {left.text() + " is greater than " + right.text() + ".",
          left.text() + "は" + right.text() + "より大きい。",
          left.text() + " is not greater than " + right.text() + ".",
          left.text() + "は" + right.text() + "より大きくない。", left.value() > right.value()};
}

bool leap(std::uint64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
Form leap_year(std::uint64_t year) {
  return {number(year) + " is a leap year.", number(year) + "年はうるう年である。",
          number(year) + " is not a leap year.", number(year) + "年はうるう年ではない。", leap(year)};
}

Product product(Rng& rng) {
  return {11 + rng.below(39), 11 + rng.below(39)};
}

std::vector<Statement> negation(Rng& rng, bool japanese) {
  Form form;
  const bool truth = rng.below(2) == 0;
  const std::uint64_t kind = rng.below(3);
  do {  // until it is as true as was drawn
    if (kind == 0) {
      form = divisible(101 + rng.below(899), 3 + rng.below(7));
    } else if (kind == 1) {
      Product left = product(rng), right = product(rng);
      while (left.value() == right.value()) right = product(rng);
      form = greater(left, right);
    } else {
      form = leap_year(1804 + rng.below(292));
    }
  } while (form.truth != truth);
  return {form.said(true, japanese), form.said(false, japanese)};
}

std::vector<Statement> implication(Rng& rng, bool japanese) {
  static constexpr std::array<std::array<std::uint64_t, 2>, 6> kDivisors{
      {{12, 4}, {15, 5}, {18, 6}, {14, 7}, {24, 8}, {27, 9}}};
  const auto& [strong, weak] = kDivisors[rng.below(kDivisors.size())];
  // A third each: both true, only what is implied, neither.
  const std::uint64_t wanted = rng.below(3);
  for (;;) {
    const std::uint64_t n = 101 + rng.below(899);
    const Form first = divisible(n, strong), second = divisible(n, weak);
    if ((wanted == 0) == first.truth && (wanted != 2) == second.truth)
      return {first.said(true, japanese), second.said(true, japanese)};
  }
}

std::vector<Statement> transitivity(Rng& rng, bool japanese) {
  std::array<Product, 3> three;
  do {
    for (Product& one : three) one = product(rng);
    std::sort(three.begin(), three.end(),
              [](const Product& x, const Product& y) { return x.value() > y.value(); });
  } while (three[0].value() == three[1].value() || three[1].value() == three[2].value());
  if (rng.below(2) == 0) std::swap(three[0], three[2]);
  return {greater(three[0], three[1]).said(true, japanese), greater(three[1], three[2]).said(true, japanese),
          greater(three[0], three[2]).said(true, japanese)};
}

// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant, days_from_civil).
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<unsigned>(year - era * 400);
  const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + static_cast<std::int64_t>(of_era * 365 + of_era / 4 - of_era / 100 + of_year) -
         719468;
}

std::vector<Statement> factual(Rng& rng, bool japanese) {
  const auto both = [&](std::string_view before, const std::string& right, const std::string& wrong,
                        std::string_view after) {
    return std::vector<Statement>{{std::string(before) + right + std::string(after), true},
                                  {std::string(before) + wrong + std::string(after), false}};
  };
  switch (rng.below(4)) {
    case 0: {
      static constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                             "Thursday", "Friday", "Saturday"};
      static constexpr std::array<std::string_view, 7> kJapaneseDays{"日", "月", "火", "水",
                                                                     "木", "金", "土"};
      const std::uint64_t year = 1950 + rng.below(100);
      const unsigned month = 1 + static_cast<unsigned>(rng.below(12)),
                     day = 1 + static_cast<unsigned>(rng.below(28));
      const auto of =
          static_cast<std::size_t>((days_of(static_cast<std::int64_t>(year), month, day) % 7 + 4 + 7) % 7);
      const std::size_t wrong = (of + 1 + rng.below(6)) % 7;
      if (japanese)
        return both(number(year) + "年" + number(month) + "月" + number(day) + "日は",
                    std::string(kJapaneseDays[of]), std::string(kJapaneseDays[wrong]), "曜日である。");
      const std::string date = number(year) + "-" + (month < 10 ? "0" : "") + number(month) + "-" +
                               (day < 10 ? "0" : "") + number(day);
      return both("The date " + date + " falls on a ", std::string(kDays[of]), std::string(kDays[wrong]),
                  ".");
    }
    case 1: {
      const std::uint64_t hours = 3 + rng.below(60), off = 10 * (1 + rng.below(5));
      return japanese
                 ? both(number(hours) + "時間は", number(60 * hours), number(60 * hours + off), "分である。")
                 : both(number(hours) + " hours are ", number(60 * hours), number(60 * hours + off),
                        " minutes.");
    }
    case 2: {
      const std::uint64_t corners = 5 + rng.below(20), sum = 180 * (corners - 2);
      return japanese
                 ? both(number(corners) + "角形の内角の和は", number(sum), number(sum + 180), "度である。")
                 : both("The inner angles of a polygon with " + number(corners) + " corners add up to ",
                        number(sum), number(sum + 180), " degrees.");
    }
    default: {
      const std::uint64_t a = 12 + rng.below(80), b = 12 + rng.below(80), off = 10 * (1 + rng.below(4));
      return japanese
                 ? both(number(a) + " × " + number(b) + "は", number(a * b), number(a * b + off), "である。")
                 : both(number(a) + " × " + number(b) + " equals ", number(a * b), number(a * b + off), ".");
    }
  }
}

// Words that are none, distinct within a world.
class Nonce {
 public:
  Nonce(Rng& rng, bool japanese) : rng_(rng), japanese_(japanese) {}
  std::string next() {
    static constexpr std::array<std::string_view, 12> kBegins{"wum", "tim", "gor", "zel",  "brin", "dax",
                                                              "fep", "lur", "mox", "quil", "sno",  "vib"};
    static constexpr std::array<std::string_view, 8> kEnds{"pus", "rok", "lin", "dar",
                                                           "bex", "tal", "mon", "gle"};
    static constexpr std::array<std::string_view, 12> kJapaneseBegins{
        "ワム", "ティモ", "ゴル", "ゼル", "ブリ", "ダク", "フェプ", "ルラ", "モク", "クイ", "スノ", "ビブ"};
    static constexpr std::array<std::string_view, 8> kJapaneseEnds{"パス", "ロク", "リン", "ダー",
                                                                   "ベク", "タル", "モン", "グル"};
    for (;;) {
      const std::size_t begin = rng_.below(12), end = rng_.below(8);
      std::string word = japanese_ ? std::string(kJapaneseBegins[begin]) + std::string(kJapaneseEnds[end])
                                   : std::string(kBegins[begin]) + std::string(kEnds[end]);
      if (used_.insert(word).second) return word;
    }
  }

 private:
  Rng& rng_;
  bool japanese_;
  std::set<std::string> used_;
};

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::negation:
      return "negation";
    case Kind::implication:
      return "implication";
    case Kind::transitivity:
      return "transitivity";
    case Kind::factual:
      break;
  }
  return "factual";
}

Related make_related(Kind kind, std::size_t n, Language language, std::uint64_t seed) {
  Related out;
  out.id = std::string(to_string(kind)) + std::to_string(n);
  out.language = language;
  out.kind = kind;
  Rng rng(base::hash64(out.id, seed));
  const bool japanese = language == Language::japanese;
  out.statements = kind == Kind::negation       ? negation(rng, japanese)
                   : kind == Kind::implication  ? implication(rng, japanese)
                   : kind == Kind::transitivity ? transitivity(rng, japanese)
                                                : factual(rng, japanese);
  return out;
}

bool violated(Kind kind, const std::vector<bool>& said) {
  switch (kind) {
    case Kind::negation:
      return said[0] == said[1];
    case Kind::implication:
      return said[0] && !said[1];
    case Kind::transitivity:
      return said[0] == said[1] && said[2] != said[0];
    case Kind::factual:
      break;
  }
  return !said[0] || said[1];
}

RuleWorld make_world(std::size_t n, Language language, std::uint64_t seed) {
  RuleWorld world;
  world.id = "world" + std::to_string(n);
  world.language = language;
  Rng rng(base::hash64(world.id, seed));
  const bool japanese = language == Language::japanese;
  Nonce nonce(rng, japanese);
  const std::string thing = nonce.next();
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < kChain + kElsewhere; ++i) kinds.push_back(nonce.next());
  const auto rule = [&](const std::string& from, const std::string& to) {
    world.premises.push_back(japanese ? "すべての" + from + "は" + to + "である。"
                                      : "Every " + from + " is a " + to + ".");
  };
  world.premises.push_back(japanese ? "「" + thing + "」は" + kinds[0] + "である。"
                                    : "The thing called " + thing + " is a " + kinds[0] + ".");
  for (std::size_t i = 0; i + 1 < kChain; ++i) rule(kinds[i], kinds[i + 1]);
  // Kinds of a chain of its own, which ends where the other one does.
  for (std::size_t i = 0; i < kElsewhere; ++i)
    rule(kinds[kChain + i], i + 1 < kElsewhere ? kinds[kChain + i + 1] : kinds[kChain - 1]);
  world.truth = n / 2 % 2 == 0;
  const std::string& asked = world.truth ? kinds[kChain - 1] : kinds[kChain + kElsewhere - 1];
  world.question = japanese ? "「" + thing + "」は" + asked + "であると言えますか。"
                            : "Does it follow that " + thing + " is a " + asked + "?";
  return world;
}

std::vector<std::string> ordered(const RuleWorld& world, std::size_t order, std::uint64_t seed) {
  std::vector<std::string> premises = world.premises;
  if (order == 1) std::reverse(premises.begin(), premises.end());
  if (order == 2) {
    Rng rng(base::hash64("order" + world.id, seed));
    rng.shuffle(premises);
  }
  return premises;
}

}  // namespace genkai::limits::reasoning::probe
