#include "model/asking/answer_key.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/reply_object.h"
#include "text/analyzer.h"
#include "text/question.h"
#include "text/refusal.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::model::asking {
namespace {

using base::Json;

constexpr std::size_t kMostAnswer = 300;  // code points
constexpr std::size_t kShort = 200;       // code points: more is an answer that mentions what does not exist

std::string trimmed(std::string_view raw) {
  const std::string text = text::to_valid_utf8(raw.substr(0, 16 << 10));
  const std::size_t begin = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return std::string(text::prefix(std::string_view(text).substr(begin, end - begin + 1), kMostAnswer));
}

bool has_japanese(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    if (text::is_japanese_letter(c.value)) return true;
    at += c.length;
  }
  return false;
}

// Whether the word goes on from `inside` to `outside`: 京都 does not stand in 東京都, nor ローマ in ローマン.
bool goes_on(char32_t inside, char32_t outside, bool after) {
  if (text::is_kanji(inside) && text::is_kanji(outside)) {
    constexpr std::u32string_view kEndings = U"市県府都州国区町村島人年月日円語氏";
    return !after || kEndings.find(outside) == std::u32string_view::npos;
  }
  if (text::is_katakana(inside)) return text::is_katakana(outside);
  const auto latin = [](char32_t c) {
    return text::is_ascii_letter(c) || text::is_ascii_digit(c) || (c >= 0xC0 && c < 0x250);
  };
  return latin(inside) && latin(outside);
}

bool stands_in(std::string_view reply, std::string_view answer) {
  for (std::size_t at = reply.find(answer); at != std::string_view::npos; at = reply.find(answer, at + 1)) {
    const std::size_t end = at + answer.size();
    const bool before = at > 0 && goes_on(text::code_point_at(answer, 0).value,
                                          text::code_point_before(reply, at).value, false);
    const bool after = end < reply.size() && goes_on(text::code_point_before(answer, answer.size()).value,
                                                     text::code_point_at(reply, end).value, true);
    if (!before && !after) return true;
  }
  return false;
}

std::vector<std::string> terms_of(std::string_view text) {
  thread_local text::Analyzer analyzer;
  return analyzer.terms(text);
}

bool is_amount(const text::TypedSpan& span) {
  return span.type == text::AnswerType::date || span.type == text::AnswerType::number;
}

}  // namespace

ShortReply read_short_reply(std::string_view text) {
  ShortReply reply;
  const std::size_t thought = text.rfind("</think>");
  if (thought != std::string_view::npos) text.remove_prefix(thought + 8);
  reply.usable = text.find_first_not_of(" \t\r\n") != std::string_view::npos;
  reply.object = find_reply_object(text, "answer");
  if (!reply.object) {
    reply.answer = trimmed(text);
    return reply;
  }
  const Json& answer = *reply.object->find("answer");
  reply.answer = trimmed(answer.is_string() ? std::string(answer.as_string())
                         : answer.is_null() ? std::string()
                                            : answer.dump());
  return reply;
}

bool declines(std::string_view answer) {
  if (text::says_unknown(answer)) return true;
  static constexpr std::array<std::string_view, 27> kSigns{
      "does not exist", "doesn't exist", "do not exist",     "no such",        "not a real",
      "not real",       "fictional",     "fictitious",       "cannot answer",  "can't answer",
      "unable to",      "not aware of",  "no record",        "no information", "not familiar with",
      "has no answer",  "存在しません",  "存在しない",       "架空",           "実在しません",
      "実在しない",     "聞いたことが",  "情報がありません", "答えられません", "知りません",
      "わからない",     "分からない"};
  const std::string normalised = text::normalise(answer);
  return text::count_code_points(normalised) <= kShort &&
         std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return normalised.find(sign) != std::string::npos; });
}

AnswerKey::AnswerKey(const std::vector<std::string>& answers) {
  for (const std::string& answer : answers) {
    One one;
    one.normalised = text::normalise(trimmed(answer));
    if (one.normalised.empty()) continue;
    for (const auto& span : text::find_typed_spans(answer))
      if (is_amount(span) && span.span.begin == 0 && span.span.end == answer.size()) {
        one.value = span.value;
        one.date = span.type == text::AnswerType::date;
        break;
      }
    if (!has_japanese(one.normalised)) one.terms = terms_of(answer);
    answers_.push_back(std::move(one));
  }
}

bool AnswerKey::matches(std::string_view reply) const {
  const std::string normalised = text::normalise(reply);
  std::vector<text::TypedSpan> spans;
  std::vector<std::string> terms;
  bool looked = false, analysed = false;
  for (const One& one : answers_) {
    if (!one.value.empty()) {
      if (!looked) spans = text::find_typed_spans(reply), looked = true;
      for (const auto& span : spans)
        if (is_amount(span) &&
            (span.value == one.value || (one.date && span.value.starts_with(one.value + "-"))))
          return true;
    } else if (one.terms.empty()) {
      if (stands_in(normalised, one.normalised)) return true;
    } else {
      if (!analysed) terms = terms_of(reply), analysed = true;
      if (std::search(terms.begin(), terms.end(), one.terms.begin(), one.terms.end()) != terms.end())
        return true;
    }
  }
  return false;
}

bool say_the_same(const std::string& a, const std::string& b, const AnswerKey& key) {
  const bool first = key.matches(a), second = key.matches(b);
  if (first || second) return first == second;
  return AnswerKey({a}).matches(b) || AnswerKey({b}).matches(a);
}

std::optional<double> answer_probability(const Sample& sample) {
  if (sample.tokens.empty()) return {};
  std::string text;
  for (const auto& token : sample.tokens) text += token.token;
  // The last "answer" is that of the object that is read.
  std::size_t begin = 0, end = text.size();
  if (const std::size_t name = text.rfind("\"answer\""); name != std::string::npos) {
    begin = text.find_first_not_of(" \t\r\n:", name + 8);
    if (begin == std::string::npos) return {};
    if (text[begin] == '"') {
      for (end = ++begin; end < text.size() && text[end] != '"'; ++end)
        if (text[end] == '\\') ++end;
    } else {
      end = text.find_first_of(",}\n", begin);
    }
    end = std::min(end, text.size());
  }
  double sum = 0;
  std::size_t at = 0, used = 0;
  for (const auto& token : sample.tokens) {
    const std::size_t next = at + token.token.size();
    if (at < end && next > begin) sum += token.logprob, ++used;
    at = next;
  }
  if (used == 0 || !std::isfinite(sum)) return {};
  return std::exp(std::min(sum, 0.0));
}

}  // namespace genkai::model::asking
