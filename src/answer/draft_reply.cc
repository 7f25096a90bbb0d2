#include "answer/draft_reply.h"

#include <algorithm>
#include <optional>

#include "answer/draft_value.h"
#include "answer/gold_answer.h"
#include "base/json.h"
#include "limits/reasoning/steps/draft_steps.h"
#include "model/native/completion_form.h"
#include "model/reply_object.h"
#include "text/analyzer.h"
#include "text/hidden.h"
#include "text/refusal.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::answer {
namespace {

using base::Json;
using core::Draft;
using core::Stance;

constexpr std::size_t kMaxQuotes = 6;
constexpr std::size_t kMaxAnswer = 300;  // code points

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

Shown::Shown(const std::vector<core::Evidence>& evidence, std::vector<std::size_t> places)
    : evidence_(&evidence), places_(std::move(places)) {
  finders_.reserve(places_.size());
  for (const std::size_t place : places_) finders_.emplace_back(evidence[place].passage.text);
}

std::vector<std::string> Shown::sentences(std::size_t number) const {
  const std::string& passage = (*evidence_)[place(number)].passage.text;
  std::vector<std::string> out;
  for (const text::Span& span : text::split_sentences(passage)) out.emplace_back(span.of(passage));
  return out;
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
  const std::optional<Json> json = model::find_reply_object(text, "answer");
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
  if (draft.text.empty() || text::says_unknown(draft.text)) {
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
  namespace steps = limits::reasoning::steps;
  steps::hold_steps(steps::stated_steps(text, *json), meaning.text, draft);
  return draft;
}

Draft read_plain_reply(std::string_view text, const Shown& shown, const core::Interpretation& meaning,
                       const std::string& model) {
  constexpr std::size_t kMostQuotes = 3;
  Draft draft;
  draft.model = model;
  draft.text = clean(text.substr(0, text.find('\n')));
  if (draft.text.empty() || text::normalise(draft.text) == model::native::kUnknownAnswer ||
      text::says_unknown(draft.text)) {
    draft.stance = Stance::abstains;
    return draft;
  }
  text::Analyzer analyzer;
  std::vector<std::pair<double, std::string>> found;  // weight of the question's terms in it, sentence
  for (std::size_t number = 1; number <= shown.size(); ++number)
    for (std::string& sentence : shown.sentences(number)) {
      if (!holds_answer(sentence, {draft.text})) continue;
      const std::vector<std::string> terms = analyzer.terms(sentence);
      double shared = 0;
      for (const core::WeightedTerm& term : meaning.terms)
        if (std::find(terms.begin(), terms.end(), term.term) != terms.end()) shared += term.weight;
      found.emplace_back(shared, std::move(sentence));
    }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [shared, sentence] : found) {
    // What shares less with the question than half of the best says something else.
    if (draft.citations.size() >= kMostQuotes || shared < found.front().first / 2) break;
    shown.cite(sentence, 0, draft);
  }
  set_value(draft, meaning.focus);
  return draft;
}

}  // namespace genkai::answer
