// A large knowledge base: what it costs to build and to search.
//
//   GENKAI_DATA=... build/release/bench/scale --passages 1000000 [--folders /usr/share/doc /usr/share/man]
//   [--kb FOLDER]
//
// Passages are real text first (the paragraphs of JaQuAD and XQuAD, then the documents under --folders); what
// is missing to the wanted number is mixed: sentences of the real ones in seeded random order. Queries are
// the questions of both sets. Latencies are CPU milliseconds of one thread. Dense recall@10 is measured
// against an exact scan of the same vectors.

#include <sys/resource.h>
#include <time.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "answer/answerer.h"
#include "base/file.h"
#include "base/rng.h"
#include "large_base.h"
#include "limits/retrieval/rank.h"
#include "squad.h"
#include "text/analyzer.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

using limits::retrieval::GatherOptions;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double thread_cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void latency(const char* label, std::size_t n, const std::function<void(std::size_t)>& body) {
  std::vector<double> times;
  for (std::size_t i = 0; i < n; ++i) {
    const double start = thread_cpu_ms();
    body(i);
    times.push_back(thread_cpu_ms() - start);
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double q) {
    return times[std::min(times.size() - 1, static_cast<std::size_t>(q * static_cast<double>(times.size())))];
  };
  std::printf("  %-34s p50 %8.3f  p95 %8.3f  p99 %8.3f  ms CPU (n=%zu)\n", label, at(0.5), at(0.95), at(0.99),
              n);
  std::fflush(stdout);
}

// Analysing and indexing alone, over the stored text.
base::Status build_lexical(const knowledge::KnowledgeView& view, const base::Path& folder,
                           core::PassageId last) {
  double spent = 0;
  text::Analyzer analyzer;
  knowledge::SegmentBuilder builder;
  std::vector<std::string> terms;
  std::vector<core::PassageId> ids;
  for (core::PassageId id = 1; id <= last; ++id) {
    ids.push_back(id);
    if (ids.size() < 5000 && id != last) continue;
    GENKAI_ASSIGN_OR_RETURN(const auto passages, view.passages(ids));
    const double start = thread_cpu_ms();
    for (const auto& passage : passages) {
      terms.clear();
      analyzer.analyze(passage.text, terms);
      builder.add(passage.id, terms);
    }
    spent += thread_cpu_ms() - start;
    ids.clear();
  }
  const double start = thread_cpu_ms();
  GENKAI_RETURN_IF_ERROR(builder.write(folder / "scale.lexical"));
  spent += thread_cpu_ms() - start;
  std::printf("  lexical build alone (analysis and index): %.1f CPU-s, index %.0f MiB in memory\n",
              spent / 1e3, static_cast<double>(builder.memory_bytes()) / (1 << 20));
  return {};
}

void measure_dense_recall(const knowledge::KnowledgeView& view,
                          const std::vector<std::vector<float>>& queries) {
  knowledge::VectorSearchOptions exact;
  exact.probes = 1U << 30;
  exact.rerank = 1U << 30;
  std::size_t both = 0, all = 0;
  for (const auto& query : queries) {
    const auto wanted = view.vectors().search(query, 10, view.deleted(), exact);
    const auto given = view.vectors().search(query, 10, view.deleted());
    if (wanted.empty()) continue;
    all += wanted.size();
    // Real text repeats itself: of passages that are equally near, any counts.
    for (const auto& hit : given) both += hit.score >= wanted.back().score - 1e-6F ? 1 : 0;
  }
  std::printf("  dense recall@10 against the exact scan: %.4f (n=%zu queries; ties count)\n",
              all ? static_cast<double>(both) / static_cast<double>(all) : 0.0, queries.size());
}

void measure_searches(const knowledge::KnowledgeView& view, const std::vector<std::string>& questions,
                      const char* language) {
  std::printf(" %s questions\n", language);
  std::vector<limits::retrieval::CandidateQuery> queries;
  std::vector<std::vector<float>> embeddings;
  std::vector<core::Interpretation> meanings;
  for (const auto& question : questions) {
    core::Trace trace;
    meanings.push_back(limits::retrieval::interpret({"", question, ""}, view, trace).front());
    queries.push_back(limits::retrieval::make_query(view, meanings.back(), GatherOptions::Ranking::fused));
    if (!queries.back().embedding.empty()) embeddings.push_back(queries.back().embedding);
  }
  const std::size_t n = questions.size();
  latency("lexical top-10", n,
          [&](std::size_t i) { view.lexical().search(queries[i].terms, 10, view.deleted()); });
  latency("lexical top-50", n,
          [&](std::size_t i) { view.lexical().search(queries[i].terms, 50, view.deleted()); });
  if (!embeddings.empty()) {
    latency("dense top-50", embeddings.size(),
            [&](std::size_t i) { view.vectors().search(embeddings[i], 50, view.deleted()); });
    measure_dense_recall(
        view, {embeddings.begin(),
               embeddings.begin() + static_cast<long>(std::min<std::size_t>(embeddings.size(), 200))});
  }
  latency("fused top-50, ranked", n, [&](std::size_t i) {
    auto candidates = limits::retrieval::find_candidates(view, queries[i], 50, 50);
    limits::retrieval::rank_candidates(candidates, !queries[i].embedding.empty());
  });
  const auto gather = [&](std::size_t i, const GatherOptions& options) {
    core::Trace trace;
    (void)limits::retrieval::gather(view, meanings[i], options, trace);
  };
  latency("gathered, 48 kept", n, [&](std::size_t i) { gather(i, {.keep = 48}); });
  latency("gathered and widened, 48 kept", n,
          [&](std::size_t i) { gather(i, {.keep = 48, .neighbours = 3, .hops = 2}); });
  const answer::Answerer answerer;
  latency("ask, whole", n, [&](std::size_t i) {
    core::Trace trace;
    (void)base::run_blocking(answerer.answer({"", questions[i], "2026-01-01"}, view, trace));
  });
}

std::vector<std::string> sample_questions(const Squad& squad, std::size_t n) {
  std::vector<std::string> questions;
  base::Rng rng(7);
  for (std::size_t i = 0; i < n; ++i)
    questions.push_back(squad.questions[rng.below(squad.questions.size())].text);
  return questions;
}

base::Status run(std::size_t passages, const std::vector<std::string>& folders, bool compact,
                 const std::string& kept, std::size_t questions) {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(auto temporary, TemporaryKnowledgeBase::create(kept));
  GENKAI_ASSIGN_OR_RETURN(auto info, temporary.kb->info());
  if (info.passages < passages) {
    const double cpu = cpu_seconds();
    const base::Stopwatch watch;
    GENKAI_RETURN_IF_ERROR(fill_large_base(*temporary.kb, {&xquad, &jaquad}, folders, passages));
    if (compact) GENKAI_RETURN_IF_ERROR(temporary.kb->compact());
    std::printf(
        "  whole build (read, split, analyse, embed, store, index, compact): %.0f s wall, %.0f CPU-s, peak "
        "%.0f MiB\n",
        watch.milliseconds() / 1e3, cpu_seconds() - cpu, peak_mib());
  }
  GENKAI_ASSIGN_OR_RETURN(info, temporary.kb->info());
  const auto mib = [](std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
  std::printf(
      "  on disk: meta.db %.0f MiB, lexical %.0f MiB (%zu segments), vectors %.0f MiB (%zu segments)\n",
      mib(info.meta_bytes), mib(info.lexical_bytes), info.lexical_segments, mib(info.vector_bytes),
      info.vector_segments);
  GENKAI_ASSIGN_OR_RETURN(const auto view, temporary.kb->view());
  GENKAI_RETURN_IF_ERROR(build_lexical(*view, temporary.folder,
                                       static_cast<core::PassageId>(info.passages + info.deleted_passages)));
  measure_searches(*view, sample_questions(xquad, questions), "English");
  measure_searches(*view, sample_questions(jaquad, questions), "Japanese");
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Build and search a large knowledge base"};
  std::size_t passages = 1'000'000, questions = 1000;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  std::string kb;
  program.add_option("--passages", passages, "Passages in all")->capture_default_str();
  program.add_option("--questions", questions, "Questions of each language")->capture_default_str();
  program.add_option("--folders", folders, "Where real text comes from");
  bool segments = false;
  program.add_flag("--segments", segments,
                   "Leave the segments as background merges made them, not one of each");
  program.add_option("--kb", kb, "Keep the knowledge base in this folder and use it again");
  CLI11_PARSE(program, argc, argv);
  std::printf("%zu passages\n", passages);
  if (const auto status = genkai::bench::run(passages, folders, !segments, kb, questions); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
