// Times of day: 17:10, 9 a.m., half past nine, noon, 午後3時半, 正午.

#include <array>
#include <cstdio>

#include "text/numbers.h"
#include "text/span_finders.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

class TimeFinder {
 public:
  TimeFinder(std::string_view text, std::vector<TypedSpan>& out) : text_(text), out_(out) {}

  void find() {
    for (std::size_t at = 0; at < text_.size();) {
      const CodePoint c = code_point_at(text_, at);
      std::size_t end = at;
      if (!inside_word(at)) end = time_at(at);
      at = end > at ? end : at + c.length;
    }
  }

 private:
  bool inside_word(std::size_t at) const {
    if (at == 0) return false;
    const char32_t before = code_point_before(text_, at).value;
    return is_ascii_letter(before) || is_ascii_digit(before) || before == ':';
  }
  bool has(std::size_t at, std::string_view what) const {
    return at <= text_.size() && text_.substr(at).starts_with(what);
  }
  bool word_ends(std::size_t at) const {
    if (at >= text_.size()) return true;
    const auto c = static_cast<unsigned char>(text_[at]);
    return !is_ascii_letter(c) && !is_ascii_digit(c);
  }

  std::size_t add(std::size_t begin, std::size_t end, int hour, int minute) {
    std::array<char, 32> clock;
    std::snprintf(clock.data(), clock.size(), "T%02d:%02d", hour, minute);
    out_.push_back({{begin, end}, AnswerType::date, clock.data(), Measure::time_of_day});
    return end;
  }

  /// The byte after "a.m.", "pm", "in the evening" at `at`, and whether it is the second half of the day.
  std::pair<std::size_t, int> half_of_day(std::size_t at) const {
    struct Mark {
      std::string_view words;
      int half;
    };
    constexpr std::array<Mark, 13> kMarks = {{{"a.m.", 0},
                                              {"p.m.", 1},
                                              {"am", 0},
                                              {"pm", 1},
                                              {"AM", 0},
                                              {"PM", 1},
                                              {"A.M.", 0},
                                              {"P.M.", 1},
                                              {"in the morning", 0},
                                              {"in the afternoon", 1},
                                              {"in the evening", 1},
                                              {"at night", 1},
                                              {"o'clock", 2}}};
    const std::size_t next = has(at, " ") ? at + 1 : at;
    for (const Mark& mark : kMarks)
      if (has(next, mark.words) && word_ends(next + mark.words.size()))
        return {next + mark.words.size(), mark.half};
    if (has(next, "o’clock")) return {next + std::string_view("o’clock").size(), 2};
    return {at, -1};
  }
  static int on_the_day(int hour, int half) {
    if (half == 1 && hour < 12) return hour + 12;
    return half == 0 && hour == 12 ? 0 : hour;
  }

  std::size_t time_at(std::size_t at) {
    for (const auto& [word, hour] : {std::pair<std::string_view, int>{"noon", 12}, {"midnight", 0}})
      if (has(at, word) && word_ends(at + word.size())) return add(at, at + word.size(), hour, 0);
    if (has(at, "正午")) return add(at, at + std::string_view("正午").size(), 12, 0);
    for (const auto& [words, minute] :
         {std::pair<std::string_view, int>{"half past ", 30}, {"quarter past ", 15}, {"quarter to ", -15}}) {
      if (!has(at, words)) continue;
      const auto hour = read_number(text_, at + words.size());
      if (!hour || !(hour->value >= 1) || hour->value > 12) return at;
      const int whole = static_cast<int>(hour->value);
      return minute > 0 ? add(at, hour->end, whole, minute) : add(at, hour->end, (whole + 11) % 12, 45);
    }
    return japanese_at(at, english_at(at));
  }

  std::size_t english_at(std::size_t at) {
    const auto c = static_cast<unsigned char>(text_[at]);
    if (!is_ascii_letter(c) && !is_ascii_digit(c)) return at;
    if (is_ascii_digit(c)) {
      std::size_t end = at;
      int hour = 0;
      while (end < text_.size() && end < at + 3 && is_ascii_digit(static_cast<unsigned char>(text_[end])))
        hour = hour * 10 + (text_[end++] - '0');
      if (end > at + 2 || hour > 24) return at;
      const bool two = end + 2 < text_.size() && is_ascii_digit(static_cast<unsigned char>(text_[end + 1])) &&
                       is_ascii_digit(static_cast<unsigned char>(text_[end + 2]));
      if (two && (text_[end] == ':' || text_[end] == '.') && text_[end + 1] < '6' && word_ends(end + 3)) {
        const int minute = (text_[end + 1] - '0') * 10 + (text_[end + 2] - '0');
        const auto [after, half] = half_of_day(end + 3);
        const bool sure = text_[end] == ':' ? !has(end + 3, ":") : half >= 0;
        if (!sure) return at;
        if (half >= 0) add(at, end + 3, on_the_day(hour, half), minute);
        return add(at, after, on_the_day(hour, half), minute);
      }
    }
    const auto number = read_number(text_, at);
    if (!number || number->value < 1 || number->value > 12 || number->is_kanji ||
        number->value != static_cast<int>(number->value))
      return at;
    const auto [after, half] = half_of_day(number->end);
    if (half < 0 || has(after, " of ")) return at;
    add(at, number->end, on_the_day(static_cast<int>(number->value), half), 0);
    return add(at, after, on_the_day(static_cast<int>(number->value), half), 0);
  }

  /// 午後3時半, 午前6時40分, 三時半; without either 3時 and 3時5分 are found with the dates.
  std::size_t japanese_at(std::size_t at, std::size_t found) {
    if (found > at) return found;
    std::size_t begin = at;
    int half = -1;
    for (const auto& [word, which] :
         {std::pair<std::string_view, int>{"午前", 0}, {"午後", 1}, {"朝", 0}, {"夜", 1}, {"夕方", 1}}) {
      if (!has(at, word)) continue;
      begin = at + word.size(), half = which;
      break;
    }
    if (begin >= text_.size() || digit_value(code_point_at(text_, begin).value) < 0) {
      if (begin >= text_.size() || !has(begin, "十")) return at;
    }
    const auto hour = read_number(text_, begin);
    if (!hour || hour->value < 0 || hour->value > 24 || hour->is_word || !has(hour->end, "時")) return at;
    std::size_t end = hour->end + std::string_view("時").size();
    if (has(end, "間") || has(end, "代") || has(end, "期")) return at;
    int minute = 0;
    bool more = half >= 0;
    if (has(end, "半")) {
      minute = 30, more = true, end += std::string_view("半").size();
    } else if (end < text_.size()) {
      const auto minutes = read_number(text_, end);
      if (minutes && minutes->value < 60 && has(minutes->end, "分")) {
        minute = static_cast<int>(minutes->value);
        end = minutes->end + std::string_view("分").size();
      }
    }
    return more ? add(at, end, on_the_day(static_cast<int>(hour->value), half), minute) : at;
  }

  std::string_view text_;
  std::vector<TypedSpan>& out_;
};

}  // namespace

void find_times(std::string_view sentence, std::vector<TypedSpan>& out) {
  TimeFinder(sentence, out).find();
}

}  // namespace genkai::text
