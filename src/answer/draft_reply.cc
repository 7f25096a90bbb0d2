#include "answer/draft_reply.h"

#include <algorithm>
#include <array>
#include <optional>

#include "answer/draft_value.h"
#include "base/json.h"
#include "text/hidden.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::answer {
namespace {

using base::Json;
using core::Draft;
using core::Stance;

constexpr std::size_t kMaxReply = 64 << 10;  // bytes that are looked at
constexpr std::size_t kMaxTries = 32;        // opening braces that are tried
constexpr std::size_t kMaxQuotes = 6;
constexpr std::size_t kMaxAnswer = 300;     // code points
constexpr std::size_t kShortRefusal = 120;  // code points: more is an answer that mentions what is missing

// The end of the object that opens at `at`, strings understood; npos when it never closes.
std::size_t closing(std::string_view text, std::size_t at) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

// The last object with an answer: what models think aloud comes before it.
std::optional<Json> find_object(std::string_view text) {
  const std::size_t thought = text.rfind("</think>");
  if (thought != std::string_view::npos) text.remove_prefix(thought + 8);
  text = text.substr(0, kMaxReply);
  std::optional<Json> found;
  std::size_t tries = 0;
  for (std::size_t at = text.find('{'); at != std::string_view::npos && tries < kMaxTries; ++tries) {
    const std::size_t end = closing(text, at);
    std::size_t next = at + 1;
    if (end != std::string_view::npos) {
      auto json = Json::parse(text.substr(at, end - at));
      if (json && json->find("answer")) {
        found = std::move(*json);
        next = end;
      }
    }
    at = text.find('{', next);
  }
  return found;
}

std::string clean(std::string_view raw) {
  std::string out;
  for (const char c : text::strip_hidden(text::to_valid_utf8(raw))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  const std::size_t begin = out.find_first_not_of(' '), end = out.find_last_not_of(' ');
  return begin == std::string::npos
             ? std::string()
             : std::string(text::prefix(out.substr(begin, end - begin + 1), kMaxAnswer));
}

}  // namespace

bool says_not_there(const std::string& answer) {
  static constexpr std::array<std::string_view, 21> kSigns{
      "not in the passages", "not answered",     "no answer",     "not mentioned",    "not specified",
      "not provided",        "not stated",       "do not answer", "does not answer",  "cannot be determined",
      "don't know",          "do not know",      "not sure",      "抜粋にありません", "記載がありません",
      "書かれていません",    "答えはありません", "不明",          "わかりません",     "分かりません",
      "記載されていません"};
  const std::string normalised = text::normalise(answer);
  if (normalised == "unknown" || normalised == "n/a" || normalised == "none" || normalised == "null")
    return true;
  return text::count_code_points(normalised) <= kShortRefusal &&
         std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return normalised.find(sign) != std::string::npos; });
}

Shown::Shown(const std::vector<core::Evidence>& evidence, std::vector<std::size_t> places)
    : evidence_(&evidence), places_(std::move(places)) {
  finders_.reserve(places_.size());
  for (const std::size_t place : places_) finders_.emplace_back(evidence[place].passage.text);
}

bool Shown::cite(std::string_view quote, std::int64_t number, Draft& draft) const {
  std::vector<std::size_t> order;
  if (number >= 1 && number <= static_cast<std::int64_t>(size()))
    order.push_back(static_cast<std::size_t>(number) - 1);
  for (std::size_t i = 0; i < size(); ++i)
    if (order.empty() || order.front() != i) order.push_back(i);
  for (const std::size_t i : order) {
    const auto place = finders_[i].find(quote);
    if (!place) continue;
    const core::Evidence& own = (*evidence_)[places_[i]];
    const core::Passage& passage = own.passage;
    const std::string words(place->of(passage.text));
    // The evidence of a draft is what is not out of date, if it cites such.
    const bool stale = (*evidence_)[draft.evidence].suspected(core::Suspicion::stale);
    if (draft.citations.empty() || (stale && !own.suspected(core::Suspicion::stale)))
      draft.evidence = places_[i];
    const bool known =
        std::any_of(draft.citations.begin(), draft.citations.end(), [&](const core::Citation& citation) {
          return citation.passage == passage.id && citation.quote == words;
        });
    if (!known)
      draft.citations.push_back(
          {passage.document, passage.id, passage.heading, passage.page, passage.line, words});
    return true;
  }
  return false;
}

Draft read_reply(std::string_view text, const Shown& shown, const core::Interpretation& meaning,
                 const std::string& model) {
  Draft draft;
  draft.model = model;
  const std::optional<Json> json = find_object(text);
  const Json* answer = json ? json->find("answer") : nullptr;
  if (!answer || !(answer->is_string() || answer->is_number() || answer->is_bool() || answer->is_null())) {
    draft.stance = Stance::unusable;
    draft.text = clean(text);
    return draft;
  }
  if (answer->is_bool())
    draft.text = answer->as_bool() ? "yes" : "no";
  else
    draft.text = clean(answer->is_number() ? answer->dump() : std::string(answer->as_string()));
  if (draft.text.empty() || says_not_there(draft.text)) {
    draft.stance = Stance::abstains;
    return draft;
  }
  std::size_t read = 0;
  if (const Json* quotes = json->find("quotes"))
    for (const Json& item : quotes->items()) {
      if (++read > kMaxQuotes) break;
      const std::string quote = item.is_string() ? std::string(item.as_string()) : item.string("quote");
      const Json* number = item.find("passage");
      if (quote.empty() || shown.cite(quote, number ? number->as_int() : 0, draft)) continue;
      draft.claims.push_back({clean(quote), core::Verdict::not_checkable, "stands in no passage"});
    }
  set_value(draft, meaning.focus);
  return draft;
}

}  // namespace genkai::answer
