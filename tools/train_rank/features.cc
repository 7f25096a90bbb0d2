// Writes what tools/train_rank/fit.py learns the ranking of passages from: for every question of the learning
// half of the articles (and, marked, of the held-out half) the candidates with their features and whether
// they stand in the question's paragraph.
//
//   GENKAI_DATA=... build/release/tools/train_rank_features [--others N] > /tmp/rank.jsonl
//   python3 tools/train_rank/fit.py /tmp/rank.jsonl > src/limits/retrieval/rank_weights.h

#include <CLI/CLI.hpp>

#include <cstdio>

#include "base/json.h"
#include "base/thread_pool.h"
#include "limits/retrieval/guard.h"
#include "limits/retrieval/rank.h"
#include "squad.h"

namespace genkai::bench {
namespace {

using base::Json;
using namespace limits::retrieval;

constexpr std::size_t kKept = 60;  // hardest candidates of each question

std::vector<std::string> documents_of(const knowledge::KnowledgeView& view,
                                      const std::vector<Candidate>& candidates) {
  std::vector<core::PassageId> ids;
  for (const auto& candidate : candidates) ids.push_back(candidate.id);
  std::vector<std::string> documents(candidates.size());
  const auto passages = view.passages(ids);
  if (!passages) return documents;
  for (std::size_t i = 0, j = 0; i < ids.size() && j < passages->size(); ++i)
    if ((*passages)[j].id == ids[i]) documents[i] = (*passages)[j++].document.id;
  return documents;
}

Json line_for(const knowledge::KnowledgeView& view, const Squad& squad, const SquadQuestion& question,
              const char* base_name) {
  core::Trace trace;
  const auto meaning = interpret({question.id, question.text, ""}, view, trace).front();
  CandidateQuery query = make_query(view, meaning, GatherOptions::Ranking::fused);
  auto candidates = find_candidates(view, query, 100, 50);
  rank_candidates(candidates, !query.embedding.empty());
  const auto documents = documents_of(view, candidates);
  const std::string& wanted = squad.contexts[question.context].id;
  Json rows = Json::array();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool right = documents[i] == wanted;
    if (rows.items().size() >= kKept && !right) continue;
    Json features = Json::array();
    for (const float value : candidates[i].features) features.push(value);
    rows.push(Json::object(
        {{"right", right}, {"section", candidates[i].section}, {"features", std::move(features)}}));
  }
  return Json::object({{"set", squad.name},
                       {"base", base_name},
                       {"half", split_of(squad, question) == Split::train ? 0 : 1},
                       {"dense", !query.embedding.empty()},
                       {"rows", std::move(rows)}});
}

void dump(const knowledge::KnowledgeView& view, const Squad& squad, const char* base_name) {
  base::ThreadPool pool;
  std::vector<std::string> lines(squad.questions.size());
  pool.parallel_for(lines.size(), [&](std::size_t i) {
    lines[i] = line_for(view, squad, squad.questions[i], base_name).dump();
  });
  for (const auto& line : lines) std::printf("%s\n", line.c_str());
}

base::Status run(std::size_t others, const std::vector<std::string>& folders) {
  Json names = Json::array();
  for (std::size_t f = 0; f < kFeatures; ++f) names.push(feature_name(static_cast<Feature>(f)));
  std::printf("%s\n", Json::object({{"features", std::move(names)}}).dump().c_str());
  return with_knowledge_bases(others, folders, [](const std::string&, const auto& view, const auto& sets) {
    for (const Squad* squad : sets) dump(view, *squad, sets.size() == 1 ? "alone" : "mixed");
  });
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Features of candidates for learning the ranking"};
  std::size_t others = 50'000;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  program.add_option("--others", others, "Other passages in the joint knowledge base")->capture_default_str();
  program.add_option("--folders", folders, "Where the other passages come from");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(others, folders); !status) {
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return 1;
  }
  return 0;
}
