// Recall of search by words, by meaning and by both, on reading-comprehension sets of others.
//
//   GENKAI_DATA=... build/release/bench/retrieval_quality [--others 100000] [--folders /usr/share/doc
//   /usr/share/man]
//
// Recall@k: share of questions whose own paragraph is among the first k documents, with 95 % Wilson
// intervals. The weights of the ranking were learnt on one half of the articles (tools/train_rank); "held
// out" is the other half.

#include <CLI/CLI.hpp>

#include <array>
#include <atomic>
#include <cstdio>

#include "base/thread_pool.h"
#include "limits/retrieval/guard.h"
#include "squad.h"
#include "stats/intervals.h"

namespace genkai::bench {
namespace {

using limits::retrieval::GatherOptions;

constexpr std::array<std::size_t, 3> kDepths{1, 5, 20};

// 0-based rank of the question's paragraph among the hits, or 1000.
std::size_t rank_of(const knowledge::KnowledgeView& view, const Squad& squad, const SquadQuestion& question,
                    GatherOptions::Ranking ranking) {
  core::Trace trace;
  GatherOptions options;
  options.one_per_section = true;
  options.ranking = ranking;
  const auto meanings = limits::retrieval::interpret({question.id, question.text, ""}, view, trace);
  const auto found = limits::retrieval::gather(view, meanings.front(), options, trace);
  if (!found) return 1000;
  for (std::size_t i = 0; i < found->evidence.size(); ++i)
    if (found->evidence[i].passage.document.id == squad.contexts[question.context].id) return i;
  return 1000;
}

void print_row(const char* label, const std::vector<std::size_t>& ranks) {
  std::printf("    %-18s n=%-5zu", label, ranks.size());
  for (const std::size_t depth : kDepths) {
    std::size_t hits = 0;
    for (const std::size_t rank : ranks) hits += rank < depth ? 1 : 0;
    const auto interval = stats::wilson(hits, ranks.size());
    std::printf("  @%-2zu %.3f [%.3f, %.3f]", depth,
                static_cast<double>(hits) / static_cast<double>(std::max<std::size_t>(ranks.size(), 1)),
                interval.low, interval.high);
  }
  std::printf("\n");
}

void measure(const std::string& title, const knowledge::KnowledgeView& view,
             const std::vector<const Squad*>& sets) {
  std::printf("%s: %zu passages\n", title.c_str(), view.passage_count());
  base::ThreadPool pool;
  for (const Squad* squad : sets) {
    std::printf("  %s\n", squad->name.c_str());
    for (const auto& [name, ranking] : {std::pair{"words", GatherOptions::Ranking::lexical},
                                        std::pair{"meaning", GatherOptions::Ranking::dense},
                                        std::pair{"fused", GatherOptions::Ranking::fused}}) {
      std::vector<std::size_t> ranks(squad->questions.size());
      pool.parallel_for(ranks.size(), [&, ranking = ranking](std::size_t i) {
        ranks[i] = rank_of(view, *squad, squad->questions[i], ranking);
      });
      print_row(name, ranks);
      if (ranking != GatherOptions::Ranking::fused) continue;
      std::vector<std::size_t> held_out;
      for (std::size_t i = 0; i < ranks.size(); ++i)
        if (split_of(*squad, squad->questions[i]) != Split::train) held_out.push_back(ranks[i]);
      print_row("fused, held out", held_out);
    }
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Recall of search on reading-comprehension sets"};
  std::size_t others = 100'000;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  program.add_option("--others", others, "Other passages in the joint knowledge base")->capture_default_str();
  program.add_option("--folders", folders, "Where the other passages come from");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::with_knowledge_bases(others, folders, genkai::bench::measure);
      !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
