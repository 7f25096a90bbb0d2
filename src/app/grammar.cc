// `genkai grammar`: checks a grammar or JSON schema, and whether a text conforms to it.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "base/file.h"
#include "base/json.h"
#include "logic/grammar/matcher.h"
#include "logic/grammar/schema.h"
#include "text/utf8.h"

namespace genkai::app {
namespace {

using base::Json;
using base::Result;
using namespace logic::grammar;

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

struct GrammarArguments {
  std::string file, text, language = "en";
  bool schema = false, json = false;
  bool japanese() const { return language == "ja"; }
};

struct Checked {
  std::shared_ptr<const Grammar> grammar;
  std::optional<Schema> schema;
};

/// Where a text departs.
struct Departure {
  std::size_t byte = 0, line = 1, column = 1;
  std::string expected, rule;
  std::optional<Violation> violation;  // of a schema: then the text is JSON and nothing else of this counts
};

Result<std::string> read(const std::string& name) {
  if (name != "-") return base::read_file(name, kMostBytes);
  std::string text;
  char buffer[1 << 16];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, stdin)) {
    text.append(buffer, n);
    if (text.size() > kMostBytes)
      return base::fail(base::Code::resource_exhausted, "standard input is too large");
  }
  return text;
}

Result<Checked> check(const GrammarArguments& arguments) {
  const auto named = [&](base::Error error) {
    error.message = arguments.file + ": " + error.message;
    return base::fail(std::move(error));
  };
  GENKAI_ASSIGN_OR_RETURN(const std::string text, read(arguments.file));
  Checked out;
  if (arguments.schema) {
    const auto json = Json::parse(text);
    if (!json) return named(json.error());
    auto schema = Schema::parse(*json);
    if (!schema) return named(schema.error());
    out.schema = std::move(*schema);
  }
  Result<Rules> rules = out.schema ? out.schema->rules() : parse_rules(text);
  if (!rules) return named(rules.error());
  auto compiled = compile(*rules);
  if (!compiled) return named(compiled.error());
  out.grammar = std::move(*compiled);
  return out;
}

Result<std::optional<Departure>> depart(const Checked& checked, std::string_view text) {
  Departure departure;
  if (checked.schema) {
    const auto document = Json::parse(text);
    if (document) {
      departure.violation = checked.schema->check(*document);
      return departure.violation ? std::optional(departure) : std::nullopt;
    }
  }
  GENKAI_ASSIGN_OR_RETURN(const Match found, match(checked.grammar, text));
  if (found.whole) return std::optional<Departure>();
  departure.byte = found.end;
  departure.expected = found.expected;
  departure.rule = found.rule;
  for (std::size_t at = 0; at < found.end;) {
    const std::uint32_t length = text::code_point_at(text, at).length;
    const bool line_end = text[at] == '\n';
    if (at + length > found.end) break;  // it departs inside this character
    at += length;
    departure.line += line_end;
    departure.column = line_end ? 1 : departure.column + 1;
  }
  return std::optional(departure);
}

Json strings(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const std::string& one : list) out.push(one);
  return out;
}

Json to_json(const Checked& checked, bool matched, const std::optional<Departure>& departure) {
  Json out = Json::object({{"kind", checked.schema ? "json_schema" : "grammar"},
                           {"rules", checked.grammar->rule_count()},
                           {"states", checked.grammar->node_count()}});
  if (checked.schema) {
    out.set("ignored", strings(checked.schema->ignored()));
    out.set("checked_after", strings(checked.schema->checked_after()));
  }
  if (!matched) return out;
  Json match = Json::object({{"conforms", !departure.has_value()}});
  if (departure && departure->violation) {
    match.set("path", departure->violation->path);
    match.set("message", departure->violation->message);
    match.set("keyword", departure->violation->keyword);
  } else if (departure) {
    match.set("byte", departure->byte).set("line", departure->line).set("column", departure->column);
    match.set("expected", departure->expected).set("rule", departure->rule);
  }
  out.set("match", std::move(match));
  return out;
}

std::string render(const Checked& checked, const GrammarArguments& arguments,
                   const std::optional<Departure>& departure) {
  const bool ja = arguments.japanese();
  std::string out =
      fmt::format(fmt::runtime(ja ? "{}: {} 規則、{} 状態\n" : "{}: {} rules, {} states\n"),
                  printable(arguments.file), checked.grammar->rule_count(), checked.grammar->node_count());
  const auto list = [&](const char* title, const std::vector<std::string>& pointers) {
    for (const std::string& pointer : pointers) out += fmt::format("  {}: {}\n", title, printable(pointer));
  };
  if (checked.schema) {
    list(ja ? "注記なので無視" : "ignored, it only annotates", checked.schema->ignored());
    list(ja ? "書き終えた後に検査" : "checked on the finished document", checked.schema->checked_after());
  }
  if (arguments.text.empty()) return out;
  const std::string text =
      printable(arguments.text == "-" ? (ja ? "標準入力" : "standard input") : arguments.text);
  if (!departure) return out + fmt::format(fmt::runtime(ja ? "{}: 適合\n" : "{}: conforms\n"), text);
  if (const auto& violation = departure->violation)
    return out + fmt::format(fmt::runtime(ja ? "{}: 不適合: {} {} (スキーマ {})\n"
                                             : "{}: does not conform: {} {} (schema {})\n"),
                             text,
                             violation->path.empty() ? (ja ? "文書全体" : "the document")
                                                     : printable(violation->path),
                             printable(violation->message),
                             violation->keyword.empty() ? "/" : printable(violation->keyword));
  return out +
         fmt::format(fmt::runtime(ja ? "{}: 不適合: {} 行 {} 文字目、期待されるもの: {} (規則 '{}')\n"
                                     : "{}: does not conform: line {}, column {}: expected {} (rule '{}')\n"),
                     text, departure->line, departure->column, printable(departure->expected),
                     printable(departure->rule));
}

int run_grammar(const GrammarArguments& arguments) {
  const auto checked = check(arguments);
  if (!checked) return report(checked.error(), arguments.json);
  std::optional<Departure> departure;
  if (!arguments.text.empty()) {
    const auto text = read(arguments.text);
    if (!text) return report(text.error(), arguments.json);
    auto found = depart(*checked, *text);
    if (!found) return report(found.error(), arguments.json);
    departure = std::move(*found);
  }
  if (arguments.json)
    std::printf("%s\n", to_json(*checked, !arguments.text.empty(), departure).dump().c_str());
  else
    std::fputs(render(*checked, arguments, departure).c_str(), stdout);
  return departure ? kBadInput : kOk;
}

}  // namespace

void add_grammar(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<GrammarArguments>();
  CLI::App* verb =
      program.add_subcommand("grammar", "Check a grammar or JSON schema, and whether a text conforms to it");
  verb->add_option("file", arguments->file, "The grammar (GBNF), or - for standard input")->required();
  verb->add_flag("--schema", arguments->schema, "The file is a JSON schema");
  verb->add_option(
      "--match", arguments->text,
      "A text to hold against it, or - for standard input; exit status 65 when it does not conform");
  verb->add_option("--lang", arguments->language, "Language of messages")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON (docs/limits/reasoning/grammar.md)");
  verb->callback([arguments, &run] {
    if (arguments->file == "-" && arguments->text == "-")
      throw CLI::ValidationError("--match", "standard input can be one of the two only");
    run = [arguments] { return run_grammar(*arguments); };
  });
}

}  // namespace genkai::app
