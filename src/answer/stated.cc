#include "answer/stated.h"

#include <algorithm>
#include <set>
#include <utility>

#include "limits/reasoning/consistency/memory.h"
#include "limits/reasoning/consistency/relations.h"
#include "text/refusal.h"
#include "text/yes_no.h"

namespace genkai::answer {
namespace {

using limits::reasoning::Claim;
using limits::reasoning::Relation;

constexpr std::size_t kBytes = 8'000;
constexpr std::size_t kShort = 80;       // bytes of an answer that says nothing without its question
constexpr std::size_t kSentence = 400;   // bytes: a longer one is no plain statement of a relation
constexpr std::size_t kRelations = 500;  // of the evidence, best passages first

bool asserts_of_something(const Claim& claim) {
  return claim.statement.asserted && !claim.statement.subject.empty();
}

struct Choice {
  std::string first, second, before, between, after;  // "", " is larger than ", ""; "", "は", "より大きい"
};

bool is_comparative(std::string_view words) {
  return words.find("more ") != words.npos || words.find("less ") != words.npos || words.ends_with("er");
}

// "which city is larger, a or b?"
std::optional<Choice> english_choice(std::string_view question) {
  if (!question.starts_with("which ") && !question.starts_with("who ")) return std::nullopt;
  const std::size_t either = question.rfind(" or "), mark = question.find_first_of(",:");
  if (either == question.npos || mark == question.npos || mark + 2 > either) return std::nullopt;
  std::string_view head = question.substr(0, mark);
  const std::size_t verb = std::min(head.find(" is "), head.find(" was "));
  if (verb == head.npos || !is_comparative(head.substr(verb))) return std::nullopt;
  std::string_view second = question.substr(either + 4);
  while (second.ends_with('?') || second.ends_with(' ')) second.remove_suffix(1);
  return Choice{std::string(question.substr(mark + 2, either - mark - 2)), std::string(second), "",
                std::string(head.substr(verb)) + " than ", ""};
}

// "aとbではどちらが大きいですか", "aとbのどちらが大きい?"
std::optional<Choice> japanese_choice(std::string_view question) {
  const std::size_t which = question.find("どちらが"), with = question.find("と");
  if (which == question.npos || with == question.npos || with == 0 || with > which) return std::nullopt;
  std::string_view second = question.substr(with + 3, which - with - 3);
  for (const std::string_view end : {"では、", "では", "、", "の"})
    if (second.ends_with(end)) {
      second.remove_suffix(end.size());
      break;
    }
  std::string_view said = question.substr(which + std::string_view("どちらが").size());
  for (const std::string_view end : {"?", "。", "か", "です"})
    if (said.ends_with(end)) said.remove_suffix(end.size());
  if (second.empty() || said.empty()) return std::nullopt;
  return Choice{std::string(question.substr(0, with)), std::string(second), "", "は",
                "より" + std::string(said)};
}

// The one of two that the answer chose, as a sentence; empty where it is neither or both.
std::string chosen(std::string_view question, std::string_view answer) {
  const std::string asked = text::normalise(question), said = text::normalise(answer);
  auto choice = english_choice(asked);
  if (!choice) choice = japanese_choice(asked);
  if (!choice || choice->first.empty() || choice->second.empty()) return {};
  const bool first = said.find(choice->first) != said.npos, second = said.find(choice->second) != said.npos;
  if (first == second) return {};
  if (second) std::swap(choice->first, choice->second);
  return choice->first + choice->between + choice->second + choice->after;
}

Claim sentence(std::string text, limits::reasoning::Statement statement) {
  Claim claim;
  claim.id = "answer";
  claim.text = claim.said = std::move(text);
  claim.sentence = true;
  claim.statement = std::move(statement);
  return claim;
}

std::vector<Claim> relations_of(const std::vector<core::Evidence>& evidence) {
  std::vector<Claim> out;
  for (const core::Evidence& one : evidence) {
    if (one.poisoned() || one.suspected(core::Suspicion::stale)) continue;
    for (Claim& claim : limits::reasoning::claims_of_text(one.passage.text)) {
      if (!asserts_of_something(claim) || claim.statement.relation == Relation::other ||
          claim.text.size() > kSentence)
        continue;
      if (out.size() == kRelations) return out;
      claim.id = std::to_string(out.size() + 1);
      out.push_back(std::move(claim));
    }
  }
  return out;
}

std::string in_words(const Claim& stated, text::Language language) {
  if (stated.sentence) return stated.text;
  if (language == text::Language::japanese) return stated.text + (stated.value ? " はい。" : " いいえ。");
  return stated.text + (stated.value ? " Yes." : " No.");
}

std::string listed(const std::vector<std::string>& texts, bool japanese) {
  std::string out;
  for (const std::string& one : texts)
    out += japanese ? "「" + one + "」" : (out.empty() ? "\"" : ", \"") + one + "\"";
  return out;
}

}  // namespace

std::vector<Claim> claims_of_answer(std::string_view question, std::string_view answer) {
  answer = answer.substr(0, std::min(answer.size(), kBytes));
  if (text::says_unknown(answer)) return {};
  std::vector<Claim> claims = limits::reasoning::claims_of_text(answer);
  std::erase_if(claims, [](const Claim& claim) { return !asserts_of_something(claim); });
  if (question.empty() || question.size() > kBytes) return claims;
  if (const auto said = text::yes_or_no(answer)) {
    Claim claim = sentence(std::string(question), limits::reasoning::read_statement(question));
    claim.sentence = false;
    claim.value = *said;
    if (!claim.statement.subject.empty()) claims.push_back(std::move(claim));
  } else if (claims.empty() && answer.size() <= kShort) {
    if (std::string picked = chosen(question, answer); !picked.empty()) {
      auto statement = limits::reasoning::read_statement(picked);
      claims.push_back(sentence(std::move(picked), std::move(statement)));
      return claims;
    }
    const std::string subject = text::normalise(question);
    Claim claim = sentence(std::string(question) + " " + std::string(answer),
                           limits::reasoning::read_statement(subject, "is " + text::normalise(answer)));
    claim.subject = subject;
    claim.said = "is " + text::normalise(answer);
    claims.push_back(std::move(claim));
  }
  return claims;
}

std::optional<std::string> denied_by_relations(std::string_view question, std::string_view answer,
                                               const std::vector<core::Evidence>& evidence,
                                               text::Language language, double seconds) {
  std::vector<Claim> stated = claims_of_answer(question, answer), relations = relations_of(evidence);
  if (stated.empty() || relations.empty()) return std::nullopt;
  std::vector<Claim> all = relations;
  all.insert(all.end(), stated.begin(), stated.end());
  limits::reasoning::ConsistencyOptions options;
  options.repair.seconds = seconds;
  options.from_words = false;  // of what words can say, relations alone
  limits::reasoning::ConversationMemory memory(limits::reasoning::rules_of_words(all), options);
  std::set<std::string> disputed;  // ids
  for (const auto& one : memory.add(std::move(relations), language)) {
    disputed.insert(one.claim.id);
    for (const Claim& other : one.earlier) disputed.insert(other.id);
  }
  for (const auto& one : memory.add(std::move(stated), language)) {
    std::vector<std::string> documents, own{in_words(one.claim, language)};
    bool in_dispute = false;
    for (const Claim& other : one.earlier) {
      in_dispute = in_dispute || disputed.contains(other.id);
      if (other.id.starts_with("1."))
        documents.push_back(other.text);
      else
        own.push_back(in_words(other, language));
    }
    if (in_dispute || documents.empty()) continue;
    if (language == text::Language::japanese)
      return "資料には" + listed(documents, true) + "とあるが、答えは" + listed(own, true) + "と言う";
    return "the documents say " + listed(documents, false) + "; the answer says " + listed(own, false);
  }
  return std::nullopt;
}

}  // namespace genkai::answer
