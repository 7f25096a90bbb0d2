#include "app/calibrate_kb.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "answer/kb_calibration.h"
#include "answer/made_questions.h"
#include "app/calibrate_kb_ask.h"
#include "app/calibrate_kb_report.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/print.h"

namespace genkai::app {

using base::Code;
using base::Json;
using limits::hallucination::Calibration;

namespace {

constexpr std::size_t kLeastToLearn = 100;  // questions; fewer leave too little to fit and to certify
constexpr std::size_t kFolds = 5;
constexpr std::size_t kAskedAtOnce = 8;  // with a model, which does several at a time
constexpr double kRisks[] = {0.01, 0.02, 0.05, 0.1, 0.2};

std::string name_of(const base::Path& path) {
  const base::Path clean = path.has_filename() ? path : path.parent_path();
  return clean.filename().string();
}

base::Result<std::vector<LabelledQuestion>> questions_for(const KnowledgeCalibration& choice,
                                                          const knowledge::KnowledgeView& view,
                                                          const base::Cancellation& cancellation,
                                                          CalibrationReport& report) {
  std::vector<LabelledQuestion> questions;
  if (choice.from_kb) {
    answer::MakeOptions options;
    options.count = choice.count;
    options.seed = choice.seed;
    GENKAI_ASSIGN_OR_RETURN(const auto made, answer::make_questions(view, options, cancellation));
    report.wanted = choice.count;
    report.passages = made.passages;
    for (const auto& own : made.questions) {
      report.shortened += own.shortened ? 1 : 0;
      questions.push_back({own.question, own.answers, own.hidden, own.hidden.empty()});
    }
    if (questions.empty())
      return base::fail(Code::invalid_argument, "no question could be made from the passages",
                        "label some of your own: genkai calibrate --kb ... --questions FILE.jsonl");
  } else {
    GENKAI_ASSIGN_OR_RETURN(auto own, read_own_questions(choice.questions));
    report.malformed = std::move(own.malformed);
    questions = std::move(own.questions);
    report.wanted = questions.size();
  }
  report.made = choice.from_kb;
  report.questions = questions.size();
  report.unanswerable = static_cast<std::size_t>(std::count_if(
      questions.begin(), questions.end(), [](const LabelledQuestion& own) { return !own.answerable; }));
  return questions;
}

base::Result<Calibration> learn(const KnowledgeCalibration& choice, const std::string& model,
                                const stats::ScoredItems& items, const std::string& name) {
  if (items.size() >= kLeastToLearn) return Calibration::learn(name, items, {.seed = choice.seed});
  if (model.empty()) return Calibration::as_is(name, items);
  return base::fail(Code::invalid_argument,
                    "a calibration of a model's answers needs at least " + std::to_string(kLeastToLearn) +
                        " questions, not " + std::to_string(items.size()),
                    "label more, or raise --count");
}

// What the first score was worth before, and what the map makes of it where it did not see the item.
base::Status assess(const KnowledgeCalibration& choice, CalibrationReport& report) {
  const stats::ScoredItems& items = report.outcomes.items;
  std::vector<double> after;
  if (const auto& map = report.calibration.map()) {
    GENKAI_ASSIGN_OR_RETURN(after, stats::cross_fit(items, map->method(), kFolds, choice.seed));
    report.mapped = true;
  }
  std::vector<double> raw, mapped;
  std::vector<std::uint8_t> correct;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (std::isnan(items.row(i).front()) || (report.mapped && std::isnan(after[i]))) continue;
    raw.push_back(items.row(i).front());
    if (report.mapped) mapped.push_back(after[i]);
    correct.push_back(items.correct[i]);
  }
  report.compared = raw.size();
  const stats::AssessOptions options{.seed = choice.seed};
  report.before = stats::assess(raw, correct, options);
  if (report.mapped) report.after = stats::assess(mapped, correct, options);
  report.constant = stats::assess_constant(correct, options);
  return {};
}

// What a profile draws from memory is scored otherwise, so that calibration is another file.
std::string kept_name(const KnowledgeCalibration& choice, const std::string& model) {
  const auto profile = *limits::hallucination::profile_of(choice.profile);
  const bool memory = !model.empty() && limits::hallucination::settings_of(profile).closed_book > 0;
  return memory ? answer::with_memory(model) : model;
}

base::Result<CalibrationReport> calibrate(const KnowledgeCalibration& choice) {
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(choice.folder));
  GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge({.kb = choice.folder, .docs = {}}));
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(choice.model));
  CalibrationReport report;
  report.knowledge_base = name_of(folder);
  report.model = model.model ? model.model->name() : std::string();
  const std::string kept_as = kept_name(choice, report.model);
  report.file = answer::calibration_file(folder, kept_as).string();
  const base::Cancellation cancellation = base::cancel_on_signals();
  GENKAI_ASSIGN_OR_RETURN(const auto questions, questions_for(choice, *knowledge.view, cancellation, report));

  answer::AnswererOptions options;
  answer::apply(*limits::hallucination::profile_of(choice.profile), options);
  options.policy.risk = choice.risk;
  options.policy.delta = choice.delta;
  if (choice.model.samples > 0) options.samples = choice.model.samples;
  if (choice.model.programs) options.programs = *choice.model.programs;
  options.budget.showing = model.showing(choice.model);
  const answer::Answerer answerer(options, {.model = model.model});
  AskSetting setting;
  setting.answerer = &answerer;
  setting.view = knowledge.view.get();
  setting.model = report.model;
  setting.setting = fmt::format("samples {} risk {}", model.model ? options.samples : 0, choice.risk);
  if (model.model && choice.profile != "balanced") setting.setting += " profile " + choice.profile;
  if (const std::string shown = answer::describe(options.budget.showing); !shown.empty())
    setting.setting += " " + shown;
  setting.memory = model.model && options.closed_book > 0;
  setting.threads = model.model ? kAskedAtOnce : 0;
  setting.record = choice.record;
  setting.today = today();
  setting.cancellation = cancellation;
  auto outcomes = ask_all(questions, setting);
  model.remember();
  if (!outcomes) return base::fail(outcomes.error());
  report.outcomes = std::move(*outcomes);

  const stats::ScoredItems& items = report.outcomes.items;
  const bool any = std::find(report.outcomes.scored.begin(), report.outcomes.scored.end(), true) !=
                   report.outcomes.scored.end();
  if (!any)
    return base::fail(Code::invalid_argument, "not one question reached a decision by probability",
                      "see what is answered: genkai ask --kb ... --explain");
  const std::string name = choice.from_kb ? fmt::format("{}, {} questions made from its passages",
                                                        report.knowledge_base, items.size())
                                          : fmt::format("{}, {} questions of {}", report.knowledge_base,
                                                        items.size(), name_of(choice.questions));
  GENKAI_ASSIGN_OR_RETURN(report.calibration, learn(choice, report.model, items, name));
  report.calibration.set_synthetic(choice.from_kb);
  GENKAI_RETURN_IF_ERROR(assess(choice, report));
  std::vector<double> risks(std::begin(kRisks), std::end(kRisks));
  risks.push_back(choice.risk);
  std::sort(risks.begin(), risks.end());
  risks.erase(std::unique(risks.begin(), risks.end()), risks.end());
  for (const double risk : risks) {
    report.promises.push_back({.risk = risk, .delta = choice.delta, .next = {}});
    report.thresholds.push_back(report.calibration.threshold_for(report.promises.back()));
  }
  GENKAI_RETURN_IF_ERROR(answer::save_calibration(folder, kept_as, report.calibration));
  return report;
}

int forget(const KnowledgeCalibration& choice) {
  const auto removed = [&]() -> base::Result<std::pair<std::string, bool>> {
    GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(choice.folder));
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      return base::fail(Code::not_found, "there is no knowledge base " + choice.folder);
    GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(choice.model));
    const std::string name = kept_name(choice, model.model ? model.model->name() : std::string());
    GENKAI_ASSIGN_OR_RETURN(const bool was, answer::forget_calibration(folder, name));
    return std::pair(answer::calibration_file(folder, name).string(), was);
  }();
  if (!removed) return report(removed.error(), choice.json);
  const auto& [file, was] = *removed;
  const bool ja = message_language(choice.language, "") == text::Language::japanese;
  if (choice.json)
    std::printf("%s\n", Json::object({{"file", file}, {"removed", was}}).dump().c_str());
  else if (was)
    std::printf("%s %s\n", ja ? "削除しました:" : "removed", file.c_str());
  else
    std::printf("%s %s\n", ja ? "較正はありませんでした:" : "there was no calibration:", file.c_str());
  return kOk;
}

}  // namespace

void add_knowledge_calibration_options(CLI::App& verb, KnowledgeCalibration& choice) {
  verb.add_option("--kb", choice.folder, "Calibrate the answers of this knowledge base: a name, or a folder")
      ->group("Knowledge base");
  verb.add_flag(
          "--from-kb", choice.from_kb,
          "Make the questions from its passages; a third is asked without the documents that answer them")
      ->group("Knowledge base");
  verb.add_option("--questions", choice.questions,
                  "Your own: JSON lines {\"question\",\"answers\":[...]}, no answers where there is none")
      ->group("Knowledge base");
  verb.add_option("--count", choice.count, "Of made questions")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str()
      ->group("Knowledge base");
  verb.add_option("--risk", choice.risk, "Wanted share of wrong answers, shown beside the usual ones")
      ->check(CLI::Range(0.001, 0.9))
      ->capture_default_str()
      ->group("Knowledge base");
  verb.add_option("--delta", choice.delta, "A threshold's promise may fail with this probability")
      ->check(CLI::Range(0.0001, 0.5))
      ->capture_default_str()
      ->group("Knowledge base");
  verb.add_option("--record-questions", choice.record,
                  "Keep what was asked and answered in this file, and ask nothing again that is in it")
      ->group("Knowledge base");
  verb.add_option(
          "--profile", choice.profile,
          "In which the model is asked; the calibration for exact weighs what it says from memory too")
      ->check(CLI::IsMember({"exact", "balanced", "creative"}))
      ->capture_default_str()
      ->group("Knowledge base");
  verb.add_flag("--forget", choice.forget, "Remove the calibration (of the named --model)")
      ->group("Knowledge base");
  add_model_options(verb, choice.model);
}

base::Status check(const KnowledgeCalibration& choice) {
  const int ways = (choice.from_kb ? 1 : 0) + (choice.questions.empty() ? 0 : 1) + (choice.forget ? 1 : 0);
  if (ways != 1)
    return base::fail(Code::invalid_argument, "--kb needs one of --from-kb, --questions and --forget");
  return check(choice.model);
}

int run_knowledge_calibration(const KnowledgeCalibration& choice) {
  if (choice.forget) return forget(choice);
  const auto found = calibrate(choice);
  if (!found) return report(found.error(), choice.json);
  if (choice.json)
    std::printf("%s\n", to_json(*found).dump().c_str());
  else
    std::fputs(render(*found, message_language(choice.language, "")).c_str(), stdout);
  return kOk;
}

}  // namespace genkai::app
