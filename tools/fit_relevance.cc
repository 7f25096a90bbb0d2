// Learns the relevance gate (src/limits/retrieval/relevance.h) and prints relevance_weights.h; the report
// goes to the standard error.
//
//   GENKAI_DATA=... build/release/tools/fit_relevance [--others N] > relevance_weights.h
//   cp relevance_weights.h src/limits/retrieval/
//
// A row is one passage that the gathering stage found for a question of JaQuAD or XQuAD in a knowledge base
// of both sets among other passages; it bears on the question when it comes from the question's own
// paragraph. Learnt on half of the articles (Split::train); the threshold is chosen on a quarter, and
// reported is the last quarter.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/thread_pool.h"
#include "limits/retrieval/guard.h"
#include "limits/retrieval/relevance.h"
#include "squad.h"
#include "stats/calibration.h"
#include "stats/intervals.h"
#include "stats/logistic.h"

namespace genkai::bench {
namespace {

using namespace limits::retrieval;

struct Row {
  RelevanceFeatures features{};
  bool bears = false;
};
struct Rows {
  std::vector<double> values;
  std::vector<std::uint8_t> labels;
};
constexpr double kDropped = 0.01;  // of the passages that bear on the question

Rows rows_for(const knowledge::KnowledgeView& view, const Squad& squad, Split split, base::ThreadPool& pool) {
  std::vector<const SquadQuestion*> questions;
  for (const auto& question : squad.questions)
    if (split_of(squad, question) == split) questions.push_back(&question);
  std::vector<std::vector<Row>> found(questions.size());
  pool.parallel_for(questions.size(), [&](std::size_t i) {
    core::Trace trace;
    const auto meaning = interpret({"", questions[i]->text, ""}, view, trace).front();
    const auto gathered = gather(view, meaning, {}, trace);
    if (!gathered) return;
    for (std::size_t place = 0; place < gathered->evidence.size(); ++place) {
      const auto& item = gathered->evidence[place];
      found[i].push_back({relevance_features(item.scores, place),
                          item.passage.document.id == squad.contexts[questions[i]->context].id});
    }
  });
  Rows rows;
  for (const auto& each : found)
    for (const Row& row : each) {
      rows.values.insert(rows.values.end(), row.features.begin(), row.features.end());
      rows.labels.push_back(row.bears ? 1 : 0);
    }
  return rows;
}

std::vector<double> scores_of(const Rows& rows, const stats::LogisticModel& model) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < rows.labels.size(); ++i)
    scores.push_back(
        model.probability(std::span(rows.values).subspan(i * kRelevanceFeatures, kRelevanceFeatures)));
  return scores;
}

void print_share(const char* what, std::size_t hits, std::size_t n) {
  const auto interval = stats::wilson(hits, n);
  std::fprintf(stderr, "  %-44s %.4f [%.4f, %.4f] (%zu of %zu)\n", what,
               static_cast<double>(hits) / static_cast<double>(std::max<std::size_t>(n, 1)), interval.low,
               interval.high, hits, n);
}

void report(const char* name, const Rows& rows, const std::vector<double>& scores, double threshold) {
  std::size_t gold = 0, gold_marked = 0, other = 0, other_marked = 0;
  double constant = 0, brier = 0, of_constant = 0;
  for (const auto label : rows.labels) constant += label;
  constant /= static_cast<double>(rows.labels.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool marked = scores[i] < threshold, bears = rows.labels[i] != 0;
    (bears ? gold : other) += 1;
    (bears ? gold_marked : other_marked) += marked ? 1 : 0;
    const double label = bears ? 1 : 0;
    brier += (scores[i] - label) * (scores[i] - label);
    of_constant += (constant - label) * (constant - label);
  }
  const auto n = static_cast<double>(scores.size());
  std::fprintf(stderr, "%s: %zu passages\n  AUROC %.3f  ECE %.4f  Brier %.4f (a constant: %.4f)\n", name,
               scores.size(), stats::auroc(scores, rows.labels),
               stats::expected_calibration_error(scores, rows.labels), brier / n, of_constant / n);
  print_share("marked of those that bear on the question", gold_marked, gold);
  print_share("marked of the others", other_marked, other);
}

base::Status run(std::size_t others, const std::vector<std::string>& folders) {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const auto base, TemporaryKnowledgeBase::create());
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, jaquad));
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, xquad));
  GENKAI_RETURN_IF_ERROR(add_other_passages(*base.kb, folders, others).map([](std::size_t) {}));
  GENKAI_ASSIGN_OR_RETURN(const auto view, base.kb->view());
  base::ThreadPool pool;
  const auto both = [&](Split split) {
    Rows rows = rows_for(*view, jaquad, split, pool);
    const Rows more = rows_for(*view, xquad, split, pool);
    rows.values.insert(rows.values.end(), more.values.begin(), more.values.end());
    rows.labels.insert(rows.labels.end(), more.labels.begin(), more.labels.end());
    return rows;
  };
  const Rows learn = both(Split::train);
  GENKAI_ASSIGN_OR_RETURN(const auto model, stats::LogisticModel::fit(learn.values, kRelevanceFeatures,
                                                                      learn.labels, {.ridge = 1}));
  const Rows choose = both(Split::calibration);
  const std::vector<double> chosen = scores_of(choose, model);
  std::vector<double> gold;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (choose.labels[i] != 0) gold.push_back(chosen[i]);
  std::sort(gold.begin(), gold.end());
  if (gold.empty()) return base::fail(base::Code::invalid_argument, "no passage bears on any question");
  const double threshold = gold[static_cast<std::size_t>(kDropped * static_cast<double>(gold.size()))];
  std::fprintf(stderr, "threshold %.5f\n", threshold);
  for (const Squad* squad : {&jaquad, &xquad}) {
    const Rows rows = rows_for(*view, *squad, Split::test, pool);
    report(squad->name.c_str(), rows, scores_of(rows, model), threshold);
  }
  std::printf(
      "#pragma once\n"
      "// Weights of the relevance gate, in the order of relevance_features (relevance.h). Written by\n"
      "// tools/fit_relevance: learnt on half of the articles of JaQuAD (dev) and XQuAD (en), threshold from "
      "a\n"
      "// quarter.\n\n"
      "namespace genkai::limits::retrieval {\n\n"
      "constexpr double kRelevanceIntercept = %.5g;\nconstexpr double kRelevanceWeights[] = {",
      model.intercept());
  for (std::size_t i = 0; i < kRelevanceFeatures; ++i)
    std::printf("%s%.5g", i > 0 ? ", " : "", model.weights()[i]);
  std::printf("};\nconstexpr double kOffTopic = %.5g;\n\n}  // namespace genkai::limits::retrieval\n",
              threshold);
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Learns the relevance gate"};
  std::size_t others = 5'000;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  program.add_option("--others", others, "Other passages in the knowledge base")->capture_default_str();
  program.add_option("--folders", folders, "Where the other passages come from");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(others, folders); !status) {
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return 1;
  }
  return 0;
}
