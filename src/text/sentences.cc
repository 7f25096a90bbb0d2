// One pass finds the places where a sentence may end. Those inside a bracket pair are taken back when its
// closing bracket comes, so that a bracket which never closes costs nothing and protects nothing.

#include <algorithm>
#include <array>
#include <vector>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::size_t kLongestBracket = 900;  // bytes; what stands in longer brackets is split like any text
constexpr std::size_t kDeepestBracket = 32;

template <std::size_t N>
constexpr bool contains(const std::array<std::string_view, N>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

// A name or number follows: never an end of a sentence.
constexpr std::array<std::string_view, 45> kTitles = {
    "Adm", "Brig", "Capt",  "Cmdr", "Col",  "Cpl",    "Dr",   "Drs", "Fr",  "Ft",  "Gen", "Gov",
    "Hon", "Insp", "Lieut", "Lt",   "Maj",  "Messrs", "Mlle", "Mme", "Mr",  "Mrs", "Ms",  "Mt",
    "Mx",  "Pres", "Prof",  "Pte",  "Pvt",  "Rep",    "Repr", "Rev", "Sen", "Sgt", "Sr",  "St",
    "Sta", "Ste",  "Supt",  "Surg", "Vice", "cf",     "e.g",  "i.e", "viz"};
// The next word is part of the same sentence when it is a number.
constexpr std::array<std::string_view, 36> kBeforeNumber = {
    "Apr",    "Art", "Aug", "Ch",  "Dec", "Eq",  "Eqs", "Feb", "Fig", "Figs", "Jan",  "Jul",
    "Jun",    "Mar", "No",  "Nos", "Nov", "Oct", "Op",  "Pt",  "Sec", "Sep",  "Sept", "Vol",
    "approx", "c",   "ca",  "ch",  "eq",  "fig", "no",  "nos", "p",   "pp",   "sec",  "vol"};
// May end a sentence; they do when the next word is one that opens sentences.
constexpr std::array<std::string_view, 40> kMayEnd = {
    "A.D", "Ave", "B.A",  "B.C", "B.S", "Bros", "Co",    "Corp",    "D.C",  "Dept",
    "E.U", "Esq", "Est",  "Inc", "Jr",  "Ltd",  "M.A",   "M.D",     "M.S",  "Ph.D",
    "Rd",  "Sr",  "St",   "U.K", "U.N", "U.S",  "U.S.A", "U.S.S.R", "Univ", "a.k.a",
    "a.m", "al",  "dept", "ed",  "eds", "est",  "etc",   "p.m",     "v",    "vs"};
constexpr std::array<std::string_view, 62> kOpeners = {
    "A",       "After",  "All",   "Although", "An",    "And",     "Another", "As",    "At",
    "Because", "Before", "Both",  "But",      "By",    "Despite", "During",  "Each",  "Even",
    "For",     "From",   "Given", "He",       "Her",   "Here",    "His",     "How",   "However",
    "I",       "If",     "In",    "It",       "Its",   "Later",   "Many",    "Most",  "My",
    "No",      "On",     "One",   "Or",       "Other", "Our",     "She",     "Since", "So",
    "Some",    "Such",   "That",  "The",      "Their", "Then",    "There",   "These", "They",
    "This",    "Those",  "To",    "We",       "What",  "When",    "While",   "You"};

struct Bracket {
  char32_t open, close;
};
constexpr std::array<Bracket, 14> kBrackets = {{{'(', ')'},
                                                {'[', ']'},
                                                {U'「', U'」'},
                                                {U'『', U'』'},
                                                {U'（', U'）'},
                                                {U'【', U'】'},
                                                {U'〈', U'〉'},
                                                {U'《', U'》'},
                                                {U'〔', U'〕'},
                                                {U'［', U'］'},
                                                {U'｢', U'｣'},
                                                {U'〝', U'〟'},
                                                {U'｛', U'｝'},
                                                {U'〖', U'〗'}}};

const Bracket* opened_by(char32_t c) {
  for (const Bracket& b : kBrackets)
    if (b.open == c) return &b;
  return nullptr;
}
const Bracket* closed_by(char32_t c) {
  for (const Bracket& b : kBrackets)
    if (b.close == c) return &b;
  return nullptr;
}
bool is_full_stop(char32_t c) {
  return c == U'。' || c == U'！' || c == U'？' || c == U'｡' || c == U'．';
}
bool is_terminator(char32_t c) {
  return c == '.' || c == '!' || c == '?' || is_full_stop(c) || c == U'…' || c == U'‼' || c == U'⁉' ||
         c == U'‥';
}
bool is_closing_quote(char32_t c) {
  return c == '"' || c == '\'' || c == U'”' || c == U'’' || c == U'»';
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Span> split() {
    while (at_ < text_.size()) step();
    ends_.push_back(text_.size());
    return spans();
  }

 private:
  struct Open {
    const Bracket* kind;
    std::size_t at;
    std::size_t ends_before;
  };

  char32_t peek(std::size_t at) const { return at < text_.size() ? code_point_at(text_, at).value : 0; }

  void step() {
    const CodePoint c = code_point_at(text_, at_);
    if (c.value == '\n') {
      line_end();
    } else if (is_terminator(c.value)) {
      terminator();
    } else {
      if (c.value == '(' || c.value == ')' || c.value == '[' || c.value == ']' || c.value >= 0x3000)
        bracket(c.value);
      at_ += c.length;
    }
  }

  void bracket(char32_t c) {
    if (const Bracket* kind = opened_by(c)) {
      if (open_.size() == kDeepestBracket) open_.erase(open_.begin());
      open_.push_back({kind, at_, ends_.size()});
      return;
    }
    const Bracket* kind = closed_by(c);
    if (!kind) return;
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i].kind != kind) continue;
      if (at_ - open_[i].at <= kLongestBracket) {
        // An end that was placed after this very bracket stays.
        const bool keep_last = ends_.size() > open_[i].ends_before && ends_.back() > at_;
        const std::size_t last = keep_last ? ends_.back() : 0;
        ends_.resize(open_[i].ends_before);
        if (keep_last) ends_.push_back(last);
      }
      open_.resize(i);
      return;
    }
  }

  void end_here(std::size_t end) {
    if (ends_.empty() || end > ends_.back()) ends_.push_back(end);
  }

  /// A blank line ends the sentence and every open bracket; so does a line that starts a list item or a
  /// heading.
  void line_end() {
    std::size_t next = at_ + 1;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t' || text_[next] == '\r')) ++next;
    if (next >= text_.size() || text_[next] == '\n' || starts_item(next) || after_heading()) {
      end_here(at_);
      open_.clear();
    }
    at_ = next;
    line_begin_ = next;
  }

  bool after_heading() const { return line_begin_ < at_ && text_[line_begin_] == '#'; }

  bool starts_item(std::size_t at) const {
    const char32_t c = peek(at);
    const char after = at + 1 < text_.size() ? text_[at + 1] : '\n';
    if (c == '-' || c == '*' || c == '+' || c == '|' || c == '>') return after == ' ' || after == '\t';
    if (c == U'•' || c == U'・' || c == U'●' || c == U'■' || c == U'○' || c == U'◆' || c == U'◇' ||
        c == U'□' || c == U'▪' || c == U'※' || c == U'◎' || c == U'★' || c == U'☆') {
      return true;
    }
    if (c == '#') return after == '#' || after == ' ';
    if (c >= U'①' && c <= U'⑳') return true;
    std::size_t digits = at + (c == '(');
    const std::size_t begin = digits;
    while (digits < text_.size() && digits - begin < 3 &&
           is_ascii_digit(static_cast<unsigned char>(text_[digits])))
      ++digits;
    if (digits == begin && digits < text_.size() &&
        is_ascii_letter(static_cast<unsigned char>(text_[digits]))) {
      if (c != '(' && (digits + 1 >= text_.size() || text_[digits + 1] != ')')) return false;
      ++digits;
    }
    if (digits == begin || digits >= text_.size()) return false;
    const bool closed = text_[digits] == ')' || (c != '(' && text_[digits] == '.');
    return closed && (digits + 1 >= text_.size() || text_[digits + 1] == ' ' || text_[digits + 1] == '\t');
  }

  void terminator() {
    const std::size_t begin = at_;
    char32_t last = 0;
    std::size_t marks = 0;
    bool full_stop = false;
    while (at_ < text_.size()) {
      const CodePoint c = code_point_at(text_, at_);
      if (!is_terminator(c.value)) break;
      last = c.value;
      full_stop |= is_full_stop(c.value) && c.value != U'．';
      at_ += c.length;
      ++marks;
    }
    std::size_t end = at_;
    bool japanese_bracket = false;
    while (end < text_.size()) {
      const CodePoint c = code_point_at(text_, end);
      if (c.value == '[') {  // a footnote mark: end.[12]
        std::size_t close = end + 1;
        while (close < text_.size() && close - end < 6 &&
               is_ascii_digit(static_cast<unsigned char>(text_[close])))
          ++close;
        if (close == end + 1 || close >= text_.size() || text_[close] != ']') break;
        end = close + 1;
        continue;
      }
      const bool closing = closed_by(c.value) != nullptr;
      if (!closing && !is_closing_quote(c.value)) break;
      japanese_bracket |= closing && c.value >= 0x3000;
      end += c.length;
    }
    const char32_t next = peek(end);
    if (full_stop) {
      if (japanese_bracket ? next == 0 || is_space(next) || opened_by(next) : !title_goes_on(last, end))
        end_here(end);
      return;
    }
    if (last == U'．' || (begin > 0 && is_japanese_letter(code_point_before(text_, begin).value))) {
      const bool ellipsis = last == U'…' || last == U'‥' || marks > 1;
      const bool glued = is_ascii_digit(next) || is_ascii_letter(next) || (next >= 0xFF10 && next <= 0xFF5A);
      if (!ellipsis && !glued && !(japanese_bracket && next != 0 && !is_space(next))) end_here(end);
      return;
    }
    if (next != 0 && !is_space(next)) return;
    if (ends_latin_sentence(begin, end, last, marks)) end_here(end);
  }

  /// 「けいおん！の」「何？と」: the mark belongs to a title or a quote that a particle goes on from.
  bool title_goes_on(char32_t last, std::size_t end) const {
    if (last != U'！' && last != U'？') return false;
    const char32_t next = peek(end);
    if (next == U'、' || next == U'，' || next == U'・' || next == U'を') return true;
    if (next != U'の' && next != U'は' && next != U'が' && next != U'に' && next != U'で' && next != U'と')
      return false;
    const char32_t second = peek(end + 3);
    if (next == U'と' && (second == U'い' || second == U'し')) return true;
    return !is_hiragana(second);
  }

  bool ends_latin_sentence(std::size_t begin, std::size_t end, char32_t last, std::size_t marks) const {
    std::size_t next = end;
    while (next < text_.size() && is_space(peek(next))) next += code_point_at(text_, next).length;
    const char32_t first = peek(next);
    if (first == 0) return true;
    if (is_ascii_lower(first)) return false;
    if (last != '.' || marks > 1) return true;
    return !is_abbreviation(begin, next, first);
  }

  bool is_abbreviation(std::size_t dot, std::size_t next, char32_t first) const {
    std::size_t begin = dot;
    while (begin > 0 && dot - begin < 12) {
      const auto c = static_cast<unsigned char>(text_[begin - 1]);
      if (!is_ascii_letter(c) && !is_ascii_digit(c) && c != '.') break;
      --begin;
    }
    const std::string_view word = text_.substr(begin, dot - begin);
    if (word.empty()) return false;
    const bool at_line_begin =
        begin == line_begin_ || (begin > 0 && text_[begin - 1] == '(' && begin - 1 == line_begin_);
    const bool number = std::all_of(word.begin(), word.end(), [](char c) {
      return is_ascii_digit(static_cast<unsigned char>(c)) || c == '.';
    });
    if (at_line_begin && (number || word.size() == 1)) return true;  // the number of a list item
    if (number) return false;
    if (contains(kTitles, word) && !(word == "St" && opens_sentence(next))) return true;
    if (contains(kBeforeNumber, word) && (is_ascii_digit(first) || (word.size() == 1 && word != "c")))
      return is_ascii_digit(first);
    const bool initial = word.size() == 1 && is_ascii_upper(static_cast<unsigned char>(word[0]));
    const bool acronym = word.size() >= 3 && word[1] == '.';
    if (initial || acronym || contains(kMayEnd, word)) return !opens_sentence(next);
    return false;
  }

  bool opens_sentence(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '"' || text_[at] == '(')) ++at;
    std::size_t end = at;
    while (end < text_.size() && end - at < 12 && is_ascii_letter(static_cast<unsigned char>(text_[end])))
      ++end;
    return contains(kOpeners, text_.substr(at, end - at));
  }

  std::vector<Span> spans() const {
    std::vector<Span> out;
    std::size_t begin = 0;
    for (const std::size_t limit : ends_) {
      std::size_t end = limit;
      while (begin < end) {
        const CodePoint c = code_point_at(text_, begin);
        if (!is_space(c.value)) break;
        begin += c.length;
      }
      while (end > begin) {
        const CodePoint c = code_point_before(text_, end);
        if (!is_space(c.value)) break;
        end -= c.length;
      }
      if (begin < end) out.push_back({begin, end});
      begin = std::max(begin, limit);
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::vector<Open> open_;
  std::vector<std::size_t> ends_;
};

}  // namespace

std::vector<Span> split_sentences(std::string_view utf8) {
  return Splitter(utf8).split();
}

}  // namespace genkai::text
