// Dates and weekdays: "3 March 2021 is a Wednesday", "10 days after ... is ...", 3月3日の10日後は3月13日.

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "limits/reasoning/steps/checker.h"
#include "text/question.h"

namespace genkai::limits::reasoning::steps {
namespace {

namespace calendar = std::chrono;

struct Item {
  enum class Kind { date, weekday, shift } kind = Kind::date;
  text::Span at{};
  std::optional<int> year{};  // of a date
  unsigned month = 0, day = 0;
  unsigned weekday = 0;  // 0 Sunday
  long days = 0;         // of a shift: positive later
};

constexpr std::array<std::string_view, 7> kEnglish{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 7> kJapanese{"日曜", "月曜", "火曜", "水曜", "木曜", "金曜", "土曜"};
constexpr long kMostDays = 1'000'000;

std::string weekday_name(unsigned weekday, text::Language language) {
  return language == text::Language::japanese ? std::string(kJapanese[weekday]) + "日"
                                              : std::string(kEnglish[weekday]);
}

std::optional<Item> date_of(const text::TypedSpan& span) {
  if (span.type != text::AnswerType::date) return std::nullopt;
  const std::string& value = span.value;
  Item item;
  item.at = span.span;
  const auto number = [&](std::size_t at, std::size_t size) {
    int out = 0;
    for (std::size_t i = at; i < at + size; ++i) out = out * 10 + (value[i] - '0');
    return out;
  };
  const auto digits = [&](std::string_view form) {
    return value.size() == form.size() &&
           std::equal(value.begin(), value.end(), form.begin(),
                      [](char c, char f) { return f == '0' ? c >= '0' && c <= '9' : c == f; });
  };
  if (digits("0000-00-00")) {
    item.year = number(0, 4);
    item.month = static_cast<unsigned>(number(5, 2));
    item.day = static_cast<unsigned>(number(8, 2));
  } else if (digits("--00-00")) {
    item.month = static_cast<unsigned>(number(2, 2));
    item.day = static_cast<unsigned>(number(5, 2));
  } else {
    return std::nullopt;
  }
  return item;
}

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void find_weekdays(std::string_view text, std::vector<Item>& items) {
  for (unsigned day = 0; day < 7; ++day)
    for (const std::string_view name : {kEnglish[day], kJapanese[day]})
      for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + name.size())) {
        Item item;
        item.kind = Item::Kind::weekday;
        item.weekday = day;
        item.at = {at, at + name.size()};
        if (name == kJapanese[day] && text.substr(item.at.end).starts_with("日")) item.at.end += 3;
        if (item.at.end < text.size() && letter(text[item.at.end])) continue;  // Mondays
        items.push_back(item);
      }
}

// "10 days after", "3 weeks before", 10日後, 2週間前.
void find_shifts(std::string_view text, std::vector<Item>& items) {
  struct Unit {
    std::string_view words;
    long days;
  };
  constexpr std::array<Unit, 12> kForms{{{" days after", 1},
                                         {" day after", 1},
                                         {" days before", -1},
                                         {" day before", -1},
                                         {" days from", 1},
                                         {" weeks after", 7},
                                         {" weeks before", -7},
                                         {" week after", 7},
                                         {"日後", 1},
                                         {"日前", -1},
                                         {"週間後", 7},
                                         {"週間前", -7}}};
  for (const Unit& form : kForms)
    for (std::size_t at = text.find(form.words); at != text.npos; at = text.find(form.words, at + 1)) {
      std::size_t begin = at;
      while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
      if (begin == at || at - begin > 6) continue;
      long count = 0;
      for (std::size_t i = begin; i < at; ++i) count = count * 10 + (text[i] - '0');
      if (count > kMostDays / 7) continue;
      Item item;
      item.kind = Item::Kind::shift;
      item.days = count * form.days;
      item.at = {begin, at + form.words.size()};
      items.push_back(item);
    }
}

// The text between two items says that one is the other.
bool links(std::string_view between) {
  constexpr std::array<std::string_view, 20> kLinks{
      "is",         "is a", "was",      "was a",      "will be",   "will be a", "would be",
      "would be a", "=",    "falls on", "falls on a", "fell on a", "fell on",   "is on a",
      "は",         "は、", "が",       "is the",     ":",         "→"};
  while (between.starts_with(' ')) between.remove_prefix(1);
  if (between.starts_with(", ")) between.remove_prefix(2);
  while (between.ends_with(' ')) between.remove_suffix(1);
  return std::find(kLinks.begin(), kLinks.end(), between) != kLinks.end();
}
bool joins(std::string_view between) {
  while (between.starts_with(' ')) between.remove_prefix(1);
  while (between.ends_with(' ')) between.remove_suffix(1);
  return between.empty() || between == "の" || between == "the" || between == "a";
}

calendar::year_month_day in_year(const Item& date, int year) {
  return {calendar::year(year), calendar::month(date.month), calendar::day(date.day)};
}

class Dates {
 public:
  Dates(const Chain& chain, Claims& claims) : chain_(chain), claims_(claims) {}

  void run() {
    for (step_ = 0; step_ < chain_.steps.size(); ++step_) {
      text_ = chain_.steps[step_];
      items_.clear();
      find_weekdays(text_, items_);
      if (items_.empty() && text_.find("day") == text_.npos && text_.find("日") == text_.npos) continue;
      find_shifts(text_, items_);
      for (const auto& span : text::find_typed_spans(text_))
        if (auto date = date_of(span)) items_.push_back(*date);
      std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
        return a.at.begin != b.at.begin ? a.at.begin < b.at.begin : a.at.end > b.at.end;
      });
      std::vector<Item> kept;
      for (const Item& item : items_)
        if (kept.empty() || item.at.begin >= kept.back().at.end) kept.push_back(item);
      items_ = std::move(kept);
      for (std::size_t i = 0; i + 1 < items_.size(); ++i) statement(i);
    }
  }

 private:
  std::string_view between(std::size_t i) const {
    return text_.substr(items_[i].at.end, items_[i + 1].at.begin - items_[i].at.end);
  }

  void statement(std::size_t i) {
    const Item& a = items_[i];
    const Item& b = items_[i + 1];
    const bool shift_first = a.kind == Item::Kind::shift, shift_second = b.kind == Item::Kind::shift;
    if (a.kind == Item::Kind::date && b.kind == Item::Kind::weekday && a.year && links(between(i))) {
      // A date that is itself the end of a shift is looked at with it, and as it is written.
      const auto day = in_year(a, *a.year);
      if (!day.ok()) return no_such_day(a);
      const unsigned due = calendar::weekday(calendar::sys_days(day)).c_encoding();
      return decide(a, b, due == b.weekday, weekday_name(due, chain_.language));
    }
    if (i + 2 >= items_.size() || shift_first == shift_second || !joins(between(i)) || !links(between(i + 1)))
      return;
    const Item& from = shift_first ? b : a;
    const long days = shift_first ? a.days : b.days;
    shifted(from, days, items_[i + 2], {a.at.begin, items_[i + 2].at.end});
  }

  void shifted(const Item& from, long days, const Item& to, text::Span) {
    if (from.kind == Item::Kind::weekday && to.kind == Item::Kind::weekday) {
      const unsigned due = static_cast<unsigned>(((from.weekday + days) % 7 + 7) % 7);
      return decide(from, to, due == to.weekday, weekday_name(due, chain_.language));
    }
    if (from.kind != Item::Kind::date || to.kind == Item::Kind::shift) return;
    // Without a year the day must be the same in a common and in a leap year.
    std::optional<calendar::year_month_day> due;
    for (const int year : from.year ? std::vector<int>{*from.year} : std::vector<int>{2021, 2024}) {
      const auto start = in_year(from, year);
      if (!start.ok()) return from.year ? no_such_day(from) : void();
      const calendar::year_month_day day = calendar::sys_days(start) + calendar::days(days);
      if (due && (due->month() != day.month() || due->day() != day.day())) return;
      due = day;
    }
    if (to.kind == Item::Kind::weekday) {
      if (!from.year) return;
      const unsigned weekday = calendar::weekday(calendar::sys_days(*due)).c_encoding();
      return decide(from, to, weekday == to.weekday, weekday_name(weekday, chain_.language));
    }
    const bool same = static_cast<unsigned>(due->month()) == to.month &&
                      static_cast<unsigned>(due->day()) == to.day &&
                      (!from.year || !to.year || static_cast<int>(due->year()) == *to.year);
    const std::string month = std::to_string(static_cast<unsigned>(due->month())),
                      day = std::to_string(static_cast<unsigned>(due->day())),
                      year = from.year ? std::to_string(static_cast<int>(due->year())) : std::string();
    decide(from, to, same,
           chain_.say((year.empty() ? "" : year + "-") + (month.size() < 2 ? "0" : "") + month + "-" +
                          (day.size() < 2 ? "0" : "") + day,
                      (year.empty() ? "" : year + "年") + month + "月" + day + "日"));
  }

  void no_such_day(const Item& date) {
    claims_.contradicted(step_, Kind::dates, date.at.of(text_),
                         chain_.say("there is no such day", "そのような日はありません"));
  }
  void decide(const Item& from, const Item& to, bool holds, const std::string& due) {
    claims_.decide(step_, Kind::dates, text_.substr(from.at.begin, to.at.end - from.at.begin), holds,
                   chain_.say("it is " + due, due + " です"));
  }

  const Chain& chain_;
  Claims& claims_;
  std::size_t step_ = 0;
  std::string_view text_;
  std::vector<Item> items_;
};

}  // namespace

void check_dates(const Chain& chain, Claims& claims) {
  Dates(chain, claims).run();
}

}  // namespace genkai::limits::reasoning::steps
