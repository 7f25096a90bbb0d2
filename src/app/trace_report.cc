#include "app/trace_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace genkai::app {
namespace {

using answer::Attribution;
using answer::Effect;
using answer::EvidenceGroup;
using answer::GroupBy;
using answer::LeftOut;
using base::Json;
using core::Outcome;

constexpr std::size_t kNamed = 3;  // documents of a group that a line names

template <class... Args>
std::string say(bool ja, const char* english, const char* japanese, const Args&... args) {
  return fmt::format(fmt::runtime(ja ? japanese : english), args...);
}

const core::AnswerItem* best_of(const core::Answer& answer) {
  const auto& items = answer.answers.empty() ? answer.rejected : answer.answers;
  return items.empty() ? nullptr : &items.front();
}

std::string words_of(const core::Answer& answer) {
  const auto* best = best_of(answer);
  return !best ? "" : best->span.empty() ? best->text : best->span;
}

std::string name_of(const EvidenceGroup& group, bool ja) {
  std::string out = group.source.empty() ? "" : printable(group.source) + ": ";
  for (std::size_t i = 0; i < group.documents.size() && i < kNamed; ++i)
    out += (i > 0 ? ", " : "") + printable(group.documents[i]);
  if (group.documents.size() > kNamed)
    out += say(ja, " and {} more", " ほか{}件", group.documents.size() - kNamed);
  return out;
}

std::string place_of(const EvidenceGroup& group, bool ja) {
  const core::Passage& first = group.passages.front();
  std::string out = first.heading.empty() ? "" : " › " + printable(first.heading);
  if (first.page > 0)
    out += say(ja, ", page {}", "、{}ページ", first.page);
  else if (first.line > 0)
    out += say(ja, ", line {}", "、{}行目", first.line);
  return out;
}

std::string effect_of(const LeftOut& run, bool before_answered, bool ja) {
  switch (run.effect) {
    case Effect::same:
      return before_answered ? (ja ? "同じ答え" : "same answer")
                             : (ja ? "同じく答えない" : "no answer, as before");
    case Effect::another:
      return say(ja, "another answer: {}", "別の答え: {}", printable(words_of(run.answer)));
    case Effect::answers:
      return say(ja, "answers: {}", "答えが出る: {}", printable(words_of(run.answer)));
    case Effect::abstains:
      return say(ja, "no answer [{}]", "答えない [{}]", core::to_string(run.answer.reason));
  }
  return "";
}

std::string table(const Attribution& found, bool ja) {
  const bool answered = found.before.outcome == Outcome::answered;
  std::string out =
      say(ja, "\nleft out, one group at a time (probability {}: before {:.3f})\n",
          "\n一群ずつ除いて尋ねた結果 ({}の確率: 除く前 {:.3f})\n",
          answered ? (ja ? "答え" : "of the answer") : (ja ? "最有力候補" : "of the best guess"),
          found.probability);
  for (const LeftOut& run : found.runs)
    out += fmt::format("  {:.3f}  {}{}\n         {}\n", run.probability, name_of(run.group, ja),
                       place_of(run.group, ja), effect_of(run, answered, ja));
  return out;
}

std::string verdict(const Attribution& found, bool ja) {
  const bool answered = found.before.outcome == Outcome::answered;
  const auto decide = static_cast<std::size_t>(std::count_if(
      found.runs.begin(), found.runs.end(), [](const LeftOut& run) { return run.effect != Effect::same; }));
  if (decide > 0)
    return decide == 1
               ? say(ja, "\ndecided by: {}\n", "\n決め手: {}\n", name_of(found.runs.front().group, ja))
               : say(ja, "\n{} groups decide, each by itself: first {}\n",
                     "\n{}群のどれも、それだけを除くと結果が変わります。筆頭: {}\n", decide,
                     name_of(found.runs.front().group, ja));
  const auto saying = static_cast<std::size_t>(
      std::count_if(found.runs.begin(), found.runs.end(), [](const LeftOut& run) { return run.says; }));
  std::string out = found.runs.size() < found.groups
                        ? say(ja, "\nnone of the {} groups left out decides by itself\n",
                              "\n調べた{}群の中に、単独で決め手となるものはありません。\n", found.runs.size())
                    : answered
                        ? say(ja, "\nno single group decides: {} groups say the same\n",
                              "\n単独で決め手となる群はありません。{}群が同じことを述べています。\n", saying)
                        : say(ja, "\nno single group decides\n", "\n単独で決め手となる群はありません。\n");
  if (found.searched)
    return out + say(ja, "without all {} of them it is still so\n", "{}群をすべて除いても変わりません。\n",
                     found.runs.size());
  if (found.together.empty()) return out;
  out += say(ja, "together these change it ({}): {}\n", "次をまとめて除くと変わります({}): {}\n",
             found.minimal ? (ja ? "どれか一つを戻すと元どおり" : "with any one of them back it is as before")
                           : (ja ? "もっと少ない場合もあります" : "there may be fewer"),
             effect_of(*found.without, answered, ja));
  for (const std::size_t i : found.together) out += "  " + name_of(found.runs[i].group, ja) + "\n";
  return out;
}

std::string warnings(const Attribution& found, bool ja) {
  std::string out;
  if (found.again) {
    if (found.again->effect == Effect::same)
      out += say(ja, "asked again with nothing left out: the same ({:.3f})\n",
                 "何も除かずに尋ね直した結果: 同じ ({:.3f})\n", found.again->probability);
    else
      out += say(ja,
                 "asked again with nothing left out, the result was another one: chance alone does what is "
                 "shown here\n",
                 "何も除かずに尋ね直しても結果が変わりました。上の違いは偶然でも起こります。\n");
  }
  if (!found.failure.empty())
    out += say(ja, "the language model failed, this is what was done before: {}\n",
               "言語モデルが失敗したため、そこまでの結果です: {}\n", printable(found.failure));
  if (found.cut)
    out +=
        say(ja, "cut short after {} calls: {} of {} groups were left out; raise --calls for the rest\n",
            "呼び出し{}回で打ち切りました。{}群(全{}群)を調べました。続きは --calls を増やしてください。\n",
            found.calls, found.runs.size(), found.groups);
  return out;
}

Json strings(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push(text);
  return list;
}

// What became of the answer.
Json result_of(const LeftOut& run) {
  const auto* best = best_of(run.answer);
  return Json::object({{"effect", std::string(answer::to_string(run.effect))},
                       {"probability", run.probability},
                       {"outcome", std::string(core::to_string(run.answer.outcome))},
                       {"reason", std::string(core::to_string(run.answer.reason))},
                       {"answer", best ? Json(best->text) : Json()},
                       {"answer_probability", best ? Json(best->probability) : Json()}});
}

Json to_json(const LeftOut& run) {
  Json passages = Json::array();
  for (const core::Passage& passage : run.group.passages)
    passages.push(Json::object({{"document", passage.document.id},
                                {"heading", passage.heading},
                                {"page", static_cast<std::uint64_t>(passage.page)},
                                {"line", static_cast<std::uint64_t>(passage.line)}}));
  Json out = result_of(run);
  out.set("documents", strings(run.group.documents));
  out.set("source", run.group.source);
  out.set("passages", std::move(passages));
  out.set("rank", run.group.rank);
  out.set("cited", run.group.cited);
  out.set("says", run.says);
  return out;
}

}  // namespace

std::string render(const Attribution& found, const PrintStyle& style) {
  const bool ja = style.language == text::Language::japanese;
  std::string out = render(found.before, style);
  if (!found.runs.empty())
    out += table(found, ja) + verdict(found, ja);
  else if (found.groups == 0 && found.failure.empty())
    out += ja ? "\n読んだ根拠がないので、除けるものがありません。\n"
              : "\nno evidence was read, so there is nothing to leave out\n";
  const std::string notes = warnings(found, ja);
  return notes.empty() ? out : out + "\n" + notes;
}

Json to_json(const Attribution& found, GroupBy by) {
  Json runs = Json::array(), together = Json::array();
  for (const LeftOut& run : found.runs) runs.push(to_json(run));
  for (const std::size_t i : found.together) together.push(i);
  return Json::object({{"question", found.before.question},
                       {"by", std::string(answer::to_string(by))},
                       {"before", core::to_json(found.before)},
                       {"probability", found.probability},
                       {"groups", found.groups},
                       {"left_out", std::move(runs)},
                       {"together", std::move(together)},
                       {"without", found.without ? result_of(*found.without) : Json()},
                       {"minimal", found.minimal},
                       {"searched", found.searched},
                       {"again", found.again ? result_of(*found.again) : Json()},
                       {"cut", found.cut},
                       {"asks", found.asks},
                       {"calls", found.calls},
                       {"failure", found.failure.empty() ? Json() : Json(found.failure)}});
}

}  // namespace genkai::app
