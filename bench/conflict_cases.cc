// Memory against evidence on the main path, with a SIMULATED model: what it remembers of each item, how
// stably, and whether it follows its memory or the passages is given. Nothing here says how real models
// behave; it says what the guard does when they behave so.
//
//   conflict_cases [--items N] [--seed N]         (development seed: --seed, reporting seed: --seed + 1)
//
// First each case by itself (memory right, wrong, unknown; documents right, wrong, silent) with and without
// the guard that no calibration helps. Then two worlds, sound and unsound documents, where a calibration is
// learnt under the development seed and everything is counted under the other.

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "answer/answerer.h"
#include "answer/documents.h"
#include "base/hash.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "limits/retrieval/probe/items.h"
#include "model/asking/answer_key.h"
#include "stats/share.h"

namespace {

using namespace genkai;
using base::Json;
using limits::hallucination::Calibration;
using limits::retrieval::probe::Item;
using model::asking::AnswerKey;

enum class Memory { right, wrong, unknown };
enum class Context { right, wrong, silent };
enum class Habit { context, memory, mixed };
constexpr const char* kMemory[] = {"right", "wrong", "unknown"};
constexpr const char* kContext[] = {"right", "wrong", "silent"};
constexpr const char* kHabit[] = {"follows the passages", "follows its memory", "mixed"};

constexpr double kStable = 0.9;    // of closed-book samples give what is remembered, the others nothing
constexpr double kFollows = 0.97;  // of open-book samples do as the habit says
constexpr double kMixed = 0.15;    // of the mixed one's samples follow its memory

struct Situation {
  const Item* item = nullptr;
  Memory memory = Memory::unknown;
  Context context = Context::right;
  std::string remembered;  // value; empty: nothing
};

/// One item's model: it draws by the item, the request and the sample.
class SimulatedModel : public model::LanguageModel {
 public:
  SimulatedModel(const Situation& situation, Habit habit, std::uint64_t seed)
      : situation_(situation), habit_(habit), seed_(base::hash64(situation.item->id, seed)) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Capabilities>> capabilities() override { co_return model::Capabilities{}; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    model::Completion completion;
    completion.model = name_;
    const std::string& prompt = request.messages.back().content;
    for (std::size_t i = 0; i < request.samples; ++i) {
      base::Rng rng(base::hash64(prompt + std::to_string(drawn_++), seed_));
      model::Sample sample;
      sample.text = reply(prompt, rng);
      sample.finish_reason = "stop";
      completion.samples.push_back(std::move(sample));
    }
    co_return completion;
  }

 private:
  std::string reply(const std::string& prompt, base::Rng& rng) const {
    const Item& item = *situation_.item;
    if (prompt.find(" passage 1 ") == std::string::npos) {
      const bool says = !situation_.remembered.empty() && rng.uniform() < kStable;
      return Json::object({{"answer", says ? Json(situation_.remembered) : Json()}}).dump();
    }
    const std::string& stated =
        situation_.context == Context::wrong ? item.counters.front().text : item.gold.text;
    const std::string value = situation_.context == Context::wrong ? item.wrong : item.answers.front();
    const bool shown = situation_.context != Context::silent && prompt.find(stated) != std::string::npos;
    double follows_memory = habit_ == Habit::memory  ? kFollows
                            : habit_ == Habit::mixed ? kMixed
                                                     : 1 - kFollows;
    if (situation_.remembered.empty()) follows_memory = 0;
    const bool by_memory = rng.uniform() < follows_memory;
    if (!shown && !by_memory) return R"({"answer": null, "quotes": []})";
    Json quotes = Json::array();
    if (shown) quotes.push(Json::object({{"passage", 1}, {"quote", stated}}));
    return Json::object({{"answer", by_memory ? situation_.remembered : value}, {"quotes", quotes}}).dump();
  }

  const std::string name_ = "simulated";
  Situation situation_;
  Habit habit_;
  std::uint64_t seed_;
  std::size_t drawn_ = 0;
};

struct Outcome {
  bool answered = false, right = false;
  std::vector<double> scores;
};

Outcome ask(const Situation& situation, Habit habit, const answer::AnswererOptions& options,
            std::uint64_t seed) {
  const Item& item = *situation.item;
  Json documents = Json::array();
  const auto add = [&](const limits::retrieval::probe::Source& source) {
    documents.push(Json::object({{"id", "d" + std::to_string(documents.items().size())},
                                 {"title", source.title},
                                 {"text", source.text}}));
  };
  if (situation.context != Context::silent)
    add(situation.context == Context::right ? item.gold : item.counters.front());
  for (std::size_t i = 0; i < 6; ++i) add(item.distractors[i]);
  const auto own = answer::OwnDocuments::read(documents);
  SimulatedModel model(situation, habit, seed);
  core::Trace trace;
  const auto answer = base::run_blocking(answer::Answerer(options, {.model = &model})
                                             .answer({"", item.question, "2026-06-15"}, *own->view, trace));
  Outcome out;
  if (!answer) return out;
  out.answered = answer->outcome == core::Outcome::answered;
  const auto& items = answer->answers.empty() ? answer->rejected : answer->answers;
  if (items.empty()) return out;
  out.right = AnswerKey(item.answers).matches(items.front().text);
  out.scores = items.front().scores;
  return out;
}

std::vector<Outcome> ask_all(const std::vector<Situation>& situations, Habit habit,
                             const answer::AnswererOptions& options, std::uint64_t seed,
                             base::ThreadPool& pool) {
  std::vector<Outcome> outcomes(situations.size());
  pool.parallel_for(situations.size(),
                    [&](std::size_t i) { outcomes[i] = ask(situations[i], habit, options, seed); });
  return outcomes;
}

Situation situation_of(const std::vector<Item>& items, std::size_t i, Memory memory, Context context) {
  Situation out{&items[i], memory, context, {}};
  // What is remembered wrongly is what another item of the same kind and language has.
  if (memory == Memory::right) out.remembered = items[i].answers.front();
  if (memory == Memory::wrong) out.remembered = items[(i + 8) % items.size()].answers.front();
  return out;
}

std::string interval(std::size_t hits, std::size_t n) {
  const auto share = stats::share_of(hits, n);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%3zu (%4.1f-%5.1f %%)", hits, 100 * share.interval.low,
                100 * share.interval.high);
  return buffer;
}

struct Counts {
  std::size_t right = 0, wrong = 0;
};
Counts count(const std::vector<Outcome>& outcomes) {
  Counts out;
  for (const Outcome& one : outcomes) {
    out.right += one.answered && one.right ? 1 : 0;
    out.wrong += one.answered && !one.right ? 1 : 0;
  }
  return out;
}

answer::AnswererOptions exact(bool memory) {
  answer::AnswererOptions options;
  answer::apply(limits::hallucination::Profile::exact, options);
  if (!memory) options.closed_book = 0;
  return options;
}

void cases(std::size_t count_of_items, std::uint64_t seed, base::ThreadPool& pool) {
  const auto items = limits::retrieval::probe::make_items({.count = count_of_items, .seed = seed}).plain;
  std::printf(
      "%zu items a case, seed %llu; answered right and wrong without and with the closed-book guard\n",
      items.size(), static_cast<unsigned long long>(seed));
  std::printf("%-22s %-8s %-8s | %-20s %-20s | %-20s %-20s\n", "model (simulated)", "memory", "document",
              "right without", "wrong without", "right with", "wrong with");
  for (const Habit habit : {Habit::context, Habit::memory, Habit::mixed})
    for (const Memory memory : {Memory::right, Memory::wrong, Memory::unknown})
      for (const Context context : {Context::right, Context::wrong, Context::silent}) {
        std::vector<Situation> situations;
        for (std::size_t i = 0; i < items.size(); ++i)
          situations.push_back(situation_of(items, i, memory, context));
        const Counts off = count(ask_all(situations, habit, exact(false), seed, pool)),
                     on = count(ask_all(situations, habit, exact(true), seed, pool));
        const std::size_t n = items.size();
        std::printf("%-22s %-8s %-8s | %-20s %-20s | %-20s %-20s\n", kHabit[static_cast<int>(habit)],
                    kMemory[static_cast<int>(memory)], kContext[static_cast<int>(context)],
                    interval(off.right, n).c_str(), interval(off.wrong, n).c_str(),
                    interval(on.right, n).c_str(), interval(on.wrong, n).c_str());
      }
}

struct World {
  const char* name;
  double wrong_documents, silent_documents, right_memory, wrong_memory;
};
constexpr World kWorlds[] = {{"sound documents, poor memory", 0.05, 0.2, 0.3, 0.3},
                             {"unsound documents, good memory", 0.3, 0.2, 0.75, 0.05}};

std::vector<Situation> draw(const std::vector<Item>& items, const World& world, std::uint64_t seed) {
  std::vector<Situation> out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    base::Rng rng(base::hash64("world" + items[i].id, seed));
    const double document = rng.uniform(), memory = rng.uniform();
    out.push_back(situation_of(items, i,
                               memory < world.right_memory                        ? Memory::right
                               : memory < world.right_memory + world.wrong_memory ? Memory::wrong
                                                                                  : Memory::unknown,
                               document < world.wrong_documents                            ? Context::wrong
                               : document < world.wrong_documents + world.silent_documents ? Context::silent
                                                                                           : Context::right));
  }
  return out;
}

/// With the first `columns` scores.
std::shared_ptr<const Calibration> learn(const std::vector<Outcome>& outcomes, std::size_t columns,
                                         std::uint64_t seed) {
  stats::ScoredItems items;
  items.columns = columns;
  for (const Outcome& one : outcomes) {
    for (std::size_t k = 0; k < columns; ++k)
      items.scores.push_back(k < one.scores.size() ? one.scores[k] : std::nan(""));
    items.correct.push_back(one.right ? 1 : 0);
  }
  auto own = Calibration::learn("simulated, development seed", items, {.seed = seed});
  return own ? std::make_shared<Calibration>(std::move(*own)) : nullptr;
}

void worlds(std::size_t count_of_items, std::uint64_t seed, double risk, base::ThreadPool& pool) {
  const std::uint64_t reporting = seed + 1;
  const auto make = [&](std::uint64_t own) {
    return limits::retrieval::probe::make_items({.count = count_of_items, .seed = own}).plain;
  };
  const auto known = make(seed), asked = make(reporting);
  std::printf("\n%zu items a world, calibrated under seed %llu, counted under seed %llu, wanted risk %.2f\n",
              asked.size(), static_cast<unsigned long long>(seed), static_cast<unsigned long long>(reporting),
              risk);
  std::printf("%-32s %-22s %-28s %-22s %-22s\n", "world", "model (simulated)", "guard", "right", "wrong");
  for (const World& world : kWorlds)
    for (const Habit habit : {Habit::context, Habit::memory, Habit::mixed}) {
      const auto learnt = ask_all(draw(known, world, seed), habit, exact(true), seed, pool);
      const auto situations = draw(asked, world, reporting);
      const auto report = [&](const char* guard, answer::AnswererOptions options) {
        options.policy.risk = risk;
        const Counts found = count(ask_all(situations, habit, options, reporting, pool));
        std::printf("%-32s %-22s %-28s %-22s %-22s\n", world.name, kHabit[static_cast<int>(habit)], guard,
                    interval(found.right, asked.size()).c_str(), interval(found.wrong, asked.size()).c_str());
      };
      report("none", exact(false));
      report("rule, not calibrated", exact(true));
      answer::AnswererOptions without = exact(false), with = exact(true);
      without.policy.model_calibration = learn(learnt, 3, seed);
      with.policy.memory_calibration = learn(learnt, 5, seed);
      report("calibrated without memory", without);
      report("calibrated with memory", with);
    }
}

std::uint64_t number(int argc, char** argv, const char* name, std::uint64_t fallback) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], name) == 0) return std::strtoull(argv[i + 1], nullptr, 10);
  return fallback;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t items = number(argc, argv, "--items", 60);
  const std::uint64_t seed = number(argc, argv, "--seed", 11);
  base::ThreadPool pool(2);
  cases(items, seed + 1, pool);
  worlds(10 * items, seed, 0.1, pool);
  return 0;
}
