// Counting letters and items: "strawberry" has 3 "r", [4, 7, 9] has 3 elements, 「とまと」は3文字.

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "limits/reasoning/steps/checker.h"
#include "text/numbers.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning::steps {
namespace {

struct Quoted {
  std::string_view text;
  text::Span at;  // quotes included
};

std::vector<Quoted> quoted_in(std::string_view step) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kQuotes{
      {{"\"", "\""}, {"“", "”"}, {"「", "」"}, {"『", "』"}, {"'", "'"}}};
  std::vector<Quoted> found;
  for (std::size_t at = 0; at < step.size(); ++at)
    for (const auto& [open, close] : kQuotes) {
      if (!step.substr(at).starts_with(open)) continue;
      if (open == "'" && at > 0 && step[at - 1] != ' ' && step[at - 1] != '(') continue;
      const std::size_t begin = at + open.size(), end = step.find(close, begin);
      if (end == step.npos || end == begin || end - begin > 200) continue;
      found.push_back({step.substr(begin, end - begin), {at, end + close.size()}});
      at = end + close.size() - 1;
      break;
    }
  return found;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  const std::string all = text::normalise(text), wanted = text::normalise(part);
  std::size_t count = 0;
  if (wanted.empty()) return 0;
  for (std::size_t at = all.find(wanted); at != all.npos; at = all.find(wanted, at + 1)) ++count;
  return count;
}

std::size_t letters_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = text::code_point_at(text, at);
    count += text::is_space(c.value) ? 0 : 1;
    at += c.length;
  }
  return count;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

class Counts {
 public:
  Counts(const Chain& chain, Claims& claims) : chain_(chain), claims_(claims) {}

  void run() {
    for (step_ = 0; step_ < chain_.steps.size(); ++step_) {
      text_ = chain_.steps[step_];
      lists();
      const auto quoted = quoted_in(text_);
      for (std::size_t i = 0; i < quoted.size(); ++i) {
        length(quoted[i]);
        if (i + 1 < quoted.size()) occurrence(quoted[i], quoted[i + 1]);
      }
    }
  }

 private:
  struct Stated {
    std::size_t count = 0;
    std::string_view rest;  // what follows the number
  };
  // A whole number at the start of `text`, after one of the words.
  std::optional<Stated> stated(std::string_view text, std::initializer_list<std::string_view> words) const {
    text = trimmed(text);
    for (const std::string_view word : words) {
      if (!text.starts_with(word)) continue;
      std::string_view rest = text.substr(word.size());
      for (const std::string_view filler : {" exactly", " a total of"})
        if (rest.starts_with(filler)) rest.remove_prefix(filler.size());
      rest = trimmed(rest);
      const auto number = text::read_number(rest, 0);
      if (!number || number->value < 0 || number->value > 1e6 ||
          number->value != static_cast<double>(static_cast<long>(number->value)))
        continue;
      std::string_view after = rest.substr(number->end);
      if (after.starts_with('.') || after.starts_with(',')) after = {};
      return Stated{static_cast<std::size_t>(number->value), trimmed(after)};
    }
    return std::nullopt;
  }
  static bool begins(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.starts_with(word); });
  }

  // "strawberry" has 10 letters; 「とまと」は3文字.
  void length(const Quoted& word) {
    const std::string_view after = text_.substr(word.at.end);
    const auto count = stated(after, {"has", "contains", "is", "は", "には"});
    if (!count || !begins(count->rest, {"letters", "characters", "文字"})) return;
    if (begins(count->rest, {"letters ", "characters "}) && count->rest.find('"') != text_.npos) return;
    decide(word.text, count->count, letters_in(word.text));
  }

  // "strawberry" has 3 "r"; There are 3 "r" in "strawberry"; 「strawberry」に「r」は3個.
  void occurrence(const Quoted& first, const Quoted& second) {
    const std::string_view between = text_.substr(first.at.end, second.at.begin - first.at.end);
    const std::string_view join = trimmed(between);
    if (const auto count = stated(between, {"has", "contains"});
        count && (count->rest.empty() || begins(count->rest, {"letter", "occurrence", "times"})))
      return decide(first.text, count->count, occurrences(first.text, second.text));
    if (join == "に" || join == "には" || join == "の中に" || join == "の中の" || join == "の") {
      const auto count = stated(text_.substr(second.at.end), {"は", "が"});
      if (count && begins(count->rest, {"個", "つ", "回", "文字"}))
        decide(first.text, count->count, occurrences(first.text, second.text));
      return;
    }
    if (join != "in" && join != "in the word" && join != "s in" && join != "'s in" && join != "s in the word")
      return;
    const std::string_view before = text_.substr(0, first.at.begin);
    for (const std::string_view lead : {"here are", "here is", "appears"}) {
      const std::size_t at = before.rfind(lead);
      if (at == before.npos) continue;
      const auto count = stated(before.substr(at), {lead});
      if (count && (count->rest.empty() || begins(count->rest, {"letter", "occurrence", "instance"})))
        decide(second.text, count->count, occurrences(second.text, first.text));
      return;
    }
  }

  // [4, 7, 9] has 3 elements.
  void lists() {
    for (std::size_t open = text_.find('['); open != text_.npos; open = text_.find('[', open + 1)) {
      const std::size_t close = text_.find(']', open);
      if (close == text_.npos) return;
      const std::string_view inside = text_.substr(open + 1, close - open - 1);
      if (inside.find('[') != inside.npos) continue;
      const auto count = stated(text_.substr(close + 1), {"has", "contains", "には", "は"});
      if (!count || !begins(count->rest, {"item", "element", "number", "entries", "word", "個", "つ"}))
        continue;
      const std::size_t items =
          trimmed(inside).empty()
              ? 0
              : static_cast<std::size_t>(std::count(inside.begin(), inside.end(), ',')) + 1;
      decide(text_.substr(open, close + 1 - open), count->count, items);
    }
  }

  void decide(std::string_view what, std::size_t stated, std::size_t due) {
    claims_.decide(step_, Kind::counting, std::string(what) + ": " + std::to_string(stated), stated == due,
                   chain_.say("there are " + std::to_string(due), std::to_string(due) + " です"));
  }

  const Chain& chain_;
  Claims& claims_;
  std::size_t step_ = 0;
  std::string_view text_;
};

}  // namespace

void check_counts(const Chain& chain, Claims& claims) {
  Counts(chain, claims).run();
}

}  // namespace genkai::limits::reasoning::steps
