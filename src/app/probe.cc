// `genkai probe`: measures where a language model fails, with intervals and baselines.

#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/print.h"
#include "app/probe_report.h"
#include "base/async.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "base/progress.h"

namespace genkai::app {
namespace {

namespace probe = limits::hallucination::probe;
using base::Result;

struct ProbeArguments {
  ModelChoice model;
  std::string facts, parts, record, report, language = "en";
  std::size_t items = 0;
  probe::AskOptions options;
  double price_in = 0, price_out = 0;  // of a million tokens
  bool json = false;
};

text::Language language_of(const ProbeArguments& arguments) {
  return arguments.language == "ja" ? text::Language::japanese : text::Language::english;
}

// Appends whole lines, each of them on the disk's way before the next request.
class Recorder {
 public:
  explicit Recorder(std::string path) : path_(std::move(path)) {}
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder() {
    if (file_) std::fclose(file_);
  }
  base::Status open(bool torn) {
    if (path_.empty()) return {};
    file_ = std::fopen(path_.c_str(), "ab");
    if (!file_) return base::fail(base::system_error(path_, errno));
    return torn ? write("\n") : base::Status();
  }
  base::Status write(const std::string& line) {
    if (!file_) return {};
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0)
      return base::fail(base::system_error(path_, errno));
    return {};
  }

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

std::string estimate_line(const probe::Estimate& before, const ProbeArguments& arguments) {
  const auto n = [](std::uint64_t value) { return std::to_string(value); };
  const double money = (static_cast<double>(before.prompt_tokens) * arguments.price_in +
                        static_cast<double>(before.completion_tokens) * arguments.price_out) /
                       1e6;
  char price[40] = "";
  const bool japanese = arguments.language == "ja";
  if (money > 0) std::snprintf(price, sizeof price, japanese ? "、費用約%.4f" : ", cost about %.4f", money);
  if (japanese)
    return "これから" + n(before.calls) + "回呼び出します (記録済み" + n(before.known) +
           "件。見積もり: 入力約" + n(before.prompt_tokens) + "・出力約" + n(before.completion_tokens) +
           "トークン" + price + ")。";
  return n(before.calls) + " calls to make, " + n(before.known) + " replies are recorded already; about " +
         n(before.prompt_tokens) + " tokens in, " + n(before.completion_tokens) + " out" + price + ".";
}

base::Error interrupted(const ProbeArguments& arguments, std::size_t replies) {
  const bool japanese = arguments.language == "ja";
  const std::string count = std::to_string(replies);
  if (arguments.record.empty())
    return {base::Code::cancelled,
            japanese ? "中断しました。" + count + "件の返答は残っていません。"
                     : "interrupted; the " + count + " replies are lost",
            japanese ? "--record FILE を付けると続きから再開できます。" : "with --record FILE it can go on"};
  return {base::Code::cancelled,
          japanese ? "中断しました。" + count + "件の返答が" + printable(arguments.record) + "にあります。"
                   : "interrupted; " + count + " replies are in " + printable(arguments.record),
          japanese ? "同じ指定でもう一度実行すると続きから再開します。" : "run the same again to go on"};
}

std::size_t unanswerable_questions(const probe::FactSet& facts, const probe::Parts& parts) {
  std::size_t n = 0;
  for (const auto& fact : facts.facts)
    n += (fact.answerable() ? 0 : 1) + (parts.abstention && !fact.twin.empty() ? 1 : 0);
  return n;
}

Result<int> probe_hallucination(const ProbeArguments& arguments) {
  const text::Language language = language_of(arguments);
  GENKAI_ASSIGN_OR_RETURN(const std::string file, base::read_file(arguments.facts));
  GENKAI_ASSIGN_OR_RETURN(probe::FactSet facts, probe::parse_facts(file));
  for (const std::string& problem : facts.problems)
    std::fprintf(stderr, "genkai: %s: %s\n", printable(arguments.facts).c_str(), printable(problem).c_str());
  if (arguments.items > 0) facts = probe::choose(std::move(facts), arguments.items, arguments.options.seed);
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));

  probe::Replies replies(model.model->name(), arguments.options.seed);
  bool torn = false;
  if (!arguments.record.empty()) {
    const auto earlier = base::read_file(arguments.record);
    if (!earlier && earlier.error().code != base::Code::not_found) return base::fail(earlier.error());
    if (earlier) {
      replies.read(*earlier);
      torn = !earlier->empty() && earlier->back() != '\n';
    }
    if (replies.malformed() > 0)
      std::fprintf(stderr, "genkai: %s: %zu malformed lines are left out\n",
                   printable(arguments.record).c_str(), replies.malformed());
  }
  const auto plan = probe::plan_asks(facts, arguments.options);
  const auto before = probe::estimate(plan, replies);
  std::fprintf(stderr, "%s\n", estimate_line(before, arguments).c_str());
  Recorder recorder(arguments.record);
  GENKAI_RETURN_IF_ERROR(recorder.open(torn));

  std::optional<base::Progress> progress;
  progress.emplace("probe", before.calls + before.known);
  const auto on_reply = [&](const probe::Reply& reply) { return recorder.write(replies.line(reply)); };
  const auto on_step = [&] { progress->advance(1, {}); };
  auto asked = base::run_blocking(probe::ask_all(*model.model, plan, replies, arguments.options, on_reply,
                                                 on_step, base::cancel_on_signals()));
  progress.reset();
  if (asked && !asked->interrupted) base::end_on_signals();  // what is left takes no time
  model.remember();
  if (!asked) {
    base::Error error = std::move(asked).error();
    if (!arguments.record.empty() && replies.size() > 0)
      error.hint += (error.hint.empty() ? "" : "; ") + std::to_string(replies.size()) + " replies are in " +
                    arguments.record + ", and the same command goes on from there";
    return base::fail(std::move(error));
  }
  if (asked->interrupted) return base::fail(interrupted(arguments, replies.size()));
  if (replies.size() == 0)
    return base::fail(base::Code::unavailable, "no question got a reply: " + asked->first_failure);
  if (asked->failed > 0)
    std::fprintf(stderr, "genkai: %zu questions got no reply: %s\n", asked->failed,
                 printable(asked->first_failure).c_str());

  ProbeRun run;
  run.model = model.model->name();
  run.facts_file = arguments.facts;
  run.exposure_is = facts.exposure_is;
  run.today = today();
  run.facts = facts.facts.size();
  run.unanswerable = unanswerable_questions(facts, arguments.options.parts);
  run.malformed = facts.malformed;
  run.options = arguments.options;
  run.asked = *asked;
  run.all = replies.usage();
  run.replies = replies.size();
  if (run.asked.usage.money == 0)
    run.asked.usage.money = (static_cast<double>(asked->usage.prompt_tokens) * arguments.price_in +
                             static_cast<double>(asked->usage.completion_tokens) * arguments.price_out) /
                            1e6;
  const auto found = probe::measure(facts, replies, arguments.options, run.today);
  const auto parts = sections(run, found, language);
  if (!arguments.report.empty())
    GENKAI_RETURN_IF_ERROR(base::write_file_atomically(arguments.report, render_html(parts, run, language)));
  const std::string text =
      arguments.json ? to_json(run, found).dump() + "\n" : render_text(parts, run, language);
  if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0)
    return base::fail(base::Code::resource_exhausted, "cannot write to standard output");
  return asked->failed > 0 ? kUnavailable : facts.malformed > 0 ? kBadInput : kOk;
}

int run_hallucination(const ProbeArguments& arguments) {
  const auto status = probe_hallucination(arguments);
  return status ? *status : report(status.error(), arguments.json);
}

void add_hallucination(CLI::App& verb, Action& run) {
  auto arguments = std::make_shared<ProbeArguments>();
  CLI::App* part = verb.add_subcommand(
      "hallucination",
      "Ask a model questions with known answers: what it knows, how far its certainty can be trusted, "
      "whether it "
      "declines what has no answer, contradicts itself, defends errors, and how stale it is");
  part->add_option(
          "--model", arguments->model.urls,
          "http://host:port/v1#name of an OpenAI-compatible server. The key comes from $GENKAI_API_KEY")
      ->type_name("URL")
      ->expected(1)
      ->required()
      ->check([](const std::string& url) {
        const auto parsed = model::parse_model_url(url);
        return parsed ? std::string() : parsed.error().message + "; " + parsed.error().hint;
      });
  part->add_option(
          "--facts", arguments->facts,
          "Questions with known answers as JSON lines (docs/formats/facts.md); examples/facts.jsonl has some")
      ->type_name("FILE");
  part->add_option("--items", arguments->items, "Ask this many of them, drawn by the seed; 0 is all")
      ->capture_default_str();
  part->add_option("--repeats", arguments->options.repeats, "Wordings in which a question is asked again")
      ->check(CLI::Range(2, 8))
      ->capture_default_str();
  part->add_option("--parts", arguments->parts,
                   "Of accuracy, calibration, abstention, contradiction, snowballing, freshness, with commas "
                   "between; all by default");
  part->add_option("--record", arguments->record,
                   "Append each reply to this file; what is in it is not asked again")
      ->type_name("FILE");
  part->add_option("--report", arguments->report, "Write a page with figures")->type_name("FILE.html");
  part->add_option("--seed", arguments->options.seed, "Of everything that is drawn")->capture_default_str();
  part->add_option("--parallel", arguments->options.parallel, "Requests in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  part->add_option("--price-in", arguments->price_in, "Of a million tokens that are sent, to show the cost")
      ->check(CLI::NonNegativeNumber);
  part->add_option("--price-out", arguments->price_out, "Of a million tokens that are received")
      ->check(CLI::NonNegativeNumber);
  part->add_option("--lang", arguments->language, "Language of the report")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part->add_flag("--json", arguments->json, "Print the report as JSON (docs/formats/facts.md)");
  part->callback([arguments, &run] {
    if (arguments->facts.empty())
      throw CLI::RequiredError("--facts FILE (examples/facts.jsonl is there to begin with)");
    auto parts = probe::parse_parts(arguments->parts);
    if (!parts) throw CLI::ValidationError("--parts", parts.error().message + "; " + parts.error().hint);
    arguments->options.parts = *parts;
    run = [arguments] { return run_hallucination(*arguments); };
  });
}

}  // namespace

void add_probe(CLI::App& program, Action& run) {
  CLI::App* verb = program.add_subcommand("probe", "Measure where a language model fails");
  verb->require_subcommand(1);
  add_hallucination(*verb, run);
}

}  // namespace genkai::app
