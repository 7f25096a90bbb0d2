// Choosing passages under a budget of tokens: how long it takes, and whether what is needed is among them.
//
//   build/release/bench/pack                                   # time and gap, synthetic candidates
//   GENKAI_DATA=... build/release/bench/pack --shown [--first-half]
//
// --shown: what a language model is shown of the evidence for a question, by rank (what fits is taken, best
// first) and by fit() at several weights of coverage, and what is left after compression. JaQuAD and XQuAD: a
// gold answer stands in it; RAMDocs: share of a question's gold answers that stand in it. The reporting
// quarter of the articles and the odd rows of RAMDocs; with --first-half the calibrating quarter and the even
// rows, on which settings were chosen.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "limits/context/compress.h"
#include "limits/context/guard.h"
#include "limits/context/select.h"
#include "limits/retrieval/guard.h"
#include "squad.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

using limits::context::Problem;

// Sizes and overlaps as passages have them: 64 to 128 tokens, three to six sentences of which one in twenty
// stands elsewhere too, 20 terms of which a passage holds a third, relevance falling by rank.
Problem synthetic(std::size_t n, std::uint64_t seed, bool needs) {
  base::Rng rng(seed);
  Problem problem;
  problem.budget = 1500;
  for (int a = 0; a < 20; ++a) problem.aspects.push_back(rng.uniform() / 40);
  std::uint64_t fresh = 1000;
  for (std::size_t i = 0; i < n; ++i) {
    limits::context::Item item;
    item.cost = static_cast<double>(64 + rng.below(65));
    item.relevance = std::exp(-static_cast<double>(i) / 8) / 8;
    for (std::size_t a = 0; a < 20; ++a)
      if (rng.uniform() < 1.0 / 3) item.covers.push_back({a, 1});
    for (std::size_t p = 3 + rng.below(4); p > 0; --p)
      item.parts.push_back(rng.uniform() < 0.05 ? rng.below(50) : ++fresh);
    if (needs && i > 0 && rng.uniform() < 0.2)
      item.needs.push_back(i - 1 - rng.below(std::min<std::size_t>(i, 5)));
    problem.items.push_back(std::move(item));
  }
  return problem;
}

void time_selection() {
  std::printf(
      "| candidates | needs | CPU ms p50 | p95 | chosen | of the best possible, at least: mean | least |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const bool needs : {false, true})
    for (const std::size_t n : {48U, 200U, 2000U}) {
      std::vector<double> times;
      double reached = 0, least = 1, chosen = 0;
      constexpr std::size_t kRuns = 60;
      for (std::size_t run = 0; run < kRuns; ++run) {
        const Problem problem = synthetic(n, run + 1, needs);
        const std::clock_t begin = std::clock();
        const auto selection = limits::context::select(problem);
        times.push_back(1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
        reached += selection.reached() / kRuns;
        least = std::min(least, selection.reached());
        chosen += static_cast<double>(selection.chosen.size()) / kRuns;
      }
      std::sort(times.begin(), times.end());
      std::printf("| %zu | %s | %.2f | %.2f | %.1f | %.3f | %.3f |\n", n, needs ? "one in five" : "none",
                  times[kRuns / 2], times[kRuns * 95 / 100], chosen, reached, least);
    }
}

struct Asked {
  std::string text;
  std::vector<std::string> answers;
  bool all = false;  // each answer counts, not any
};

double share_held(const std::string& normalised, const Asked& asked) {
  double held = 0;
  for (const auto& answer : asked.answers)
    held += normalised.find(text::normalise(answer)) != std::string::npos ? 1 : 0;
  if (!asked.all) return held > 0 ? 1 : 0;
  return held / static_cast<double>(asked.answers.size());
}

std::string text_of(const std::vector<core::Evidence>& evidence, const std::vector<std::size_t>& places) {
  std::string all;
  for (const std::size_t place : places) all += evidence[place].passage.text + "\n";
  return text::normalise(all);
}

constexpr std::size_t kOverhead = 48;

std::vector<std::size_t> by_rank(const std::vector<core::Evidence>& evidence, std::size_t tokens) {
  std::vector<std::size_t> shown;
  std::size_t used = 0;
  for (const std::size_t place :
       limits::context::fit(evidence, {}, {}, {.order = limits::context::Order::best_first}).places) {
    const std::size_t size = text::estimate_tokens(evidence[place].passage.text) + kOverhead;
    if (used + size > tokens) continue;
    used += size;
    shown.push_back(place);
  }
  return shown;
}

constexpr std::size_t kRooms[] = {250, 400, 800};
constexpr double kWeights[] = {0, 0.1, 0.2, 0.4, 0.7};
constexpr std::size_t kWays = 1 + std::size(kWeights);

struct Shares {
  double held[std::size(kRooms)][kWays] = {};
  double reached[std::size(kRooms)] = {};
  double whole = 0, compressed = 0;  // of all evidence that may be shown
  double tokens_whole = 0, tokens_compressed = 0;
};

Shares look(const knowledge::KnowledgeView& view, const Asked& asked) {
  Shares out;
  core::Trace trace;
  const core::Question question{"", asked.text, ""};
  const auto meaning = limits::retrieval::interpret(question, view, trace).front();
  auto found = limits::retrieval::gather(view, meaning, {.keep = 48}, trace);
  if (!found) return out;
  limits::retrieval::vet(found->evidence, meaning, question, trace);
  const auto packed = limits::context::pack(std::move(found->evidence), meaning, {}, trace);
  for (std::size_t r = 0; r < std::size(kRooms); ++r) {
    out.held[r][0] = share_held(text_of(packed, by_rank(packed, kRooms[r])), asked);
    for (std::size_t w = 0; w < std::size(kWeights); ++w) {
      const auto shown =
          limits::context::fit(packed, meaning, {kRooms[r], kOverhead}, {.coverage = kWeights[w]});
      out.held[r][w + 1] = share_held(text_of(packed, shown.places), asked);
      if (kWeights[w] == limits::context::Showing{}.coverage) out.reached[r] = shown.reached;
    }
  }
  const auto places = limits::context::fit(packed, meaning, {}, {}).places;
  const auto shorter = limits::context::compressed(packed, meaning);
  out.whole = share_held(text_of(packed, places), asked);
  out.compressed = share_held(text_of(shorter, places), asked);
  for (const std::size_t place : places) {
    out.tokens_whole += static_cast<double>(text::estimate_tokens(packed[place].passage.text));
    out.tokens_compressed += static_cast<double>(text::estimate_tokens(shorter[place].passage.text));
  }
  return out;
}

void report(const std::string& name, const knowledge::KnowledgeView& view,
            const std::vector<Asked>& questions) {
  std::vector<Shares> rows(questions.size());
  base::ThreadPool pool;
  pool.parallel_for(questions.size(), [&](std::size_t i) { rows[i] = look(view, questions[i]); });
  const auto column = [&](const auto& of) {
    std::vector<double> values;
    values.reserve(rows.size());
    for (const Shares& row : rows) values.push_back(of(row));
    return values;
  };
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  for (std::size_t r = 0; r < std::size(kRooms); ++r) {
    const auto rank = column([&](const Shares& row) { return row.held[r][0]; });
    std::printf("| %s | %zu | %zu | %.3f |", name.c_str(), rows.size(), kRooms[r], mean(rank));
    for (std::size_t w = 1; w < kWays; ++w) {
      const auto own = column([&](const Shares& row) { return row.held[r][w]; });
      const auto gain = stats::paired_bootstrap(own, rank);
      std::printf(" %.3f (%+.3f, %+.3f) |", mean(own), gain.interval.low, gain.interval.high);
    }
    std::printf(" %.3f |\n", mean(column([&](const Shares& row) { return row.reached[r]; })));
  }
  const auto whole = column([](const Shares& row) { return row.whole; });
  const auto shorter = column([](const Shares& row) { return row.compressed; });
  const auto lost = stats::paired_bootstrap(shorter, whole);
  std::printf("compressed, %s: answers held %.3f instead of %.3f (%+.3f, %+.3f), tokens %.3f of %.0f\n",
              name.c_str(), mean(shorter), mean(whole), lost.interval.low, lost.interval.high,
              mean(column([](const Shares& row) { return row.tokens_compressed; })) /
                  mean(column([](const Shares& row) { return row.tokens_whole; })),
              mean(column([](const Shares& row) { return row.tokens_whole; })));
}

base::Status report_squad(bool first_half) {
  const Split split = first_half ? Split::calibration : Split::test;
  for (auto load : {load_jaquad, load_xquad}) {
    GENKAI_ASSIGN_OR_RETURN(const Squad squad, load(data_folder()));
    GENKAI_ASSIGN_OR_RETURN(const auto base, TemporaryKnowledgeBase::create());
    GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, squad));
    GENKAI_ASSIGN_OR_RETURN(const auto view, base.kb->view());
    std::vector<Asked> questions;
    for (const auto& question : squad.questions)
      if (split_of(squad, question) == split) questions.push_back({question.text, question.answers});
    report(squad.name, *view, questions);
  }
  return {};
}

base::Status report_ramdocs(bool first_half) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text,
                          base::read_file(data_folder() / "ramdocs" / "ramdocs.first250.jsonl"));
  Squad documents;
  std::vector<Asked> questions;
  std::size_t row = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto json = base::Json::parse(std::string_view(text).substr(at, end - at));
    at = end + 1;
    if (!json) continue;
    const std::string id = std::to_string(row++);
    std::size_t n = 0;
    for (const auto& document : json->find("documents")->items())
      documents.contexts.push_back({id + "-" + std::to_string(n++), "", document.string("text")});
    if ((row % 2 == 1) != first_half) continue;
    Asked asked{json->string("question"), {}, true};
    for (const auto& answer : json->find("gold_answers")->items())
      asked.answers.emplace_back(answer.as_string());
    questions.push_back(std::move(asked));
  }
  GENKAI_ASSIGN_OR_RETURN(const auto base, TemporaryKnowledgeBase::create());
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, documents));
  GENKAI_ASSIGN_OR_RETURN(const auto view, base.kb->view());
  report("RAMDocs", *view, questions);
  return {};
}

base::Status report_shown(bool first_half) {
  std::printf("| questions | n | tokens | by rank |");
  for (const double weight : kWeights) std::printf(" coverage %.1f (difference to rank, 95 %%) |", weight);
  std::printf(" of the best possible, at least |\n|---|---|---|---|---|---|---|---|---|---|\n");
  GENKAI_RETURN_IF_ERROR(report_squad(first_half));
  return report_ramdocs(first_half);
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Choosing passages under a budget of tokens"};
  bool shown = false, first_half = false;
  program.add_flag("--shown", shown, "What a language model is shown, on $GENKAI_DATA");
  program.add_flag("--first-half", first_half, "Of the questions that settings are chosen on");
  CLI11_PARSE(program, argc, argv);
  if (!shown) {
    genkai::bench::time_selection();
    return 0;
  }
  if (const auto status = genkai::bench::report_shown(first_half); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
