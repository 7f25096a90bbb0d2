// The built-in model on the main path, in a world whose truth is known: what it answers from retrieved
// passages by itself, and what genkai lets it answer.
//
//   build/release/bench/world_answers [--model builtin:FILE.gguf] [--seed 2] [--questions 500] [--risk 0.05]
//
// Of twice as many questions half, by a hash of their id, calibrate and the others are reported; wordings of
// questions are those that no training saw. "By itself" is one greedy answer from the same retrieved passages
// in the same form, where "unknown" is no answer. Wrong: any answer that is not the truth that a true source
// states, so that each answer to a question that the documents do not answer is wrong.

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <sstream>

#include "answer/answerer.h"
#include "answer/documents.h"
#include "answer/gold_answer.h"
#include "answer/model_drafts.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "lab/world/export.h"
#include "limits/hallucination/calibration.h"
#include "limits/retrieval/guard.h"
#include "model/native/completion_form.h"
#include "model/upstream/builtin_transport.h"
#include "model/upstream/chat_model.h"
#include "model/upstream/transport.h"
#include "stats/share.h"

namespace genkai::bench {
namespace {

using base::Json;
using limits::hallucination::Calibration;

struct Settings {
  std::string model = "builtin";
  std::uint64_t seed = 2;
  std::size_t questions = 500;
  double risk = 0.05;
};

struct Asked {
  std::string text, form;
  std::vector<std::string> answers;
  bool answerable() const { return !answers.empty(); }
};

struct Given {
  bool given = false, right = false;
  std::vector<double> scores{};
};

struct Case {
  answer::OwnDocuments documents;
  std::vector<Asked> known, reported;
};

base::Result<std::vector<Json>> lines_of(const std::string& content) {
  std::vector<Json> out;
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) {
    GENKAI_ASSIGN_OR_RETURN(Json json, Json::parse(line));
    out.push_back(std::move(json));
  }
  return out;
}

base::Result<Case> make_case(const Settings& settings, bool honest) {
  lab::world::Options options{
      .seed = settings.seed, .people = 400, .places = 120, .companies = 100, .works = 200};
  if (honest) options.contradicted = options.falsely = 0;
  GENKAI_ASSIGN_OR_RETURN(const auto world, lab::world::World::make(options));
  Case out;
  Json documents = Json::array();
  for (const auto& file : lab::world::files_of(world, {.questions = 2 * settings.questions})) {
    const bool questions = file.path == "questions.jsonl";
    if (!questions && !file.path.starts_with("documents/")) continue;
    GENKAI_ASSIGN_OR_RETURN(std::vector<Json> lines, lines_of(file.content));
    for (Json& line : lines) {
      if (!questions) {
        documents.push(std::move(line));
        continue;
      }
      Asked asked{line.string("question"), line.string("form"), {}};
      for (const Json& one : line.find("answers")->items()) asked.answers.emplace_back(one.as_string());
      const bool calibrates = base::hash64(line.string("id"), settings.seed) % 2 == 0;
      (calibrates ? out.known : out.reported).push_back(std::move(asked));
    }
  }
  GENKAI_ASSIGN_OR_RETURN(out.documents, answer::OwnDocuments::read(documents));
  return out;
}

bool right(const Asked& asked, const std::string& text) {
  return asked.answerable() && answer::holds_answer(text, asked.answers);
}

Given by_itself(const Asked& asked, const knowledge::KnowledgeView& view, model::LanguageModel& model) {
  core::Trace trace;
  const answer::AnswererOptions usual;
  const auto meaning = limits::retrieval::interpret({"", asked.text, ""}, view, trace).front();
  auto found = limits::retrieval::gather(view, meaning, usual.gather, trace);
  if (!found) return {};
  const auto packed = limits::context::pack(std::move(found->evidence), meaning, usual.budget, trace);
  const auto replies = base::run_blocking(
      answer::ask_model(model, meaning, packed, {.samples = 1, .temperature = 0, .isolated = 0}, trace));
  if (!replies || replies->replies.empty()) return {};
  const std::string& text = replies->replies.front().text;
  const bool given = !text.empty() && text != model::native::kUnknownAnswer;
  return {given, given && right(asked, text)};
}

Given by_main_path(const Asked& asked, const knowledge::KnowledgeView& view,
                   const answer::Answerer& answerer) {
  core::Trace trace;
  const auto answer = base::run_blocking(answerer.answer({"", asked.text, "2024-06-15"}, view, trace));
  if (!answer) return {};
  const bool given = answer->outcome == core::Outcome::answered;
  const auto& items = given ? answer->answers : answer->rejected;
  if (items.empty()) return {given};
  return {given, right(asked, items.front().text), items.front().scores};
}

using Ask = std::function<Given(const Asked&)>;

std::vector<Given> ask_all(const char* label, const std::vector<Asked>& questions, const Ask& ask) {
  std::vector<Given> out(questions.size());
  base::Progress progress(label, questions.size());
  base::ThreadPool pool(0);
  pool.parallel_for(questions.size(), [&](std::size_t i) {
    out[i] = ask(questions[i]);
    progress.advance(1);
  });
  return out;
}

base::Result<Calibration> learn(const std::vector<Given>& given, std::size_t columns, std::uint64_t seed) {
  stats::ScoredItems items;
  items.columns = columns;
  for (const Given& one : given) {
    for (std::size_t k = 0; k < columns; ++k)
      items.scores.push_back(one.scores.size() == columns ? one.scores[k] : std::nan(""));
    items.groups.emplace_back("en");
    items.correct.push_back(one.right ? 1 : 0);
  }
  return Calibration::learn("questions over the same world", items, {.seed = seed});
}

struct Counts {
  std::size_t right = 0, wrong = 0, invented = 0;  // invented: the documents do not answer
};

Counts count(const std::vector<Asked>& questions, const std::vector<Given>& given, std::string_view form) {
  Counts out;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!given[i].given || (!form.empty() && questions[i].form != form)) continue;
    ++(given[i].right ? out.right : out.wrong);
    out.invented += questions[i].answerable() ? 0 : 1;
  }
  return out;
}

std::string shown(std::size_t hits, std::size_t n) {
  const auto share = stats::share_of(hits, n);
  char text[64];
  std::snprintf(text, sizeof text, "%.3f [%.3f, %.3f]", share.value(), share.interval.low,
                share.interval.high);
  return text;
}

void print(const char* label, const std::vector<Asked>& questions, const std::vector<Given>& given) {
  const Counts all = count(questions, given, "");
  std::size_t answerable = 0;
  for (const Asked& asked : questions) answerable += asked.answerable() ? 1 : 0;
  std::printf("| %s | %zu | %s | %zu | %s | %zu of %zu | %s |\n", label, all.right,
              shown(all.right, answerable).c_str(), all.wrong,
              shown(all.wrong, all.right + all.wrong).c_str(), all.invented, questions.size() - answerable,
              shown(questions.size() - all.right - all.wrong, questions.size()).c_str());
}

base::Status run(const Settings& settings) {
  GENKAI_ASSIGN_OR_RETURN(auto options, model::parse_model_url(settings.model));
  const std::string name = options.name;
  std::vector<model::UpstreamOptions> upstreams;
  upstreams.push_back(std::move(options));
  GENKAI_ASSIGN_OR_RETURN(
      const auto models,
      model::Models::create(std::move(upstreams), model::builtin_transport(model::curl_transport())));
  model::LanguageModel& model = *models->find(name);
  for (const bool honest : {true, false}) {
    GENKAI_ASSIGN_OR_RETURN(const Case world, make_case(settings, honest));
    const auto& view = *world.documents.view;
    std::printf("\n%s: %zu passages, %zu questions calibrate, %zu are reported; seed %llu\n",
                honest ? "Every source is true" : "With false sources", view.passage_count(),
                world.known.size(), world.reported.size(), static_cast<unsigned long long>(settings.seed));
    std::printf("| | right | of the answerable | wrong | of the given | invented | not answered |\n");
    std::printf("|---|---|---|---|---|---|---|\n");
    const auto report = [&](const char* label, const Ask& ask) {
      const auto given = ask_all(label, world.reported, ask);
      print(label, world.reported, given);
      for (const char* form : {"plain", "hop", "back", "year"}) {
        const Counts one = count(world.reported, given, form);
        std::size_t n = 0;
        for (const Asked& asked : world.reported) n += asked.form == form && asked.answerable() ? 1 : 0;
        std::printf("| &nbsp; %s | %zu | %s | %zu | %s | | |\n", form, one.right, shown(one.right, n).c_str(),
                    one.wrong, shown(one.wrong, one.right + one.wrong).c_str());
      }
    };
    const auto path = [&](const answer::AnswererOptions& own, model::LanguageModel* drafts) {
      auto answerer = std::make_shared<answer::Answerer>(own, answer::AnswererParts{.model = drafts});
      return [answerer, &view](const Asked& asked) { return by_main_path(asked, view, *answerer); };
    };
    report("the model by itself", [&](const Asked& asked) { return by_itself(asked, view, model); });
    answer::AnswererOptions own;
    own.policy.risk = settings.risk;
    report("quotes, no model, not calibrated here", path(own, nullptr));
    report("genkai, not calibrated here", path(own, &model));
    const auto learnt = ask_all("calibrate", world.known, path(own, &model));
    GENKAI_ASSIGN_OR_RETURN(Calibration calibration, learn(learnt, 3, settings.seed));
    own.policy.model_calibration = std::make_shared<const Calibration>(std::move(calibration));
    report("genkai, calibrated", path(own, &model));
  }
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"The built-in model in a world whose truth is known, with and without guards"};
  genkai::bench::Settings settings;
  program.add_option("--model", settings.model, "builtin, or builtin:FILE.gguf")->capture_default_str();
  program.add_option("--seed", settings.seed, "1 is for development")->capture_default_str();
  program.add_option("--questions", settings.questions, "That are reported")->capture_default_str();
  program.add_option("--risk", settings.risk, "Wanted share of wrong answers among those given")
      ->check(CLI::Range(0.005, 0.9))
      ->capture_default_str();
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(settings); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
