// Lexical search at scale on synthetic text: what building, merging and searching cost in CPU time, and
// block-max against exhaustive search in the same run. Compare before and after a change with
//
//   build/release/bench/lexical_search [PASSAGES=1000000] [SEGMENTS=4]
//
// The text is drawn from seed 1: words by Zipf's law (exponent 1, a million ranks), 50 to 110 a passage,
// where one word in eight repeats an earlier one of its passage. It is not language; figures on real
// documents are in docs/PERFORMANCE.md.

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/rng.h"
#include "knowledge/lexical/lexical.h"

namespace {

using namespace genkai;
using namespace genkai::knowledge;

constexpr std::size_t kVocabulary = 1000000;
constexpr std::size_t kStopWords = 100;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class SyntheticText {
 public:
  SyntheticText() {
    for (std::size_t rank = 0; rank < kVocabulary; ++rank) {
      std::string word;
      for (std::size_t left = rank; left > 0 || word.size() < 3; left /= 26)
        word.push_back(static_cast<char>('a' + (left + word.size() * 7) % 26));
      words_.push_back(word);
    }
  }
  static std::size_t rank(base::Rng& rng) {
    return static_cast<std::size_t>(std::exp(rng.uniform() * std::log(static_cast<double>(kVocabulary)))) - 1;
  }
  const std::string& word(std::size_t rank) const { return words_[rank]; }

  /// Ranks of the words of passage `id`; the same at each call.
  void ranks(std::uint32_t id, std::vector<std::size_t>& out) const {
    base::Rng rng(1 + (std::uint64_t{id} << 20));
    out.resize(50 + rng.below(61));
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = i > 0 && rng.below(8) == 0 ? out[rng.below(i)] : rank(rng);
  }
  void terms(std::uint32_t id, std::vector<std::string>& out) const {
    std::vector<std::size_t> chosen;
    ranks(id, chosen);
    out.resize(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) out[i] = words_[chosen[i]];
  }

 private:
  std::vector<std::string> words_;
};

using Query = std::vector<QueryTerm>;

/// `content` words of one passage that are no stop words, and `stop` words.
Query about_a_passage(const SyntheticText& text, base::Rng& rng, std::size_t passages, std::size_t content,
                      std::size_t stop) {
  std::vector<std::size_t> ranks;
  text.ranks(static_cast<std::uint32_t>(rng.below(passages)), ranks);
  rng.shuffle(ranks);
  Query query;
  for (const std::size_t rank : ranks)
    if (rank >= kStopWords && query.size() < content) query.push_back({text.word(rank), 1});
  for (std::size_t i = 0; i < stop; ++i) {
    std::size_t rank = SyntheticText::rank(rng);
    while (rank >= kStopWords) rank = SyntheticText::rank(rng);
    query.push_back({text.word(rank), 1});
  }
  return query;
}

Query of_unrelated_words(const SyntheticText& text, base::Rng& rng) {
  Query query;
  for (std::size_t left = 3 + rng.below(4); left > 0;) {
    const std::size_t rank = SyntheticText::rank(rng);
    if (rank < kStopWords) continue;
    query.push_back({text.word(rank), 1});
    --left;
  }
  return query;
}

struct Percentiles {
  double p50, p95, p99;
  explicit Percentiles(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double p) {
      return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
    };
    p50 = at(0.5), p95 = at(0.95), p99 = at(0.99);
  }
};

void measure(const LexicalIndex& index, const char* name, const std::vector<Query>& queries, std::size_t k) {
  std::vector<double> fast, slow;
  std::size_t equal = 0, compared = 0;
  for (const Query& query : queries) index.search(query, k, {});
  for (std::size_t i = 0; i < queries.size(); ++i) {
    double start = cpu_seconds();
    const auto found = index.search(queries[i], k, {});
    fast.push_back(1e3 * (cpu_seconds() - start));
    if (i % 5 != 0) continue;
    start = cpu_seconds();
    const auto reference = index.search_exhaustive(queries[i], k, {});
    slow.push_back(1e3 * (cpu_seconds() - start));
    ++compared;
    equal += found == reference ? 1 : 0;
  }
  const Percentiles f(fast), s(slow);
  std::printf("%-34s k=%-4zu %8.3f %8.3f %8.3f   %9.2f %9.2f   %zu of %zu\n", name, k, f.p50, f.p95, f.p99,
              s.p50, s.p99, equal, compared);
}

void measure_all(const LexicalIndex& index, const SyntheticText& text, std::size_t passages) {
  std::printf("%-34s %6s %8s %8s %8s   %9s %9s   equal\n", "CPU ms", "", "p50", "p95", "p99", "all p50",
              "all p99");
  base::Rng rng(2);
  std::vector<Query> small, question, unrelated;
  for (int i = 0; i < 1000; ++i) {
    small.push_back(about_a_passage(text, rng, passages, 3 + rng.below(4), 0));
    question.push_back(about_a_passage(text, rng, passages, 4 + rng.below(3), 4 + rng.below(3)));
    unrelated.push_back(of_unrelated_words(text, rng));
  }
  measure(index, "3-6 words of a passage", small, 10);
  measure(index, "question: 4-6, and 4-6 stop words", question, 10);
  measure(index, "3-6 unrelated words", unrelated, 10);
  measure(index, "3-6 words of a passage", small, 50);
  measure(index, "question: 4-6, and 4-6 stop words", question, 50);

  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> terms;
    for (int j = 0; j < 30; ++j) terms.push_back(text.word(SyntheticText::rank(rng)));
    std::vector<core::PassageId> ids;
    for (int j = 0; j < 300; ++j) ids.push_back(static_cast<core::PassageId>(rng.below(passages)));
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const double start = cpu_seconds();
    index.frequencies(terms, ids);
    times.push_back(1e3 * (cpu_seconds() - start));
  }
  const Percentiles p(times);
  std::printf("%-41s %8.3f %8.3f %8.3f\n\n", "frequencies of 30 terms x 300 ids", p.p50, p.p95, p.p99);
}

int run(std::size_t passages, std::size_t count, const base::Path& folder) {
  const SyntheticText text;
  std::vector<std::shared_ptr<const LexicalSegment>> segments;
  std::vector<std::string> terms;
  double adding = 0, writing = 0;
  std::size_t memory = 0, tokens = 0, disk = 0;
  for (std::size_t s = 0; s < count; ++s) {
    SegmentBuilder builder;
    for (std::size_t id = passages * s / count; id < passages * (s + 1) / count; ++id) {
      text.terms(static_cast<std::uint32_t>(id), terms);
      tokens += terms.size();
      const double start = cpu_seconds();
      builder.add(static_cast<core::PassageId>(id), terms);
      adding += cpu_seconds() - start;
    }
    memory = std::max(memory, builder.memory_bytes());
    const double start = cpu_seconds();
    const base::Path path = folder / ("segment" + std::to_string(s));
    if (const auto status = builder.write(path); !status) return std::puts(status.error().message.c_str()), 1;
    writing += cpu_seconds() - start;
    auto segment = LexicalSegment::open(path);
    if (!segment) return std::puts(segment.error().message.c_str()), 1;
    disk += (*segment)->bytes();
    segments.push_back(*segment);
  }
  std::printf(
      "%zu passages, %zu words, %zu segments: add %.1f CPU-s, write %.1f CPU-s, builder %zu MiB, disk %zu "
      "MiB\n",
      passages, tokens, count, adding, writing, memory >> 20, disk >> 20);
  measure_all(LexicalIndex(segments, nullptr), text, passages);

  const base::Path merged = folder / "merged";
  double start = cpu_seconds();
  if (const auto status = merge_segments(segments, {}, merged); !status)
    return std::puts(status.error().message.c_str()), 1;
  const double merging = cpu_seconds() - start;
  start = cpu_seconds();
  const auto segment = LexicalSegment::open(merged);
  const double opening = cpu_seconds() - start;
  if (!segment) return std::puts(segment.error().message.c_str()), 1;
  start = cpu_seconds();
  if (!LexicalSegment::open(merged, false)) return 1;
  std::printf("merged into one: %.1f CPU-s, disk %zu MiB, open %.1f CPU-ms, unverified %.1f\n", merging,
              (*segment)->bytes() >> 20, 1e3 * opening, 1e3 * (cpu_seconds() - start));
  measure_all(LexicalIndex({*segment}, nullptr), text, passages);

  Memtable memtable;
  const std::size_t recent = std::min<std::size_t>(20000, passages);
  double recent_seconds = 0;
  for (std::size_t id = 0; id < recent; ++id) {
    text.terms(static_cast<std::uint32_t>(id), terms);
    start = cpu_seconds();
    memtable.add(static_cast<core::PassageId>(id), terms);
    recent_seconds += cpu_seconds() - start;
  }
  std::printf("memtable: %.1f CPU-us a passage, %zu KiB for %zu\n",
              1e6 * recent_seconds / static_cast<double>(recent), memtable.memory_bytes() >> 10, recent);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t passages = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000;
  const std::size_t segments = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 4;
  if (passages == 0 || segments == 0 || segments > passages)
    return std::puts("usage: lexical_search [PASSAGES] [SEGMENTS]"), 2;
  const base::Path folder =
      std::filesystem::temp_directory_path() / ("lexical_search." + std::to_string(::getpid()));
  if (!base::create_folders(folder)) return 1;
  const int code = run(passages, segments, folder);
  std::filesystem::remove_all(folder);
  return code;
}
