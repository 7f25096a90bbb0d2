#include "answer/earlier_answers.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "answer/conversation.h"
#include "answer/stated.h"
#include "limits/reasoning/consistency/memory.h"

namespace genkai::answer {
namespace {

using limits::reasoning::Claim;
using limits::reasoning::ConversationMemory;

constexpr std::size_t kMessages = 64;
constexpr double kTurnSeconds = 0.05;
constexpr std::chrono::milliseconds kAll{800};

std::string quoted(const std::string& text, text::Language language) {
  return language == text::Language::japanese ? "「" + text + "」" : "\"" + text + "\"";
}

}  // namespace

std::optional<EarlierAnswers> earlier_answers_named(std::string_view name) {
  if (name == "off") return EarlierAnswers::off;
  if (name == "report") return EarlierAnswers::report;
  if (name == "repair") return EarlierAnswers::repair;
  return std::nullopt;
}

HeldToEarlier hold_to_earlier(const std::vector<model::ChatMessage>& messages, std::string_view question,
                              std::string_view answer, text::Language language) {
  const auto until = std::chrono::steady_clock::now() + kAll;
  limits::reasoning::ConsistencyOptions options;
  options.repair.seconds = kTurnSeconds;
  options.repair.stop = [until] { return std::chrono::steady_clock::now() > until; };
  ConversationMemory memory({}, options);

  HeldToEarlier held;
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (messages[i].role == "assistant" && !messages[i].content.empty()) own.push_back(i);
  if (own.size() > kMessages) own.erase(own.begin(), own.end() - kMessages);
  std::set<std::string> disputed;  // ids
  for (const std::size_t place : own) {
    if (options.repair.stop()) break;
    const std::vector<model::ChatMessage> before(messages.begin(),
                                                 messages.begin() + static_cast<std::ptrdiff_t>(place));
    auto claims = claims_of_answer(read_conversation(before, {}).question, messages[place].content);
    if (claims.empty()) continue;
    ++held.answers;
    held.claims += claims.size();
    for (const auto& one : memory.add(std::move(claims), language)) {
      disputed.insert(one.claim.id);
      for (const Claim& earlier : one.earlier) disputed.insert(earlier.id);
    }
  }
  if (held.claims == 0) return held;
  for (const auto& one : memory.add(claims_of_answer(question, answer), language)) {
    HeldToEarlier::Contradiction found{one.claim.text, {}, one.why, false};
    for (const Claim& earlier : one.earlier) {
      found.earlier.push_back(earlier.text);
      found.in_dispute = found.in_dispute || disputed.contains(earlier.id);
    }
    held.contradictions.push_back(std::move(found));
  }
  return held;
}

void act_on(HeldToEarlier& held, EarlierAnswers how, text::Language language, core::Answer& answer) {
  if (how != EarlierAnswers::repair || answer.outcome != core::Outcome::answered) return;
  const auto against = std::find_if(held.contradictions.begin(), held.contradictions.end(),
                                    [](const auto& one) { return !one.in_dispute && !one.earlier.empty(); });
  if (against == held.contradictions.end()) return;
  const bool japanese = language == text::Language::japanese;
  const std::string before = quoted(against->earlier.front(), language);
  const bool from_sources =
      std::all_of(answer.answers.begin(), answer.answers.end(), [](const core::AnswerItem& item) {
        return !item.citations.empty() && (item.model.empty() || item.by_quote);
      });
  if (from_sources) {
    held.correction = japanese
                          ? "訂正: この会話では以前に" + before + "と答えましたが、資料にはそうありません。"
                          : "Correction: earlier in this conversation the answer was " + before +
                                "; the documents say otherwise.";
    return;
  }
  held.withheld = true;
  answer.outcome = core::Outcome::abstained;
  answer.reason = core::Reason::low_confidence;
  answer.message =
      japanese
          ? "この会話で以前に答えた" + before + "と両立しない答えになりました。"
          : "The answer cannot be true together with an earlier one of this conversation, " + before + ".";
  answer.rejected = std::move(answer.answers);
  answer.answers.clear();
  answer.certificates.clear();
}

base::Json to_json(const HeldToEarlier& held) {
  base::Json contradictions = base::Json::array();
  for (const auto& one : held.contradictions) {
    base::Json earlier = base::Json::array();
    for (const std::string& text : one.earlier) earlier.push(text);
    contradictions.push(base::Json::object({{"says", one.says},
                                            {"earlier", std::move(earlier)},
                                            {"why", one.why},
                                            {"in_dispute", one.in_dispute}}));
  }
  base::Json out = base::Json::object({{"answers", held.answers},
                                       {"claims", held.claims},
                                       {"contradictions", std::move(contradictions)},
                                       {"action", held.withheld             ? "withheld"
                                                  : held.correction.empty() ? "none"
                                                                            : "corrected"}});
  if (!held.correction.empty()) out.set("correction", held.correction);
  return out;
}

}  // namespace genkai::answer
