// Whether all the passages that an answer needs are found within a budget of tokens: plain fused search
// against search widened by neighbours and entities, paired. Synthetic questions (multi_hop_cases.h) among
// the paragraphs of JaQuAD and XQuAD, where those are there.
//
//   GENKAI_DATA=... build/release/bench/multi_hop [--seed 2] [--each 150]
//
// Seed 1 is for development; figures are reported with another.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

#include "limits/retrieval/guard.h"
#include "multi_hop_cases.h"
#include "squad.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

using limits::retrieval::GatherOptions;

constexpr std::array<std::size_t, 4> kBudgets{400, 800, 1500, 3000};
using Hits = std::array<bool, kBudgets.size()>;

Hits all_found(const knowledge::KnowledgeView& view, const HopCase& asked, const GatherOptions& options) {
  core::Trace trace;
  const auto meanings = limits::retrieval::interpret({"", asked.question, ""}, view, trace);
  const auto found = limits::retrieval::gather(view, meanings.front(), options, trace);
  Hits hits{};
  if (!found) return hits;
  std::size_t tokens = 0;
  std::vector<bool> there(asked.needed.size(), false);
  for (const auto& item : found->evidence) {
    tokens += text::estimate_tokens(item.passage.text);
    for (std::size_t i = 0; i < asked.needed.size(); ++i)
      if (item.passage.text.find(asked.needed[i]) != std::string::npos) there[i] = true;
    const bool all = std::all_of(there.begin(), there.end(), [](bool each) { return each; });
    for (std::size_t b = 0; b < kBudgets.size(); ++b)
      if (all && tokens <= kBudgets[b]) hits[b] = true;
  }
  return hits;
}

void report(const char* label, const std::vector<Hits>& plain, const std::vector<Hits>& widened) {
  const std::size_t n = plain.size();
  for (std::size_t b = 0; b < kBudgets.size(); ++b) {
    std::size_t before = 0, after = 0, gained = 0, lost = 0;
    for (std::size_t i = 0; i < n; ++i) {
      before += plain[i][b];
      after += widened[i][b];
      gained += widened[i][b] && !plain[i][b];
      lost += plain[i][b] && !widened[i][b];
    }
    const auto share = [&](std::size_t hits) { return static_cast<double>(hits) / static_cast<double>(n); };
    const auto was = stats::wilson(before, n), is = stats::wilson(after, n);
    std::printf("| %s | %zu | %zu | %.3f [%.3f, %.3f] | %.3f [%.3f, %.3f] | +%zu -%zu | %.2g |\n", label, n,
                kBudgets[b], share(before), was.low, was.high, share(after), is.low, is.high, gained, lost,
                stats::mcnemar_exact(gained, lost));
  }
}

base::Status run(std::uint64_t seed, std::size_t each) {
  GENKAI_ASSIGN_OR_RETURN(auto temporary, TemporaryKnowledgeBase::create());
  for (const auto& load : {load_jaquad, load_xquad})
    if (const auto squad = load(data_folder())) GENKAI_RETURN_IF_ERROR(add_contexts(*temporary.kb, *squad));
  const Suite suite = make_suite(seed, each);
  for (const auto& document : suite.documents) GENKAI_RETURN_IF_ERROR(temporary.kb->add(document));
  GENKAI_RETURN_IF_ERROR(temporary.kb->commit());
  GENKAI_ASSIGN_OR_RETURN(const auto view, temporary.kb->view());
  std::printf("%zu passages, seed %llu\n", view->passage_count(), static_cast<unsigned long long>(seed));
  std::printf("| questions | n | tokens | plain | widened | only one finds all | McNemar p |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const auto& [kind, name] :
       {std::pair{HopKind::one_passage, "one passage"}, std::pair{HopKind::fragments, "fragments"},
        std::pair{HopKind::two_hop, "two hops"}, std::pair{HopKind::three_hop, "three hops"}})
    for (const bool japanese : {false, true}) {
      std::vector<Hits> plain, widened;
      for (const HopCase& asked : suite.cases) {
        if (asked.kind != kind || asked.japanese != japanese) continue;
        plain.push_back(all_found(*view, asked, {.keep = 48}));
        widened.push_back(all_found(*view, asked, {.keep = 48, .neighbours = 3, .hops = 2}));
      }
      report((std::string(name) + (japanese ? ", Japanese" : ", English")).c_str(), plain, widened);
    }
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Recall of all passages that an answer needs (synthetic questions)"};
  std::uint64_t seed = 2;
  std::size_t each = 150;
  program.add_option("--seed", seed, "1 is for development")->capture_default_str();
  program.add_option("--each", each, "Questions of each kind and language")->capture_default_str();
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(seed, each); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
