#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/rng.h"
#include "limits/hallucination/probe/ask.h"
#include "limits/hallucination/probe/follow_up.h"
#include "limits/hallucination/probe/judge.h"
#include "limits/hallucination/probe/prompts.h"
#include "text/text.h"

namespace genkai::limits::hallucination::probe {
namespace {

constexpr double kSampling = 0.7;  // temperature at which a question is asked again
constexpr std::uint64_t kExplanationTokens = 90;

Ask follow_up(ReplyKey key, std::vector<model::ChatMessage> messages, const std::string& explanation,
              text::Language language) {
  Ask next;
  next.key = std::move(key);
  next.messages = std::move(messages);
  next.schema = reply_schema(true);
  constexpr std::size_t kMostExplanation = 4000;  // code points that go back to the model
  next.messages.push_back(
      {.role = "assistant", .content = std::string(text::prefix(explanation, kMostExplanation))});
  next.messages.push_back({.role = "user", .content = stand_question(language)});
  return next;
}

std::string language_name(text::Language language) {
  return language == text::Language::japanese ? "ja" : "en";
}

}  // namespace

base::Result<Parts> parse_parts(const std::string& names) {
  Parts parts;
  if (names.empty()) return parts;
  parts = {false, false, false, false, false, false};
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    const std::string name = names.substr(at, end - at);
    at = end + 1;
    bool* part = name == "accuracy"        ? &parts.accuracy
                 : name == "calibration"   ? &parts.calibration
                 : name == "abstention"    ? &parts.abstention
                 : name == "contradiction" ? &parts.contradiction
                 : name == "snowballing"   ? &parts.snowballing
                 : name == "freshness"     ? &parts.freshness
                                           : nullptr;
    if (!part)
      return base::fail(base::Code::invalid_argument, "\"" + name + "\" is no part of this probe",
                        "there are accuracy, calibration, abstention, contradiction, snowballing and "
                        "freshness");
    *part = true;
  }
  return parts;
}

std::string wrong_answer(const FactSet& facts, std::size_t at, std::uint64_t seed) {
  const Fact& fact = facts.facts[at];
  if (!fact.wrong.empty()) return fact.wrong;
  const AnswerKey key(fact.answers);
  std::vector<AnswerKey> older;
  for (const auto& one : fact.changed) older.emplace_back(one.answers);
  base::Rng rng(base::hash64(fact.id, seed));
  constexpr std::size_t kTries = 200;
  for (std::size_t i = 0; i < kTries; ++i) {
    const Fact& other = facts.facts[rng.below(facts.facts.size())];
    if (!other.answerable() || other.type != fact.type || other.language != fact.language) continue;
    const std::string& drawn = other.answers.front();
    if (key.matches(drawn) || AnswerKey({drawn}).matches(fact.answers.front())) continue;
    if (std::any_of(older.begin(), older.end(), [&](const AnswerKey& one) { return one.matches(drawn); }))
      continue;
    return drawn;
  }
  return {};
}

std::vector<Ask> plan_asks(const FactSet& facts, const AskOptions& options) {
  std::vector<Ask> plan;
  const Parts& parts = options.parts;
  std::set<std::string> blind;
  const auto ask = [&](Purpose purpose, std::string id, std::size_t wording,
                       std::vector<model::ChatMessage> messages) -> Ask& {
    Ask one;
    one.key = key_of(purpose, std::move(id), wording);
    one.messages = std::move(messages);
    one.schema = reply_schema(false);
    one.probability = purpose == Purpose::closed;
    plan.push_back(std::move(one));
    return plan.back();
  };
  for (std::size_t i = 0; i < facts.facts.size(); ++i) {
    const Fact& fact = facts.facts[i];
    const auto language = fact.language;
    ask(Purpose::closed, fact.id, 0, question_messages(fact.question, language, 0));
    if (parts.abstention && !fact.twin.empty())
      ask(Purpose::twin, fact.id, 0, question_messages(fact.twin, language, 0));
    if (!fact.answerable()) continue;
    const std::string kind = blind_id(fact);
    if (parts.accuracy && blind.insert(kind).second)
      ask(Purpose::blind, kind, 0, blind_messages(fact.type, language));
    if (parts.contradiction)
      for (std::size_t k = 0; k < options.repeats; ++k) {
        ask(Purpose::again, fact.id, k, question_messages(fact.question, language, k % kWordings))
            .temperature = kSampling;
        if (k > 0) ask(Purpose::same, fact.id, k, question_messages(fact.question, language, 0));
      }
    if (!parts.snowballing) continue;
    const std::string wrong = wrong_answer(facts, i, options.seed);
    if (wrong.empty()) continue;
    const auto explain = [&](Purpose purpose, Purpose then, const std::string& answer) {
      Ask& one = ask(purpose, fact.id, 0, explain_messages(fact.question, answer, language));
      one.schema = {};
      one.reply_tokens = kExplanationTokens;
      one.then = [key = key_of(then, fact.id, 0), messages = one.messages,
                  language](const std::string& explanation) {
        return follow_up(key, messages, explanation, language);
      };
    };
    explain(Purpose::explain_wrong, Purpose::stand_wrong, wrong);
    explain(Purpose::explain_right, Purpose::stand_right, fact.answers.front());
  }
  return plan;
}

std::string blind_id(const Fact& fact) {
  return std::string(text::to_string(fact.type)) + "-" + language_name(fact.language);
}

base::Task<base::Result<Asked>> ask_all(model::LanguageModel& model, const std::vector<Ask>& plan,
                                        Replies& replies, const AskOptions& options,
                                        std::function<base::Status(const Reply&)> on_reply,
                                        std::function<void()> on_step, base::Cancellation cancellation) {
  return model::asking::ask_all(model, plan, replies,
                                {options.seed, options.parallel, options.max_tokens, options.deadline},
                                std::move(on_reply), std::move(on_step), std::move(cancellation));
}

}  // namespace genkai::limits::hallucination::probe
