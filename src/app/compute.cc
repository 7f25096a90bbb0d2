// `genkai compute`: the exact worth of an expression with units and dates.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/batch.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "logic/expression/expression.h"

namespace genkai::app {
namespace {

namespace expression = logic::expression;
using base::Json;

struct ComputeArguments {
  std::string expression, batch, language;
  std::size_t threads = 0;
  bool json = false;
};

Json to_json(const expression::Outcome& outcome) {
  Json literals = Json::array();
  for (const expression::Literal& literal : outcome.literals)
    literals.push(Json::object({{"text", literal.text}, {"value", literal.value}}));
  bool unused = false;
  return Json::object(
      {{"status", "ok"},
       {"exact", outcome.exact},
       {"decimal", outcome.decimal},
       {"japanese", expression::decimal_text(outcome.value, text::Language::japanese, unused)},
       {"rounded", outcome.rounded},
       {"type", outcome.type},
       {"literals", std::move(literals)}});
}

Json to_json(const expression::Failure& failure, text::Language language) {
  return Json::object({{"status", "error"},
                       {"fault", std::string(expression::to_string(failure.fault))},
                       {"line", failure.line},
                       {"column", failure.column},
                       {"message", expression::describe(failure, language)}});
}

Json computed(std::string_view source, const std::string& language) {
  const auto outcome = expression::evaluate(source);
  if (outcome) return to_json(*outcome);
  return to_json(outcome.error(), message_language(language, std::string(source)));
}

int run_compute_batch(const ComputeArguments& arguments) {
  const auto errors =
      run_batch({arguments.batch, arguments.threads, "compute"}, [&](const Json& line) -> base::Result<Json> {
        const Json* source = line.find("expression");
        if (!source || !source->is_string())
          return base::fail(base::Code::invalid_argument, "the line has no \"expression\"",
                            "a line is {\"id\": ..., \"expression\": \"...\"}");
        return computed(source->as_string(), arguments.language);  // the batch adds the line's id
      });
  if (!errors) return report(errors.error(), arguments.json);
  return *errors == 0 ? kOk : kBadInput;
}

int run_compute(const ComputeArguments& arguments) {
  if (!arguments.batch.empty()) return run_compute_batch(arguments);
  const auto outcome = expression::evaluate(arguments.expression);
  if (arguments.json) {
    std::printf("%s\n", computed(arguments.expression, arguments.language).dump().c_str());
    return outcome ? kOk : kBadInput;
  }
  const text::Language language = message_language(arguments.language, arguments.expression);
  if (!outcome) return report(expression::to_error(outcome.error(), language), false);
  const bool japanese = language == text::Language::japanese;
  bool rounded = false;
  const std::string decimal = expression::decimal_text(outcome->value, language, rounded);
  std::printf("%s\n", printable(decimal).c_str());
  if (rounded) std::printf(japanese ? "正確な値: %s\n" : "exactly: %s\n", printable(outcome->exact).c_str());
  std::printf(japanese ? "種類: %s\n" : "type: %s\n",
              japanese ? expression::japanese_name(outcome->type).c_str() : outcome->type.c_str());
  return kOk;
}

}  // namespace

void add_compute(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<ComputeArguments>();
  CLI::App* verb = program.add_subcommand(
      "compute",
      "Compute an expression exactly: fractions, units, dates, sums (docs/limits/reasoning/programs.md)");
  verb->add_option("expression", arguments->expression,
                   "For example \"price = 12.5 USD; qty = 3; price * qty\"");
  verb->add_option("--batch", arguments->batch,
                   "Lines {\"id\", \"expression\"} of a file, or - for standard input");
  verb->add_option("--threads", arguments->threads, "Workers of a batch; by default one a core")
      ->check(CLI::Range(1, 256));
  verb->add_option("--lang", arguments->language, "Language of messages; by default the expression's")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments, &run] {
    if (arguments->expression.empty() == arguments->batch.empty())
      throw CLI::ValidationError("compute", "give an expression, or --batch FILE");
    run = [arguments] { return run_compute(*arguments); };
  });
}

}  // namespace genkai::app
