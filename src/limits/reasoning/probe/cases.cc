#include "limits/reasoning/probe/cases.h"

#include <algorithm>

#include "base/hash.h"

namespace genkai::limits::reasoning::probe {
namespace {

using base::Json;
using model::asking::Ask;
using text::Language;

Language tongue_of(Tongue tongue, std::size_t n) {
  if (tongue == Tongue::both) return n % 2 == 0 ? Language::english : Language::japanese;
  return tongue == Tongue::japanese ? Language::japanese : Language::english;
}

Json schema_of_answer() {
  return Json::object({{"type", "object"},
                       {"properties", Json::object({{"answer", Json::object({{"type", "string"}})}})},
                       {"required", Json::array({"answer"})},
                       {"additionalProperties", false}});
}

// A short answer as {"answer": ...}.
Ask short_ask(model::asking::ReplyKey key, Language language, std::string_view english,
              std::string_view japanese, std::string content) {
  Ask ask;
  ask.key = std::move(key);
  const bool in_japanese = language == Language::japanese;
  ask.messages.resize(2);
  ask.messages[0].role = "system";
  ask.messages[0].content =
      std::string(in_japanese ? japanese : english) +
      (in_japanese ? "次の形のJSONオブジェクト1つだけを返してください: {\"answer\": \"...\"}"
                   : " Reply with one JSON object and nothing else: {\"answer\": \"...\"}");
  ask.messages[1].content = std::move(content);
  ask.schema = schema_of_answer();
  ask.reply_tokens = 15;
  return ask;
}

Ask number_ask(const char* part, const Problem& problem, std::size_t wording, std::string content) {
  return short_ask({part, problem.id, wording}, problem.language,
                   "Solve the problem. The answer is one whole number.",
                   "問題を解いてください。答えは整数1つです。", std::move(content));
}

Ask steps_ask(const Problem& problem) {
  Ask ask;
  ask.key = {"steps", problem.id, 0};
  ask.messages.resize(1);
  ask.messages[0].content =
      problem.text() +
      (problem.language == Language::japanese
           ? "\n\n1行に1つずつ手順を書いて解いてください。どの手順にも計算を「a * b = c」の形で書きます。"
             "最後の行に「答え: 」に続けて数を書いてください。"
           : "\n\nSolve it step by step, one step a line. Write the calculation of each step as a * b = c. "
             "End "
             "with one line: \"Answer: ...\"");
  ask.reply_tokens = 120;
  return ask;
}

Ask statement_ask(const Related& set, std::size_t which) {
  return short_ask({"statements", set.id, which}, set.language, "Is the statement true? Answer yes or no.",
                   "この文は正しいですか。「はい」か「いいえ」で答えてください。",
                   set.statements[which].text);
}

Ask world_ask(const char* part, const RuleWorld& world, std::size_t wording,
              const std::vector<std::string>& premises) {
  std::string content;
  for (const std::string& premise : premises) content += premise + "\n";
  return short_ask({part, world.id, wording}, world.language,
                   "Answer yes if it follows from what is given, and no if it does not.",
                   "与えられたことから言えるなら「はい」、言えないなら「いいえ」と答えてください。",
                   content + world.question);
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
    bool* part = name == "consistency"  ? &parts.consistency
                 : name == "steps"      ? &parts.steps
                 : name == "variants"   ? &parts.variants
                 : name == "order"      ? &parts.order
                 : name == "irrelevant" ? &parts.irrelevant
                 : name == "corruption" ? &parts.corruption
                                        : nullptr;
    if (!part)
      return base::fail(base::Code::invalid_argument, "\"" + name + "\" is no part of this probe",
                        "there are consistency, steps, variants, order, irrelevant and corruption");
    *part = true;
  }
  return parts;
}

std::vector<steps::WorkedQuestion> Items::worked() const {
  std::vector<steps::WorkedQuestion> out;
  for (const auto& variants : problems)
    out.push_back({variants.front().id, variants.front().text(), variants.front().steps});
  return out;
}

Items make_items(const ProbeOptions& options) {
  Items items;
  const auto seed = [&](const char* what, std::size_t variant) {
    return base::hash64(what + std::to_string(variant), options.seed);
  };
  for (std::size_t n = 0; n < options.count; ++n) {
    const Language language = tongue_of(options.tongue, n);
    std::vector<Problem>& variants = items.problems.emplace_back();
    for (std::size_t k = 0; k < kVariants; ++k) {
      const bool names = k == 1 || k >= 3, numbers = k >= 2;
      variants.push_back(make_problem("problem" + std::to_string(n), n / 2, language,
                                      {seed("names", names ? k : 0), seed("numbers", numbers ? k : 0)}));
    }
    items.worlds.push_back(make_world(n, language, options.seed));
    for (const Kind kind : kKinds) items.related.push_back(make_related(kind, n, language, options.seed));
  }
  return items;
}

std::vector<Ask> plan_asks(const Items& items, const ProbeOptions& options) {
  std::vector<Ask> plan;
  const Parts& parts = options.parts;
  for (const auto& variants : items.problems) {
    const Problem& base = variants.front();
    if (parts.variants || parts.irrelevant) {
      plan.push_back(number_ask("problem", base, 0, base.text()));
      plan.push_back(number_ask("blind", base, 0, base.question));
    }
    for (std::size_t k = 1; parts.variants && k < kVariants; ++k)
      plan.push_back(number_ask("variants", variants[k], k, variants[k].text()));
    for (std::size_t k = 1; parts.irrelevant && k < std::size(kIrrelevant); ++k)
      plan.push_back(number_ask("irrelevant", base, k, base.text(kIrrelevant[k])));
    if (parts.steps) plan.push_back(steps_ask(base));
  }
  if (parts.consistency)
    for (const Related& set : items.related)
      for (std::size_t k = 0; k < set.statements.size(); ++k) plan.push_back(statement_ask(set, k));
  if (parts.order)
    for (const RuleWorld& world : items.worlds) {
      for (std::size_t k = 0; k < kOrders; ++k)
        plan.push_back(world_ask("order", world, k, ordered(world, k, options.seed)));
      plan.push_back(world_ask("order_blind", world, 0, {}));
    }
  if (parts.corruption)
    for (Ask& ask : steps::plan_corruption(items.worked(), options.seed)) plan.push_back(std::move(ask));
  return plan;
}

std::size_t count_within(ProbeOptions options, std::size_t calls) {
  std::size_t low = 0, high = options.count;  // the plan grows with the count
  while (low < high) {
    options.count = (low + high + 1) / 2;
    if (plan_asks(make_items(options), options).size() <= calls)
      low = options.count;
    else
      high = options.count - 1;
  }
  return low;
}

}  // namespace genkai::limits::reasoning::probe
