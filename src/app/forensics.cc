// `genkai forensics`: which documents made a wrong answer, and keeping them out of answers.

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "answer/forensics.h"
#include "answer/kb_calibration.h"
#include "answer/quarantine.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/print.h"
#include "base/cancellation.h"

namespace genkai::app {
namespace {

using answer::Forensics;
using answer::Quarantined;
using base::Code;
using base::Json;
using base::Result;

struct ForensicsArguments {
  std::string kb, question, wrong, hold, release, language;
  answer::ForensicsOptions options;
  ModelChoice model;
  double risk = 0.1;
  bool quarantine = false, list = false, json = false;
};

struct Examined {
  Forensics found;
  bool quarantined = false;
};

Json strings(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push(text);
  return list;
}

Json to_json(const Examined& examined, const ForensicsArguments& arguments) {
  const Forensics& found = examined.found;
  Json suspects = Json::array();
  for (const auto& own : found.suspects)
    suspects.push(Json::object({{"document", own.document.id},
                                {"source", own.document.source},
                                {"date", own.document.date},
                                {"quote", own.quote},
                                {"examined", own.examined},
                                {"gone_without", own.examined ? Json(own.gone_without) : Json()},
                                {"probability_without", own.examined ? Json(own.probability) : Json()}}));
  return Json::object({{"question", arguments.question},
                       {"wrong_answer", arguments.wrong},
                       {"answered", found.answered},
                       {"shown", found.shown},
                       {"probability", found.probability},
                       {"suspects", std::move(suspects)},
                       {"responsible", strings(found.responsible)},
                       {"cleared", found.cleared},
                       {"minimal", found.minimal},
                       {"quarantined", examined.quarantined},
                       {"asks", found.asks},
                       {"before", core::to_json(found.before)},
                       {"after", core::to_json(found.after)}});
}

std::string render(const Examined& examined, bool ja) {
  const Forensics& found = examined.found;
  std::string out;
  if (!found.shown) {
    out += ja ? "その誤答は、いまは答えにも候補にも現れません。\n"
              : "The wrong answer is neither given nor shown now.\n";
  } else {
    out += fmt::format(fmt::runtime(ja ? "誤答は{}({:.3f})。{} 回尋ねて調べました。\n"
                                       : "The wrong answer is {} ({:.3f}); examined by asking {} times.\n"),
                       found.answered ? (ja ? "答えられています" : "answered")
                                      : (ja ? "最有力の候補として示されています" : "shown as the best guess"),
                       found.probability, found.asks);
  }
  if (!found.suspects.empty())
    out += ja ? "\nその値を含む文書 (影響の大きい順; それだけを除いたとき)\n"
              : "\ndocuments that hold it (those whose removal alone changes most first)\n";
  for (const auto& own : found.suspects) {
    const std::string without = !own.examined      ? "-"
                                : own.gone_without ? (ja ? "消える" : "gone")
                                                   : fmt::format("{:.3f}", own.probability);
    out += fmt::format("  {:<8} {}  {} {}\n           {}\n", without, printable(own.document.id),
                       printable(own.document.source), own.document.date, printable(own.quote));
  }
  if (!found.shown) return out;
  if (!found.cleared)
    return out + (ja ? "\n尋ねる回数が足りず、誤答を消せませんでした。--asks を増やしてください。\n"
                     : "\nThe asks were used up before it was gone: raise --asks.\n");
  out += ja ? "\n責任のある文書 (すべて除くと誤答は消える" : "\nresponsible (without all of them it is gone";
  out += found.minimal
             ? (ja ? "、どれか一つでも戻すと現れる)\n" : ", with any one of them back it returns)\n")
             : (ja ? ")\n" : "; there may be fewer)\n");
  for (const std::string& id : found.responsible) out += "  " + printable(id) + "\n";
  if (examined.quarantined)
    out += ja ? "これらを隔離しました。genkai forensics --kb ... --release ID で戻せます。\n"
              : "They are in quarantine now; genkai forensics --kb ... --release ID lets one out.\n";
  const auto& after = found.after;
  out += (ja ? "\nその後の答え: " : "\nwithout them: ") +
         printable(after.answers.empty() ? after.message : after.answers.front().text) + "\n";
  return out;
}

Result<std::shared_ptr<const limits::hallucination::Calibration>> calibration_of(const base::Path& folder,
                                                                                 const std::string& model) {
  GENKAI_ASSIGN_OR_RETURN(auto own, answer::load_calibration(folder, model));
  return own ? std::make_shared<const limits::hallucination::Calibration>(std::move(*own)) : nullptr;
}

Result<Examined> examine(const ForensicsArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(arguments.kb));
  GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge({.kb = arguments.kb, .docs = {}}));
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  answer::AnswererOptions options;
  options.policy.risk = arguments.risk;
  options.policy.language = message_language(arguments.language, arguments.question);
  if (arguments.model.samples > 0) options.samples = arguments.model.samples;
  if (arguments.model.programs) options.programs = *arguments.model.programs;
  options.budget.showing = model.showing(arguments.model);
  GENKAI_ASSIGN_OR_RETURN(options.policy.calibration, calibration_of(folder, ""));
  if (model.model) {
    GENKAI_ASSIGN_OR_RETURN(options.policy.model_calibration, calibration_of(folder, model.model->name()));
  }
  const answer::Answerer answerer(options, {.model = model.model});
  answer::ForensicsOptions examining = arguments.options;
  examining.cancellation = base::cancel_on_signals();
  Examined examined;
  auto found = answer::examine({"", arguments.question, today()}, arguments.wrong, *knowledge.view, answerer,
                               examining);
  model.remember();
  if (!found) return base::fail(found.error());
  examined.found = std::move(*found);
  if (!arguments.quarantine || !examined.found.cleared || examined.found.responsible.empty()) return examined;
  std::vector<Quarantined> out;
  for (const std::string& id : examined.found.responsible)
    out.push_back({id, "\"" + arguments.wrong + "\" for \"" + arguments.question + "\"", today()});
  GENKAI_RETURN_IF_ERROR(answer::quarantine(folder, out));
  examined.quarantined = true;
  return examined;
}

int run_examine(const ForensicsArguments& arguments) {
  const auto examined = examine(arguments);
  if (!examined) return report(examined.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", to_json(*examined, arguments).dump().c_str());
  else
    std::fputs(render(*examined,
                      message_language(arguments.language, arguments.question) == text::Language::japanese)
                   .c_str(),
               stdout);
  return examined->found.shown && examined->found.cleared ? kOk : kAbstained;
}

int run_list(const ForensicsArguments& arguments) {
  const auto folder = folder_of(arguments.kb);
  if (!folder) return report(folder.error(), arguments.json);
  const auto documents = answer::quarantined(*folder);
  if (!documents) return report(documents.error(), arguments.json);
  Json list = Json::array();
  for (const Quarantined& own : *documents) {
    if (!arguments.json)
      std::printf("%s  %s  %s\n", own.date.c_str(), printable(own.document).c_str(),
                  printable(own.why).c_str());
    list.push(Json::object({{"document", own.document}, {"why", own.why}, {"date", own.date}}));
  }
  if (arguments.json) std::printf("%s\n", list.dump().c_str());
  return kOk;
}

int run_hold(const ForensicsArguments& arguments) {
  const auto knowledge = open_knowledge({.kb = arguments.kb, .docs = {}});
  if (!knowledge) return report(knowledge.error(), arguments.json);
  if (const auto stored = knowledge->view->document(arguments.hold); !stored)
    return report(stored.error(), arguments.json);
  const auto folder = folder_of(arguments.kb);
  if (!folder) return report(folder.error(), arguments.json);
  if (const auto held = answer::quarantine(*folder, {{arguments.hold, "held by hand", today()}}); !held)
    return report(held.error(), arguments.json);
  if (arguments.json) std::printf("%s\n", Json::object({{"held", arguments.hold}}).dump().c_str());
  return kOk;
}

int run_release(const ForensicsArguments& arguments) {
  const auto folder = folder_of(arguments.kb);
  if (!folder) return report(folder.error(), arguments.json);
  const auto released = answer::release(*folder, arguments.release);
  if (!released) return report(released.error(), arguments.json);
  if (!*released)
    return report({Code::not_found, printable(arguments.release) + " is not in quarantine",
                   "genkai forensics --kb ... --list shows what is"},
                  arguments.json);
  if (arguments.json) std::printf("%s\n", Json::object({{"released", arguments.release}}).dump().c_str());
  return kOk;
}

}  // namespace

void add_forensics(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<ForensicsArguments>();
  CLI::App* verb = program.add_subcommand(
      "forensics", "After a wrong answer: name the documents that made it, and keep them out of answers");
  verb->add_option("--kb", arguments->kb, "Knowledge base: a name, or a folder when it has a slash")
      ->required();
  auto* question = verb->add_option("--question", arguments->question, "What was asked");
  auto* wrong =
      verb->add_option("--wrong-answer", arguments->wrong, "What must not be answered, a few words");
  question->needs(wrong);
  wrong->needs(question);
  verb->add_flag("--quarantine", arguments->quarantine,
                 "Answer nothing any more from the documents found; they stay stored")
      ->needs(question);
  auto* list = verb->add_flag("--list", arguments->list, "Show what is in quarantine");
  auto* hold =
      verb->add_option("--hold", arguments->hold, "Put this document into quarantine")->type_name("ID");
  auto* release = verb->add_option("--release", arguments->release, "Let this document out of quarantine")
                      ->type_name("ID");
  list->excludes(question)->excludes(release)->excludes(hold);
  release->excludes(question)->excludes(hold);
  hold->excludes(question);
  verb->add_option("--asks", arguments->options.asks, "Ask the question so many times at most")
      ->check(CLI::Range(2, 10'000))
      ->capture_default_str();
  verb->add_option("--risk", arguments->risk, "Wanted share of wrong answers, as of ask")
      ->check(CLI::Range(0.005, 0.9))
      ->capture_default_str();
  add_model_options(*verb, arguments->model);
  verb->add_option("--lang", arguments->language, "Language of messages; by default the question's")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON (docs/formats/forensics.md)");
  verb->callback([arguments, &run] {
    if (arguments->question.empty() && !arguments->list && arguments->release.empty() &&
        arguments->hold.empty())
      throw CLI::RequiredError("--question and --wrong-answer, --list, --hold or --release");
    if (const auto models = check(arguments->model); !models)
      throw CLI::ValidationError("--model", models.error().message);
    run = [arguments] {
      if (arguments->list) return run_list(*arguments);
      if (!arguments->hold.empty()) return run_hold(*arguments);
      return arguments->release.empty() ? run_examine(*arguments) : run_release(*arguments);
    };
  });
}

}  // namespace genkai::app
