// genkai calibrate: from recorded scores and outcomes to probabilities that mean what they say.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "app/calibrate_kb.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "app/recorded.h"
#include "base/file.h"
#include "stats/figure.h"
#include "stats/reliability.h"

namespace genkai::app {
namespace {

using base::Json;
using stats::Method;
using stats::Reliability;

struct CalibrateArguments {
  std::string file, apply, out, write, figure, language, method = "auto";
  RecordedColumns columns{.scores = {}, .correct = "correct", .group = {}};
  KnowledgeCalibration knowledge;
  std::size_t folds = 5;
  std::uint64_t seed = 1;
  bool json = false;
};

// The same items before and after, and what a constant gets.
struct Comparison {
  std::string name;  // of the group; empty: all
  std::size_t n = 0;
  Reliability before, after, constant;
};

struct Outcome {
  Recorded data, other;
  Method method = Method::isotonic;
  std::vector<double> probabilities, applied;
  std::vector<Comparison> comparisons, applied_comparisons;
  std::optional<stats::Recalibrator> map;
};

// Only rows with a first score and an outcome can be compared.
Comparison compare(const std::string& name, const Recorded& data, const std::vector<double>& probabilities,
                   std::uint64_t seed) {
  std::vector<double> raw, mapped;
  std::vector<std::uint8_t> correct;
  bool in_range = true;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (!data.labelled[i] || std::isnan(probabilities[i]) || std::isnan(data.items.row(i).front())) continue;
    if (!name.empty() && data.items.group(i) != name) continue;
    raw.push_back(data.items.row(i).front());
    in_range = in_range && raw.back() >= 0 && raw.back() <= 1;
    mapped.push_back(probabilities[i]);
    correct.push_back(data.items.correct[i]);
  }
  const stats::AssessOptions options{.seed = seed};
  Comparison out{name, raw.size(), assess(raw, correct, options), assess(mapped, correct, options),
                 assess_constant(correct, options)};
  if (!in_range)  // what is no probability has an order and nothing else
    for (auto* figure : {&out.before.ece, &out.before.adaptive_ece, &out.before.brier,
                         &out.before.reliability, &out.before.resolution, &out.before.log_loss})
      figure->value = figure->interval.low = figure->interval.high = std::nan("");
  return out;
}

std::vector<Comparison> compare_all(const Recorded& data, const std::vector<double>& probabilities,
                                    std::uint64_t seed) {
  std::vector<Comparison> out{compare("", data, probabilities, seed)};
  std::map<std::string, std::size_t> groups;
  for (const auto& group : data.items.groups) ++groups[group];
  for (const auto& [group, count] : groups)
    if (!group.empty()) out.push_back(compare(group, data, probabilities, seed));
  return out;
}

base::Result<Outcome> calibrate(const CalibrateArguments& arguments) {
  Outcome out;
  GENKAI_ASSIGN_OR_RETURN(const Table table, Table::read(arguments.file));
  GENKAI_ASSIGN_OR_RETURN(out.data, read_recorded(table, arguments.columns, false));
  const stats::ScoredItems& items = out.data.items;
  if (arguments.method == "auto") {
    GENKAI_ASSIGN_OR_RETURN(out.method, stats::best_method(items, arguments.folds, arguments.seed));
  } else {
    out.method = *stats::method_of(arguments.method);
  }
  GENKAI_ASSIGN_OR_RETURN(out.probabilities,
                          stats::cross_fit(items, out.method, arguments.folds, arguments.seed));
  out.comparisons = compare_all(out.data, out.probabilities, arguments.seed);
  GENKAI_ASSIGN_OR_RETURN(out.map, stats::Recalibrator::fit(items, out.method));
  if (!arguments.apply.empty()) {
    GENKAI_ASSIGN_OR_RETURN(const Table second, Table::read(arguments.apply));
    GENKAI_ASSIGN_OR_RETURN(out.other, read_recorded(second, arguments.columns, true));
    for (std::size_t i = 0; i < out.other.items.size(); ++i)
      out.applied.push_back((*out.map)(out.other.items.row(i), out.other.items.group(i)));
    if (out.other.without_outcome < out.other.rows.size())
      out.applied_comparisons = compare_all(out.other, out.applied, arguments.seed);
  }
  return out;
}

Json to_json(const Reliability& report) {
  Json json = Json::object();
  for (const auto& [name, figure] : stats::figures(report))
    json.set(std::string(name),
             Json::object({{"value", figure.value},
                           {"interval", Json::array({figure.interval.low, figure.interval.high})}}));
  return json;
}

Json to_json(const std::vector<Comparison>& comparisons) {
  Json list = Json::array();
  for (const auto& own : comparisons)
    list.push(Json::object({{"group", own.name.empty() ? Json() : Json(own.name)},
                            {"n", own.n},
                            {"before", to_json(own.before)},
                            {"after", to_json(own.after)},
                            {"constant", to_json(own.constant)}}));
  return list;
}

Json to_json(const CalibrateArguments& arguments, const Outcome& out) {
  Json json = Json::object({{"method", to_string(out.method)},
                            {"chosen", arguments.method == "auto" ? "by cross-fitted Brier score" : "named"},
                            {"folds", arguments.folds},
                            {"seed", arguments.seed},
                            {"rows", out.data.to_json()},
                            {"calibration_hash", content_hash(out.data.items)},
                            {"cross_fitted", to_json(out.comparisons)},
                            {"recalibration", out.map->to_json()}});
  if (!arguments.apply.empty())
    json.set("applied",
             Json::object({{"rows", out.other.to_json()}, {"figures", to_json(out.applied_comparisons)}}));
  return json;
}

void print(const Comparison& own, text::Language language) {
  const bool ja = language == text::Language::japanese;
  const std::string title = own.name.empty() ? std::string(ja ? "全体" : "all") : printable(own.name);
  std::fputs(fmt::format("{}  (n = {})\n  {:<14} {:<24} {:<24} {}\n", title, own.n, "", ja ? "前" : "before",
                         ja ? "後" : "after", ja ? "定数" : "constant")
                 .c_str(),
             stdout);
  const auto before = stats::figures(own.before), after = stats::figures(own.after),
             constant = stats::figures(own.constant);
  const auto show = [](const stats::Estimate& e) {
    return std::isnan(e.value) ? std::string("-") : with_interval(e.value, e.interval.low, e.interval.high);
  };
  for (std::size_t i = 0; i < before.size(); ++i)
    std::fputs(fmt::format("  {:<14} {:<24} {:<24} {:.3f}\n", before[i].first, show(before[i].second),
                           show(after[i].second), constant[i].second.value)
                   .c_str(),
               stdout);
}

void print(const CalibrateArguments& arguments, const Outcome& out, text::Language language) {
  const bool ja = language == text::Language::japanese;
  std::fputs((out.data.sentence(language) + "\n").c_str(), stdout);
  std::fputs((ja ? fmt::format("方法 {}({} 分割の交差適合、シード {})\n\n", to_string(out.method),
                               arguments.folds, arguments.seed)
                 : fmt::format("method {}, cross-fitted in {} folds, seed {}\n\n", to_string(out.method),
                               arguments.folds, arguments.seed))
                 .c_str(),
             stdout);
  for (const auto& own : out.comparisons) print(own, language);
  if (out.applied_comparisons.empty()) return;
  std::fputs(("\n" + arguments.apply + "\n").c_str(), stdout);
  for (const auto& own : out.applied_comparisons) print(own, language);
}

base::Status write_probabilities(const std::string& path, const Recorded& data,
                                 const std::vector<double>& probabilities) {
  std::string text;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    Json row =
        Json::object({{"row", data.rows[i]},
                      {"probability", std::isnan(probabilities[i]) ? Json() : Json(probabilities[i])}});
    if (data.labelled[i]) row.set("correct", data.items.correct[i] != 0);
    if (!data.items.groups.empty()) row.set("group", data.items.groups[i]);
    text += row.dump() + "\n";
  }
  return base::write_file_atomically(path, text);
}

// A reliability diagram of the first score before and after, on the cross-fitted rows.
std::string figure_of(const Outcome& out, text::Language language) {
  const bool ja = language == text::Language::japanese;
  stats::Figure figure{
      .title = ja ? "信頼度図" : "Reliability",
      .description =
          ja ? "述べられた確率と、実際に正しかった割合。点線は一致。棒は95 %区間。"
             : "Probability against the share right, in bins of equal mass with 95 % intervals. On the "
               "dashed line both are equal.",
      .x = {.title = ja ? "確率" : "probability", .percent = true, .low = 0, .high = 1},
      .y = {.title = ja ? "正答の割合" : "share right", .percent = true, .low = 0, .high = 1}};
  std::vector<double> raw, mapped;
  std::vector<std::uint8_t> correct;
  for (std::size_t i = 0; i < out.probabilities.size(); ++i) {
    const double score = out.data.items.row(i).front();
    if (std::isnan(score) || std::isnan(out.probabilities[i])) continue;
    raw.push_back(score);
    mapped.push_back(out.probabilities[i]);
    correct.push_back(out.data.items.correct[i]);
  }
  const auto series = [&](const char* name, const std::vector<double>& probabilities) {
    stats::FigureSeries own{.name = name, .points = {}, .style = stats::SeriesStyle::line_dots};
    for (const auto& bin : stats::reliability_bins(probabilities, correct))
      own.points.push_back({.x = bin.probability,
                            .y = bin.share,
                            .low = bin.interval.low,
                            .high = bin.interval.high,
                            .label = "n = " + std::to_string(bin.items)});
    figure.series.push_back(std::move(own));
  };
  figure.series.push_back(
      {ja ? "一致" : "equal", {{.x = 0, .y = 0}, {.x = 1, .y = 1}}, stats::SeriesStyle::reference});
  series(ja ? "前" : "before", raw);
  series(ja ? "後" : "after", mapped);
  return to_svg(figure);
}

int run_calibrate(const CalibrateArguments& arguments) {
  const auto out = calibrate(arguments);
  if (!out) return report(out.error(), arguments.json);
  base::Status written;
  if (!arguments.out.empty())
    written = base::write_file_atomically(arguments.out, out->map->to_json().dump(1) + "\n");
  if (written && !arguments.write.empty())
    written = arguments.apply.empty() ? write_probabilities(arguments.write, out->data, out->probabilities)
                                      : write_probabilities(arguments.write, out->other, out->applied);
  if (written && !arguments.figure.empty())
    written = base::write_file_atomically(arguments.figure,
                                          figure_of(*out, message_language(arguments.language, "")));
  if (!written) return report(written.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", to_json(arguments, *out).dump().c_str());
  else
    print(arguments, *out, message_language(arguments.language, ""));
  return kOk;
}

}  // namespace

void add_calibrate(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* verb = program.add_subcommand(
      "calibrate", "Make probabilities mean what they say: of recorded scores, or of a knowledge base");
  verb->add_option(
      "file", arguments->file,
      "Recorded scores and outcomes: CSV with a header line, or JSON lines; - for standard input");
  add_recorded_options(*verb, arguments->columns);
  std::vector<std::string> methods{"auto"};
  for (const Method method : stats::kMethods) methods.emplace_back(to_string(method));
  verb->add_option("--method", arguments->method, "auto takes the least cross-fitted Brier score")
      ->check(CLI::IsMember(methods))
      ->capture_default_str();
  verb->add_option("--folds", arguments->folds, "Of the cross-fitting: no row is mapped by a fit that saw it")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  verb->add_option("--apply", arguments->apply,
                   "Map the rows of this file, and assess them where it has outcomes");
  verb->add_option("--out", arguments->out, "Write the map to this file");
  verb->add_option(
      "--write", arguments->write,
      "Write the probabilities (of --apply, else the cross-fitted ones) to this file, JSON lines");
  verb->add_option("--figure", arguments->figure,
                   "Draw a reliability diagram, before and after, to this SVG file");
  add_knowledge_calibration_options(*verb, arguments->knowledge);
  verb->add_option("--seed", arguments->seed, "Of folds, resamples and made questions")
      ->capture_default_str();
  verb->add_option("--lang", arguments->language, "Language of messages")->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON (docs/formats/certify.md)");
  verb->callback([arguments, &run] {
    const bool knowledge = !arguments->knowledge.folder.empty();
    if (knowledge == !arguments->file.empty())
      throw CLI::ValidationError("calibrate", "give a file of recorded scores, or --kb");
    if (!knowledge && arguments->columns.scores.empty()) throw CLI::RequiredError("--score");
    arguments->knowledge.seed = arguments->seed;
    arguments->knowledge.language = arguments->language;
    arguments->knowledge.json = arguments->json;
    if (knowledge) {
      if (const auto possible = check(arguments->knowledge); !possible)
        throw CLI::ValidationError("calibrate", possible.error().message);
      run = [arguments] { return run_knowledge_calibration(arguments->knowledge); };
    } else {
      run = [arguments] { return run_calibrate(*arguments); };
    }
  });
}

}  // namespace genkai::app
