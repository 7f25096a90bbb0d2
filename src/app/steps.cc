// `genkai steps`: the first wrong step of a written chain of thought, found without a model.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "base/json.h"
#include "limits/reasoning/steps/step_check.h"

namespace genkai::app {
namespace {

using base::Code;
using base::Json;
using base::Result;
namespace steps = limits::reasoning::steps;

struct StepsArguments {
  std::string path, batch, question, language;
  bool json = false, details = false;
};

Json to_json(const steps::StepReport& report, bool details) {
  Json out = Json::object({{"first_wrong", report.first_wrong ? Json(*report.first_wrong) : Json()},
                           {"why", report.why},
                           {"checked", report.checked}});
  if (!details) return out;
  Json claims = Json::array();
  for (const auto& claim : report.claims)
    claims.push(Json::object({{"step", claim.step},
                              {"kind", steps::to_string(claim.kind)},
                              {"verdict", core::to_string(claim.verdict)},
                              {"text", claim.text},
                              {"why", claim.why}}));
  return out.set("claims", std::move(claims));
}

Result<Json> check_line(const std::string& text, const StepsArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const Json line, Json::parse(text));
  if (!line.is_object()) return base::fail(Code::invalid_argument, "a line must be a JSON object");
  const Json* list = line.find("steps");
  if (!list || !list->is_array())
    return base::fail(Code::invalid_argument, "\"steps\" must be a list of strings");
  std::vector<std::string> chain;
  for (const Json& step : list->items()) {
    if (!step.is_string()) return base::fail(Code::invalid_argument, "\"steps\" must be a list of strings");
    chain.emplace_back(step.as_string());
  }
  const std::string input = line.string("input");
  const auto report = steps::check_steps(input, chain, message_language(arguments.language, input));
  const Json* id = line.find("id");
  Json out = Json::object({{"id", id ? *id : Json()}});
  const Json found = to_json(report, arguments.details);
  for (const auto& [name, value] : found.members()) out.set(name, value);
  return out;
}

// A line out for each that can be read, as soon as it is read; the others are named on standard error.
int run_lines(const StepsArguments& arguments) {
  std::ifstream file;
  if (arguments.batch != "-") {
    file.open(arguments.batch, std::ios::binary);
    if (!file) return report({Code::not_found, "cannot open " + arguments.batch, ""}, arguments.json);
  }
  std::istream& in = arguments.batch == "-" ? std::cin : file;
  std::size_t number = 0, malformed = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto out = check_line(text, arguments);
    if (out) {
      const std::string line = out->dump() + "\n";
      if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() || std::fflush(stdout) != 0)
        return report({Code::resource_exhausted, "cannot write to standard output", ""}, arguments.json);
      continue;
    }
    ++malformed;
    const Json error = Json::object({{"line", number}, {"error", out.error().message}});
    std::fprintf(
        stderr, "%s\n",
        arguments.json
            ? error.dump().c_str()
            : ("genkai: line " + std::to_string(number) + ": " + printable(out.error().message)).c_str());
  }
  return malformed == 0 ? kOk : kBadInput;
}

Result<std::string> read_text(const std::string& path) {
  if (path != "-") return base::read_file(path);
  std::ostringstream all;
  all << std::cin.rdbuf();
  return all.str();
}

std::string render(const std::vector<std::string>& chain, const steps::StepReport& report,
                   text::Language language) {
  const bool japanese = language == text::Language::japanese;
  std::string out;
  std::size_t claim = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    bool right = false, wrong = false;
    std::string notes;
    for (; claim < report.claims.size() && report.claims[claim].step == i; ++claim) {
      const auto& one = report.claims[claim];
      right = right || one.verdict == core::Verdict::supported;
      wrong = wrong || one.verdict == core::Verdict::contradicted;
      if (!one.why.empty() && one.verdict != core::Verdict::not_checkable)
        notes += "          " + printable(one.why) + "\n";
    }
    const char* mark = wrong ? (japanese ? "誤り" : "wrong") : right ? "ok" : "-";
    std::string label = std::to_string(i) + "  " + mark;
    label.resize(std::max<std::size_t>(label.size(), japanese && wrong ? 12 : 10), ' ');
    out += label + printable(chain[i]) + "\n" + notes;
  }
  const std::string checked = std::to_string(report.checked), all = std::to_string(chain.size());
  if (report.first_wrong)
    out += japanese ? "\n最初の誤りは手順 " + std::to_string(*report.first_wrong) +
                          " です: " + printable(report.why) + "\n"
                    : "\nThe first wrong step is step " + std::to_string(*report.first_wrong) + ": " +
                          printable(report.why) + "\n";
  else
    out += japanese ? "\n誤りは見つかりませんでした。\n" : "\nNo wrong step was found.\n";
  return out + (japanese ? "確かめられた手順: " + all + " 個中 " + checked + " 個\n"
                         : checked + " of " + all + " steps could be checked.\n");
}

int run_text(const StepsArguments& arguments) {
  const auto text = read_text(arguments.path);
  if (!text) return report(text.error(), arguments.json);
  const auto chain = steps::split_steps(*text);
  if (chain.empty())
    return report(
        {Code::invalid_argument, "there are no steps in " + arguments.path, "write one step a line"},
        arguments.json);
  const auto language = message_language(arguments.language, *text);
  const auto found = steps::check_steps(arguments.question, chain, language);
  std::fputs((arguments.json ? to_json(found, true).dump() + "\n" : render(chain, found, language)).c_str(),
             stdout);
  return kOk;
}

}  // namespace

void add_steps(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<StepsArguments>();
  CLI::App* verb = program.add_subcommand(
      "steps", "Check the steps of a written chain of thought exactly, and find the first wrong one");
  verb->add_option("file", arguments->path, "A chain, one step a line; - for standard input");
  verb->add_option("--question", arguments->question, "What the chain answers");
  CLI::Option* batch =
      verb->add_option("--batch", arguments->batch,
                       "JSON lines with \"id\", \"input\" and \"steps\"; - for standard input")
          ->excludes("file");
  verb->add_flag("--details", arguments->details, "With --batch: every statement that was looked at")
      ->needs(batch);
  verb->add_flag("--json", arguments->json, "For programs");
  verb->add_option("--lang", arguments->language, "Language of the reasons; else that of the chain")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->footer(
      "Exit status: 0 whatever was found, 65 when a line is malformed (it is named on standard error).");
  verb->callback([arguments, &run] {
    if (arguments->path.empty() && arguments->batch.empty())
      throw CLI::ValidationError("steps", "name a file, - or --batch FILE");
    run = [arguments] {
      base::end_on_signals();
      return arguments->batch.empty() ? run_text(*arguments) : run_lines(*arguments);
    };
  });
}

}  // namespace genkai::app
