// `genkai check`: whether answers, or the sentences of a text, can be true together.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/check_report.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/print.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "base/progress.h"
#include "limits/context/guard.h"
#include "limits/reasoning/guard.h"
#include "limits/retrieval/guard.h"

namespace genkai::app {
namespace {

using base::Code;
using base::Result;
using namespace limits;

constexpr std::size_t kFileBytes = std::size_t{64} << 20;
constexpr std::size_t kHeldAgainst = 500;  // claims that documents are searched for

struct CheckArguments {
  std::string text, claims, rules, language;
  KnowledgeChoice knowledge;
  double seconds = 10;
  bool json = false, rules_only = false;
};

Result<std::string> read_input(const std::string& path) {
  if (path != "-") return base::read_file(path, kFileBytes);
  std::string text;
  char buffer[65536];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) {
    text.append(buffer, n);
    if (text.size() > kFileBytes)
      return base::fail(Code::resource_exhausted, "standard input is larger than 64 MiB");
  }
  return text;
}

base::Error about(const base::Error& error, const std::string& path) {
  return {error.code, (path == "-" ? "standard input" : path) + ": " + error.message, error.hint};
}

Result<std::vector<reasoning::Claim>> claims_of(const CheckArguments& arguments, std::string& text) {
  if (arguments.claims.empty()) {
    text = arguments.text;
    if (text == "-") {
      GENKAI_ASSIGN_OR_RETURN(text, read_input("-"));
    }
    return reasoning::claims_of_text(text);
  }
  GENKAI_ASSIGN_OR_RETURN(text, read_input(arguments.claims));
  auto claims = reasoning::parse_claims(text);
  if (!claims) return base::fail(about(claims.error(), arguments.claims));
  return claims;
}

// Each claim that is held true, against what the documents say in the same words.
base::Status hold_against_documents(const CheckArguments& arguments, const base::Cancellation& cancellation,
                                    CheckReport& report) {
  GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge(arguments.knowledge));
  report.with_documents = true;
  const auto& claims = report.consistency.claims;
  const std::size_t count = std::min(claims.size(), kHeldAgainst);
  base::Progress progress("check", count);
  for (std::size_t i = 0; i < count; ++i) {
    if (cancellation.cancelled()) return base::fail(Code::cancelled, "interrupted");
    progress.advance(1);
    if (!claims[i].value) continue;
    core::Trace trace;
    const core::Question question{"", claims[i].text, today()};
    auto meaning = retrieval::interpret(question, *knowledge.view, trace).front();
    GENKAI_ASSIGN_OR_RETURN(auto found, retrieval::gather(*knowledge.view, meaning, {.keep = 48}, trace));
    retrieval::vet(found.evidence, meaning, question, trace);
    // A document that says what the claim says repeats no question.
    for (core::Evidence& item : found.evidence) std::erase(item.suspicions, core::Suspicion::echoes_question);
    const auto evidence = context::pack(std::move(found.evidence), meaning, {}, trace);
    meaning.text.clear();  // else the claim's own values count as given
    auto compared = reasoning::Comparer(evidence, meaning).compare(claims[i].text, trace);
    if (compared.contradicted()) report.documents.push_back({i, std::move(compared.conflicts)});
  }
  return {};
}

Result<CheckReport> check(const CheckArguments& arguments, text::Language& language) {
  std::string text;
  GENKAI_ASSIGN_OR_RETURN(auto claims, claims_of(arguments, text));
  language = message_language(arguments.language, std::string(text::prefix(text, 2000)));
  std::vector<reasoning::Rule> rules;
  if (!arguments.rules.empty()) {
    GENKAI_ASSIGN_OR_RETURN(const std::string file, read_input(arguments.rules));
    auto read = reasoning::parse_rules(file);
    if (!read) return base::fail(about(read.error(), arguments.rules));
    rules = std::move(*read);
  }
  const base::Cancellation cancellation = base::cancel_on_signals();
  reasoning::ConsistencyOptions options;
  options.from_words = !arguments.rules_only;
  options.repair.seconds = arguments.seconds;
  options.repair.stop = [&] { return cancellation.cancelled(); };
  CheckReport report;
  report.consistency = reasoning::check_consistency(std::move(claims), rules, options);
  if (!arguments.knowledge.empty())
    GENKAI_RETURN_IF_ERROR(hold_against_documents(arguments, cancellation, report));
  return report;
}

int run_check(const CheckArguments& arguments) {
  text::Language language = text::Language::english;
  const auto report = check(arguments, language);
  if (!report) return app::report(report.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", report->to_json(language).dump().c_str());
  else
    std::fputs(render(*report, language).c_str(), stdout);
  if (report->inconsistent()) return kInconsistent;
  return report->consistency.verdict() == reasoning::Consistency::undetermined ? kAbstained : kOk;
}

}  // namespace

void add_check(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* verb = program.add_subcommand(
      "check", "Tell whether answers, or the sentences of a text, can be true together, and which to change");
  verb->add_option("text", arguments->text,
                   "A text, whose sentences are the claims; - reads it from standard input");
  verb->add_option("--claims", arguments->claims,
                   "Answers with their confidences, JSON Lines (docs/limits/reasoning/consistency.md); - for "
                   "standard input");
  verb->add_option("--rules", arguments->rules, "What they are held to, JSON Lines (the same page)");
  verb->add_flag("--rules-only", arguments->rules_only, "Read no relations from the claims' own words");
  verb->add_option("--seconds", arguments->seconds, "At most so long for each of the two searches")
      ->check(CLI::Range(0.01, 86'400.0))
      ->capture_default_str();
  add_knowledge_options(*verb, arguments->knowledge);
  verb->add_option("--lang", arguments->language, "Language of messages; by default that of the claims")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON (docs/limits/reasoning/consistency.md)");
  verb->footer(
      "Exit status: 0 nothing contradicts anything, 4 it does not hold together, 2 undetermined within the "
      "bounds.");
  verb->callback([arguments, &run] {
    if (arguments->text.empty() == arguments->claims.empty())
      throw CLI::ValidationError("check", "a text or --claims is needed, and not both");
    if (arguments->claims == "-" && arguments->rules == "-")
      throw CLI::ValidationError("check", "--claims and --rules cannot both be standard input");
    run = [arguments] { return run_check(*arguments); };
  });
}

}  // namespace genkai::app
