#include "logic/solve/answer.h"

#include <algorithm>
#include <array>

#include "logic/solve/names.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::logic::solve {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return lower;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_space(text.back()) || text.back() == '.')) text.remove_suffix(1);
  if (text.ends_with("。")) text.remove_suffix(3);
  return std::string(text);
}

// FromNorth and from_north: from, north.
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool capital = c >= 'A' && c <= 'Z';
    const bool after_small = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (c == '_' || c == '-' || c == ' ' || (capital && after_small)) {
      if (!parts.back().empty()) parts.emplace_back();
      if (!capital) continue;
    }
    parts.back() += c;
  }
  static constexpr std::array kGrammar = {"is", "are", "has", "have", "be", "a", "an", "the"};
  std::erase_if(parts, [](const std::string& part) {
    return part.empty() || std::find(kGrammar.begin(), kGrammar.end(), lowered(part)) != kGrammar.end();
  });
  return parts;
}

bool denies(const std::string& word) {
  static constexpr std::array kWords = {"not", "never",   "no",      "cannot",
                                        "nor", "neither", "without", "nobody"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end() || word.ends_with("n't") ||
         word.ends_with("n’t");
}
bool complicates(const std::string& word) {
  static constexpr std::array kWords = {"and",  "or",    "but",    "if",        "unless", "either",
                                        "only", "false", "untrue", "incorrect", "wrong"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    const std::string_view bytes = text.substr(at, c.length);
    at += c.length;
    if (text::is_ascii_letter(c.value) || text::is_ascii_digit(c.value) || c.value == '\'' ||
        c.value == 0x2019 ||
        (c.value >= 0x80 && c.valid && !text::is_space(c.value) && !(c.value >= 0x3001 && c.value <= 0x3004)))
      words.back() += bytes;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::optional<Truth> truth_said(std::string_view text) {
  static constexpr std::array kYes = {"true", "yes", "correct", "entailed", "真", "正しい", "はい"};
  static constexpr std::array kNo = {"false", "no",   "incorrect",  "refuted",
                                     "偽",    "誤り", "正しくない", "いいえ"};
  static constexpr std::array kUnknown = {
      "unknown", "uncertain", "undetermined", "cannot be determined", "cannot tell",
      "neither", "不明",      "わからない",   "分からない",           "判断できない"};
  const std::string lower = lowered(trimmed(text));
  const auto in = [&](const auto& list) { return std::find(list.begin(), list.end(), lower) != list.end(); };
  if (in(kYes)) return Truth::yes;
  if (in(kNo)) return Truth::no;
  if (in(kUnknown)) return Truth::unknown;
  return std::nullopt;
}

std::vector<Option> options_of(const std::vector<std::string>& options) {
  std::vector<Option> all;
  for (const std::string& whole : options) {
    std::string_view text = whole;
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    std::string_view rest = text;
    const bool open = rest.starts_with('(');
    if (open) rest.remove_prefix(1);
    std::size_t length = 0;
    while (length < rest.size() && length < 3 &&
           text::is_ascii_letter(static_cast<unsigned char>(rest[length])))
      ++length;
    while (length < rest.size() && length < 3 &&
           text::is_ascii_digit(static_cast<unsigned char>(rest[length])))
      ++length;
    const bool closed = length > 0 && length < rest.size() &&
                        (rest[length] == ')' || (!open && (rest[length] == '.' || rest[length] == ':')));
    if (closed && (rest[length] != '.' || length == 1))
      all.push_back({std::string(rest.substr(0, length)), trimmed(rest.substr(length + 1))});
    else
      all.push_back({"", trimmed(text)});
  }
  return all;
}

void choose(Truth truth, const std::vector<Option>& options, Solution& solution) {
  solution.status = Status::ok;
  if (options.empty()) {
    solution.answer = truth == Truth::yes ? "True" : truth == Truth::no ? "False" : "Unknown";
    if (truth == Truth::unknown) solution.status = Status::undetermined, solution.answer.clear();
    return;
  }
  bool any = false;
  for (const Option& option : options) {
    const auto said = truth_said(option.text);
    any = any || said;
    if (said == truth) {
      solution.answer = option.name();
      return;
    }
  }
  solution.status = truth == Truth::unknown ? Status::undetermined : Status::ambiguous;
  if (truth != Truth::unknown || !any)
    solution.why = {What::no_such_option,
                    {truth == Truth::no    ? "False"
                     : truth == Truth::yes ? "True"
                                           : "Unknown"}};
}

void choose_one(const std::vector<bool>& holds, const std::vector<std::string>& names, Solution& solution) {
  std::string several;
  std::size_t count = 0;
  for (std::size_t i = 0; i < holds.size(); ++i) {
    if (!holds[i]) continue;
    ++count;
    several += (several.empty() ? "" : ", ") + names[i];
  }
  solution.status = count == 1 ? Status::ok : Status::ambiguous;
  if (count == 1) solution.answer = several;
  if (count > 1) solution.why = {What::several_follow, {several}};
  if (count == 0) solution.why = {What::none_follows, {}};
}

std::optional<std::size_t> option_with(const std::vector<Option>& options, const std::string& value) {
  std::optional<std::size_t> found;
  const std::string key = name_key(value);
  for (std::size_t i = 0; i < options.size(); ++i) {
    const auto words = words_of(options[i].text);
    const bool here =
        name_key(options[i].text) == key ||
        std::any_of(words.begin(), words.end(), [&](const auto& word) { return name_key(word) == key; });
    if (!here) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

std::optional<bool> stated(std::string_view question, const std::vector<std::string>& names) {
  std::vector<std::string> wanted;
  for (const std::string& name : names)
    for (const std::string& part : parts_of(name)) wanted.push_back(name_key(part));
  if (wanted.empty()) return std::nullopt;
  const auto sentences = text::split_sentences(question);
  for (auto sentence = sentences.rbegin(); sentence != sentences.rend(); ++sentence) {
    std::vector<std::string> keys;
    std::size_t denials = 0;
    bool plain = true;
    for (const std::string& word : words_of(sentence->of(question))) {
      const std::string lower = lowered(word);
      denials += denies(lower);
      plain = plain && !complicates(lower);
      keys.push_back(name_key(lower));
    }
    const bool all = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
      return std::find(keys.begin(), keys.end(), one) != keys.end();
    });
    if (all) return plain && denials < 2 ? std::optional<bool>(denials == 0) : std::nullopt;
  }
  return std::nullopt;
}

Modality modality_of(std::string_view question) {
  std::string lower = " ";
  for (const std::string& word : words_of(question)) lower += lowered(word) + " ";
  const auto says = [&](std::string_view words) { return lower.find(words) != std::string::npos; };
  const bool except = says(" except ");
  if (says(" must be false ") || says(" cannot be true ") || says(" can't be true ") ||
      says(" could not be true "))
    return except ? Modality::could_be_true : Modality::must_be_false;
  if (says(" could be true ") || says(" can be true ") || says(" possibly be true "))
    return except ? Modality::must_be_false : Modality::could_be_true;
  if (says(" could be false ") || says(" can be false "))
    return except ? Modality::must_be_true : Modality::could_be_false;
  return except && says(" must be true ") ? Modality::could_be_false : Modality::must_be_true;
}

}  // namespace genkai::logic::solve
