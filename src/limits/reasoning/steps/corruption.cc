#include "limits/reasoning/steps/corruption.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/hash.h"
#include "base/rng.h"
#include "stats/intervals.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning::steps {
namespace {

using model::asking::Ask;
using model::asking::ReplyKey;
using text::Span;

constexpr std::size_t kMostDigits = 15;
enum Wording : std::size_t { kIntact, kCorrupted, kNumbered, kBlind, kWordings };

bool is_digit(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= U'０' && c <= U'９');
}
bool is_mark(char32_t c) {
  return c == ',' || c == '.' || c == U'，' || c == U'．';
}

// Runs of digits with single marks between them: 1,250.5.
std::vector<Span> numbers_in(std::string_view step) {
  std::vector<Span> found;
  char32_t before = 0;
  for (std::size_t at = 0; at < step.size();) {
    const auto c = text::code_point_at(step, at);
    const bool starts = is_digit(c.value) && !text::is_ascii_letter(before);
    std::size_t end = at + c.length;
    before = c.value;
    if (is_digit(c.value))
      while (end < step.size()) {
        const auto next = text::code_point_at(step, end);
        const std::size_t after = end + next.length;
        const bool joined =
            is_mark(next.value) && after < step.size() && is_digit(text::code_point_at(step, after).value);
        if (!is_digit(next.value) && !joined) break;
        end = after;
      }
    if (starts) found.push_back({at, end});
    at = end;
  }
  return found;
}

// The same number with other digits, as many as it had.
std::string other_number(std::string_view written, base::Rng& rng) {
  std::uint64_t value = 0, above = 1;
  std::vector<char32_t> letters;
  std::size_t digits = 0;
  for (std::size_t at = 0; at < written.size();) {
    const auto c = text::code_point_at(written, at);
    at += c.length;
    letters.push_back(c.value);
    if (!is_digit(c.value)) continue;
    value = value * 10 + (c.value - (c.value >= U'０' ? U'０' : U'0'));
    above *= 10;
    if (++digits > kMostDigits) return {};
  }
  const std::uint64_t least = digits == 1 ? 0 : above / 10;
  std::vector<std::uint64_t> others;
  for (std::uint64_t by = 1; by <= 9; ++by) {
    if (value + by < above) others.push_back(value + by);
    if (value >= least + by) others.push_back(value - by);
  }
  if (others.empty()) return {};
  std::uint64_t chosen = others[rng.below(others.size())];
  for (std::size_t i = letters.size(); i-- > 0;) {
    if (!is_digit(letters[i])) continue;
    letters[i] = (letters[i] >= U'０' ? U'０' : U'0') + static_cast<char32_t>(chosen % 10);
    chosen /= 10;
  }
  std::string out;
  for (const char32_t c : letters) text::append_utf8(out, c);
  return out;
}

std::size_t first_equals(std::string_view step) {
  const std::size_t ascii = step.find('='), wide = step.find("＝");
  return std::min(ascii, wide);
}

// The number after the last equals sign, or else the last one.
std::optional<Span> stated_number(std::string_view step, const std::vector<Span>& numbers) {
  if (numbers.empty()) return std::nullopt;
  const std::size_t ascii = step.rfind('='), wide = step.rfind("＝");
  const std::size_t from = ascii == step.npos ? wide : wide == step.npos ? ascii : std::max(ascii, wide);
  if (from != step.npos)
    for (const Span& number : numbers)
      if (number.begin > from) return number;
  return numbers.back();
}

std::string numbered(std::size_t place, const std::string& step) {
  return std::to_string(place + 1) + ". " + step;
}

std::string prompt(const WorkedQuestion& item, const std::vector<std::string>& steps, std::size_t count,
                   Wording wording) {
  const bool japanese = text::detect_language(item.question) == text::Language::japanese;
  std::string out = (japanese ? "問題: " : "Question: ") + item.question + "\n\n";
  if (wording == kBlind)
    return out + (japanese
                      ? "途中の手順を書かずに、すぐに答えてください。一行で「答え: 」に続けて書いてください。"
                      : "Give the answer at once, without any steps, in one line: \"Answer: ...\"");
  out += japanese ? "ここまでの手順:\n" : "The steps so far:\n";
  for (std::size_t i = 0; i < count; ++i)
    out += (wording == kNumbered ? numbered(i, steps[i]) : steps[i]) + "\n";
  return out + (japanese
                    ? "\nこの手順の続きから答えを出してください。最後の行に「答え: 」に続けて書いてください。"
                    : "\nGo on from these steps to the answer. End with one line: \"Answer: ...\"");
}

ReplyKey key_of(const WorkedQuestion& item, std::size_t wording) {
  return {"corruption", item.id, wording};
}

std::uint64_t seed_of(const WorkedQuestion& item, std::uint64_t seed) {
  return base::hash64(item.id, seed);
}

// What is compared of an answer: digits without separators, letters, each folded.
std::string compared(std::string_view answer) {
  const std::string folded = text::normalise(answer);
  const auto numbers = numbers_in(folded);
  if (numbers.empty()) {
    std::string letters;
    for (std::size_t at = 0; at < folded.size();) {
      const auto c = text::code_point_at(folded, at);
      if (c.value >= 0x80 || text::is_ascii_lower(c.value) || text::is_ascii_digit(c.value))
        letters += folded.substr(at, c.length);
      at += c.length;
    }
    return letters;
  }
  const Span number = numbers.back();
  std::string out;
  if (number.begin > 0 && folded[number.begin - 1] == '-') out = "-";
  for (const char c : number.of(folded))
    if (c != ',') out += c;
  if (out.find('.') != out.npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  return out;
}

}  // namespace

std::optional<Corruption> corrupt(const std::vector<std::string>& steps, std::uint64_t seed) {
  base::Rng rng(seed);
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i)
    if (!numbers_in(steps[i]).empty()) able.push_back(i);
  rng.shuffle(able);
  for (const std::size_t step : able) {
    const std::string& text = steps[step];
    const auto numbers = numbers_in(text);
    const Span stated = *stated_number(text, numbers);
    const std::string was(stated.of(text));
    const std::string now = other_number(was, rng);
    if (now.empty()) continue;
    const std::size_t from = std::min(first_equals(text), stated.begin);
    Corruption out{steps, step, was, now};
    std::string changed;
    std::size_t kept = 0;
    for (const Span& number : numbers) {
      if (number.begin < from || number.of(text) != was) continue;
      changed += text.substr(kept, number.begin - kept) + now;
      kept = number.end;
    }
    out.steps[step] = changed + text.substr(kept);
    return out;
  }
  return std::nullopt;
}

std::vector<Ask> plan_corruption(const std::vector<WorkedQuestion>& questions, std::uint64_t seed) {
  std::vector<Ask> plan;
  for (const WorkedQuestion& item : questions) {
    const auto corruption = corrupt(item.steps, seed_of(item, seed));
    if (!corruption) continue;
    for (std::size_t wording = 0; wording < kWordings; ++wording) {
      const auto& steps = wording == kCorrupted ? corruption->steps : item.steps;
      Ask ask;
      ask.key = key_of(item, wording);
      ask.messages.push_back(
          {.content = prompt(item, steps, corruption->step + 1, static_cast<Wording>(wording))});
      ask.reply_tokens = wording == kBlind ? 15 : 120;
      plan.push_back(std::move(ask));
    }
  }
  return plan;
}

CorruptionReport measure_corruption(const std::vector<WorkedQuestion>& questions, std::uint64_t seed,
                                    const model::asking::Replies& replies) {
  CorruptionReport report;
  std::vector<double> changed, repeat;
  std::size_t blind = 0, only_changed = 0, only_repeat = 0;
  for (const WorkedQuestion& item : questions) {
    if (!corrupt(item.steps, seed_of(item, seed))) continue;
    ++report.asked;
    std::array<std::string, kWordings> answers;
    for (std::size_t wording = 0; wording < kWordings; ++wording)
      if (const auto* reply = replies.find(key_of(item, wording)))
        answers[wording] = compared(stated_answer(reply->text));
    if (std::any_of(answers.begin(), answers.end(), [](const auto& one) { return one.empty(); })) {
      ++report.unusable;
      continue;
    }
    const bool moved = answers[kCorrupted] != answers[kIntact];
    const bool noise = answers[kNumbered] != answers[kIntact];
    changed.push_back(moved ? 1 : 0);
    repeat.push_back(noise ? 1 : 0);
    blind += answers[kBlind] == answers[kIntact] ? 1 : 0;
    only_changed += moved && !noise ? 1 : 0;
    only_repeat += noise && !moved ? 1 : 0;
  }
  const auto count = [](const std::vector<double>& flags) {
    return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), 1.0));
  };
  report.changed = stats::share_of(count(changed), changed.size());
  report.repeat = stats::share_of(count(repeat), repeat.size());
  report.blind = stats::share_of(blind, changed.size());
  const auto difference = stats::paired_bootstrap(changed, repeat, {.seed = seed});
  report.difference = difference.mean;
  report.interval = difference.interval;
  report.p_value = stats::mcnemar_exact(only_changed, only_repeat);
  return report;
}

std::string stated_answer(std::string_view reply) {
  constexpr std::array<std::string_view, 6> kMarks = {"Answer:", "answer:", "answer is",
                                                      "答え:",   "答え：",  "答えは"};
  if (const std::size_t thought = reply.rfind("</think>"); thought != reply.npos)
    reply.remove_prefix(thought + 8);
  std::size_t from = reply.npos;
  for (const std::string_view mark : kMarks)
    if (const std::size_t at = reply.rfind(mark); at != reply.npos)
      from = from == reply.npos ? at + mark.size() : std::max(from, at + mark.size());
  const auto trimmed = [](std::string_view line) {
    const auto spare = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '*'; };
    while (!line.empty() && spare(line.front())) line.remove_prefix(1);
    while (!line.empty() && (spare(line.back()) || line.back() == '.')) line.remove_suffix(1);
    return std::string(text::prefix(line, 300));
  };
  if (from != reply.npos) {
    const std::string_view rest = reply.substr(from);
    const std::size_t begin = std::min(rest.find_first_not_of(" \t\r\n*"), rest.size());
    const std::string_view line = rest.substr(begin);
    return trimmed(line.substr(0, line.find('\n')));
  }
  if (const auto numbers = numbers_in(reply); !numbers.empty()) {
    Span last = numbers.back();
    if (last.begin > 0 && reply[last.begin - 1] == '-') --last.begin;
    return std::string(last.of(reply));
  }
  while (!reply.empty() && (reply.back() == '\n' || reply.back() == ' ')) reply.remove_suffix(1);
  const std::size_t line = reply.rfind('\n');
  return trimmed(line == reply.npos ? reply : reply.substr(line + 1));
}

}  // namespace genkai::limits::reasoning::steps
