#include "answer/question_forms.h"

#include <algorithm>
#include <array>

#include "answer/gold_answer.h"

namespace genkai::answer {

std::string QuestionForm::render(const std::vector<std::size_t>& left_out) const {
  const bool spaced = language != text::Language::japanese;
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (std::find(left_out.begin(), left_out.end(), i) != left_out.end() || pieces[i].text.empty()) continue;
    if (spaced && !out.empty()) out += ' ';
    out += pieces[i].text;
  }
  if (!spaced) return out + "か";
  while (!out.empty() && (out.back() == ',' || out.back() == ' ')) out.pop_back();
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out + "?";
}

std::string without_brackets(std::string_view sentence) {
  struct Pair {
    std::string_view open, close;
  };
  static constexpr std::array<Pair, 4> kPairs{{{"(", ")"}, {"（", "）"}, {"[", "]"}, {"〔", "〕"}}};
  std::string out;
  int depth = 0;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::string_view rest = sentence.substr(at);
    const auto opens = std::find_if(kPairs.begin(), kPairs.end(),
                                    [&](const Pair& pair) { return rest.starts_with(pair.open); });
    const auto closes = std::find_if(kPairs.begin(), kPairs.end(),
                                     [&](const Pair& pair) { return rest.starts_with(pair.close); });
    if (opens != kPairs.end()) {
      ++depth;
      at += opens->open.size();
    } else if (closes != kPairs.end()) {
      depth = std::max(0, depth - 1);
      at += closes->close.size();
    } else {
      const char c = sentence[at++];
      const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (depth > 0 || (space && (out.empty() || out.back() == ' '))) continue;
      const bool closing = c == ',' || c == '.' || c == ';';
      if (closing && !out.empty() && out.back() == ' ') out.pop_back();
      out += space ? ' ' : c;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool looks_like_markup(std::string_view sentence) {
  static constexpr std::array<std::string_view, 20> kSigns{"|", "http", "www.", "{", "}",   "<", ">",
                                                           "=", "\\",   "::",   "_", "://", "#", "→",
                                                           "•", "@",    "...",  "…", "±",   "×"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return sentence.find(sign) != std::string_view::npos; });
}

std::vector<QuestionForm> form_questions(std::string_view sentence, text::Language language,
                                         std::string_view context) {
  constexpr std::size_t kLongest = 1200;  // bytes; longer "sentences" are lists and tables
  if (sentence.size() > kLongest || language == text::Language::other) return {};
  auto forms = language == text::Language::japanese ? form_japanese_questions(sentence)
                                                    : form_english_questions(sentence, context);
  std::erase_if(forms, [](const QuestionForm& form) {
    const std::string question = form.render({});
    return text::analyse_question(question).type != form.type || holds_answer(question, form.answers);
  });
  return forms;
}

}  // namespace genkai::answer
