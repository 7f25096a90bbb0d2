// Concurrent requests to the built-in transformer: tokens/s of k requests that each have an engine of their
// own on a pool of threads (so they ran before there was batching), against batchers: one whose engine has
// all threads, or one for each core whose engine has one. Each round runs all ways in turn, so that the
// ratios are those of the same moments; medians of the rounds' ratios, and their extremes.
//
//   build/release/bench/batching [--model FILE.gguf] [--rounds 7] [--prompt 128] [--tokens 32] [--only large]
//
// Without --model the small model is random in the shipped one's shape: speed does not depend on what was
// learnt.

#include <cstdio>
#include <cstdlib>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/rng.h"
#include "base/thread_pool.h"
#include "model/native/batch.h"
#include "model/native/model_file.h"
#include "rounds.h"

namespace {

using namespace genkai;
using namespace genkai::model::native;
using bench::median, bench::now;

struct Load {
  std::size_t prompt = 128, tokens = 32, rounds = 7;
};

struct Subject {
  std::shared_ptr<const Weights> weights;
  const Tokenizer& tokenizer;
  bool large;
};

/// Everything but the end of the text, so that all runs do the same work.
class Endless final : public TokenMask {
 public:
  explicit Endless(TokenId end) : end_(end) {}
  void allow(std::span<const TokenId>, std::span<std::uint8_t> allowed) override {
    std::fill(allowed.begin(), allowed.end(), std::uint8_t{1});
    allowed[static_cast<std::size_t>(end_)] = 0;
  }

 private:
  TokenId end_;
};

struct Question {
  std::vector<TokenId> prompt;
  GenerateOptions options;
};

Question question(const Subject& subject, const Load& load, std::size_t i) {
  base::Rng rng(i);
  Question q{std::vector<TokenId>(load.prompt), {.max_tokens = load.tokens, .seed = i}};
  for (TokenId& id : q.prompt) id = static_cast<TokenId>(3 + rng.below(subject.tokenizer.size() - 3));
  q.options.mask = [end = subject.tokenizer.eos()] { return std::make_unique<Endless>(end); };
  return q;
}

/// As before there was batching: large models' engines have all threads, small ones' one.
class Engines {
 public:
  explicit Engines(const Subject& subject) : subject_(subject) {
    for (std::size_t i = 0; i < pool_.size(); ++i)
      engines_.push_back(
          std::make_unique<Engine>(subject.weights, EngineOptions{.threads = subject.large ? 0U : 1U}));
  }
  double seconds(std::span<const Question> questions) {
    const double start = now();
    std::atomic<std::size_t> next = 0, done = 0;
    for (std::size_t worker = 0; worker < pool_.size(); ++worker)
      pool_.submit([&, worker] {
        for (std::size_t i = next++; i < questions.size(); i = next++) {
          auto generation = Generation::begin(*engines_[worker], subject_.tokenizer, questions[i].prompt,
                                              questions[i].options);
          while (generation->running())
            if (!generation->step()) std::abort();
        }
        ++done;
        done.notify_all();
      });
    for (std::size_t n = done; n < pool_.size(); n = done) done.wait(n);
    return now() - start;
  }

 private:
  const Subject& subject_;
  base::ThreadPool pool_;
  std::vector<std::unique_ptr<Engine>> engines_;
};

class Batchers {
 public:
  Batchers(const Subject& subject, std::size_t count, std::size_t threads) {
    for (std::size_t i = 0; i < count; ++i)
      batchers_.push_back(
          std::make_unique<Batcher>(subject.weights, subject.tokenizer, BatchOptions{.threads = threads}));
  }
  double seconds(std::span<const Question> questions) {
    const double start = now();
    std::vector<base::Result<Ticket>> tickets;
    for (std::size_t i = 0; i < questions.size(); ++i)
      tickets.push_back(batchers_[i % batchers_.size()]->submit(questions[i].prompt, questions[i].options));
    for (auto& ticket : tickets)
      if (!ticket || !ticket->next()) std::abort();
    return now() - start;
  }

 private:
  std::vector<std::unique_ptr<Batcher>> batchers_;
};

void measure(const char* name, const Subject& subject, const Load& load) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  Engines engines(subject);
  Batchers together(subject, 1, cores), one_each(subject, cores, 1);
  for (const std::size_t k : {1U, 4U, 16U}) {
    std::vector<Question> questions;
    for (std::size_t i = 0; i < k; ++i) questions.push_back(question(subject, load, i));
    const auto tokens = static_cast<double>(k * load.tokens);
    // Small ones are over in milliseconds: several in a row.
    const std::size_t repeats = subject.large ? 1 : std::max<std::size_t>(1, 16 / k);
    const auto rate = [&](auto& way) {
      double seconds = 0;
      for (std::size_t i = 0; i < repeats; ++i) seconds += way.seconds(questions);
      return tokens * static_cast<double>(repeats) / seconds;
    };
    std::vector<double> before, a, b;
    for (std::size_t round = 0; round <= load.rounds; ++round) {
      const double first = rate(engines), x = rate(together), y = rate(one_each), last = rate(engines);
      if (round == 0) continue;  // pages and caches
      before.push_back((first + last) / 2);
      a.push_back(x / before.back());
      b.push_back(y / before.back());
    }
    const auto extremes = [](std::vector<double>& values) {
      std::sort(values.begin(), values.end());
      char text[64];
      std::snprintf(text, sizeof text, "%5.2f (%.2f to %.2f)", values[values.size() / 2], values.front(),
                    values.back());
      return std::string(text);
    };
    std::printf("%-14s %8zu %10.0f   %-24s %-24s\n", name, k, median(before), extremes(a).c_str(),
                extremes(b).c_str());
    std::fflush(stdout);
  }
}

Tokenizer numbered(std::size_t size) {
  Vocabulary v;
  for (std::size_t i = 0; i < size; ++i) {
    v.pieces.push_back("t" + std::to_string(i));
    v.scores.push_back(0);
    v.kinds.push_back(i < 3 ? Vocabulary::control : Vocabulary::normal);
  }
  return Tokenizer::from(std::move(v)).value();
}

}  // namespace

int main(int argc, char** argv) {
  Load load;
  std::string model, only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto number = static_cast<std::size_t>(std::max(1, std::atoi(argv[i + 1])));
    if (name == "--model") model = argv[i + 1];
    if (name == "--only") only = argv[i + 1];
    if (name == "--rounds") load.rounds = number;
    if (name == "--prompt") load.prompt = number;
    if (name == "--tokens") load.tokens = number;
  }
  std::printf("%zu tokens after prompts of %zu\n%-14s %8s %10s   %-24s %-24s\n", load.tokens, load.prompt,
              "model", "requests", "tokens/s", "one batcher, all cores", "a batcher for each core");
  if (only.empty() || only == "small") {
    if (!model.empty()) {
      auto file = load_model(model);
      if (!file) {
        std::fprintf(stderr, "%s\n", file.error().message.c_str());
        return 1;
      }
      measure("small", {file->weights, file->tokenizer, false}, load);
    } else {
      const Tokenizer tokenizer = numbered(2048);
      const Architecture shipped{.vocabulary = 2048,
                                 .width = 128,
                                 .layers = 4,
                                 .heads = 4,
                                 .kv_heads = 2,
                                 .hidden = 384,
                                 .context = 512,
                                 .tied = true};
      measure("small F16", {Weights::random(shipped, 1, WeightType::f16), tokenizer, false}, load);
    }
  }
  if (only.empty() || only == "large") {
    const Tokenizer tokenizer = numbered(32'000);
    const Architecture large{.vocabulary = 32'000,
                             .width = 768,
                             .layers = 10,
                             .heads = 12,
                             .kv_heads = 12,
                             .hidden = 2048,
                             .context = 2048,
                             .tied = true};
    measure("large Q8_0", {Weights::random(large, 1, WeightType::q8_0), tokenizer, true}, load);
  }
  return 0;
}
