#include "model/native/batch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <limits>
#include <mutex>

#include "base/rng.h"
#include "model/native/byte_vocabulary.h"

namespace genkai::model::native {
namespace {

using namespace std::chrono_literals;
using base::Code;

Tokenizer bytes() {
  return *Tokenizer::from(byte_vocabulary());
}

Architecture shape() {
  return {.vocabulary = 259,
          .width = 32,
          .layers = 2,
          .heads = 4,
          .kv_heads = 2,
          .hidden = 48,
          .context = 512,
          .tied = true};
}

std::vector<TokenId> text(std::size_t count, std::uint64_t seed) {
  base::Rng rng(seed);
  std::vector<TokenId> ids(count);
  for (auto& id : ids) id = static_cast<TokenId>(3 + rng.below(256));
  return ids;
}

/// Lower-case letters and the end, and the end only after some letters.
class Letters final : public TokenMask {
 public:
  void allow(std::span<const TokenId> so_far, std::span<std::uint8_t> allowed) override {
    for (char c = 'a'; c <= 'z'; ++c) allowed[static_cast<std::size_t>(3 + c)] = 1;
    if (so_far.size() >= 6) allowed[2] = 1;
  }
};

/// Allows everything but the end, and says so.
class Told final : public TokenMask {
 public:
  explicit Told(std::function<void(std::size_t)> tell) : tell_(std::move(tell)) {}
  void allow(std::span<const TokenId> so_far, std::span<std::uint8_t> allowed) override {
    std::fill(allowed.begin() + 3, allowed.end(), std::uint8_t{1});
    tell_(so_far.size());
  }
  static MaskMaker of(std::function<void(std::size_t)> tell) {
    return [tell = std::move(tell)] { return std::make_unique<Told>(tell); };
  }

 private:
  std::function<void(std::size_t)> tell_;
};

class Nothing final : public TokenMask {
  void allow(std::span<const TokenId>, std::span<std::uint8_t>) override {}
};

std::string written(const std::vector<Generated>& samples) {
  std::string all;
  for (const Generated& sample : samples) {
    all += sample.text + (sample.ended ? "|ended" : "|cut");
    for (const LoggedToken& token : sample.tokens) {
      all.append(reinterpret_cast<const char*>(&token.id), sizeof token.id);
      all.append(reinterpret_cast<const char*>(&token.logprob), sizeof token.logprob);
      for (const auto& [id, logprob] : token.alternatives) {
        all.append(reinterpret_cast<const char*>(&id), sizeof id);
        all.append(reinterpret_cast<const char*>(&logprob), sizeof logprob);
      }
    }
  }
  return all;
}

struct Asked {
  std::vector<TokenId> prompt;
  GenerateOptions options;
};

/// Requests of all kinds, by number.
Asked asked(std::size_t i) {
  Asked a{text(1 + i * 29 % 210, i), {.max_tokens = 5 + i * 7 % 40, .seed = i}};
  a.options.samples = 1 + i % 3;
  a.options.temperature = i % 5 == 4 ? 0 : 0.7 + 0.1 * static_cast<double>(i % 4);
  a.options.top_p = i % 2 == 0 ? 1 : 0.9;
  a.options.alternatives = i % 4;
  if (i % 3 == 1) a.options.mask = [] { return std::make_unique<Letters>(); };
  if (i % 4 == 2) a.options.adaptive_theta = 0.5;
  if (i % 4 == 3) a.options.without_context = text(1 + i * 13 % 90, i + 1000);
  if (i % 6 == 5) a.options.stop = {"e", "\n"};
  return a;
}

class BatcherTest : public testing::Test {
 protected:
  std::string alone(const Asked& a) const { return alone(a, weights_); }
  std::string alone(const Asked& a, const std::shared_ptr<const Weights>& weights) const {
    Engine engine(weights, {.threads = 1});
    auto generation = Generation::begin(engine, tokenizer_, a.prompt, a.options);
    if (!generation) return "error: " + generation.error().message;
    while (generation->running())
      if (auto status = generation->step(); !status) return "error: " + status.error().message;
    return written(generation->samples());
  }
  static std::string finish(base::Result<Ticket> ticket) {
    if (!ticket) return "error: " + ticket.error().message;
    while (ticket->running())
      if (auto status = ticket->next(); !status) return "error: " + status.error().message;
    return written(ticket->samples());
  }
  static Code code_of(Ticket& ticket) {
    while (ticket.running())
      if (auto status = ticket.next(); !status) return status.error().code;
    return Code::internal;
  }

  const Tokenizer tokenizer_ = bytes();
  const std::shared_ptr<const Weights> weights_ = Weights::random(shape(), 3);
};

TEST_F(BatcherTest, AnAnswerIsTheSameBytesAloneAndAmongThirtyOthers) {
  constexpr std::size_t kThreads = 6, kEach = 5;
  for (const std::size_t threads : {1U, 3U}) {
    // Memory for about ten of them: others wait, and join when some have left.
    Batcher batcher(weights_, tokenizer_, {.threads = threads, .cache_bytes = 4 << 20});
    std::vector<std::vector<std::string>> answers(kThreads);
    std::vector<std::thread> readers;
    for (std::size_t t = 0; t < kThreads; ++t)
      readers.emplace_back([&, t] {
        std::vector<std::pair<std::size_t, base::Result<Ticket>>> tickets;
        for (std::size_t i = 0; i < kEach; ++i) {
          const Asked a = asked(t * kEach + i);
          tickets.emplace_back(i, batcher.submit(a.prompt, a.options, {.ahead = i % 3}));
        }
        answers[t].resize(kEach);
        for (auto& [i, ticket] : tickets) answers[t][i] = finish(std::move(ticket));
      });
    for (auto& reader : readers) reader.join();
    for (std::size_t i = 0; i < kThreads * kEach; ++i)
      EXPECT_EQ(answers[i / kEach][i % kEach], alone(asked(i))) << "request " << i;
    EXPECT_EQ(batcher.requests(), 0U);
  }
}

TEST_F(BatcherTest, RequestsTakeTheirTokensInTheSameSteps) {
  Batcher batcher(weights_, tokenizer_);
  std::latch begun(1), all_here(1);
  auto first = batcher.submit(text(8, 1), {.max_tokens = 12, .mask = Told::of([&](std::size_t tokens) {
                                                               if (tokens == 0)
                                                                 begun.count_down(), all_here.wait();
                                                             })});
  ASSERT_TRUE(first);
  begun.wait();  // one step done, its token about to be taken
  std::vector<base::Result<Ticket>> others;
  const MaskMaker endless = Told::of([](std::size_t) {});
  for (std::uint64_t i = 0; i < 7; ++i)
    others.push_back(batcher.submit(text(8, i + 2), {.max_tokens = 10, .seed = i, .mask = endless}));
  all_here.count_down();
  for (auto& other : others) finish(std::move(other));
  finish(std::move(first));
  const BatchCounters counters = batcher.counters();
  // 1 for the first prompt, 1 for the other prompts together, 9 more tokens of each in as many steps, and
  // what the first still has.
  EXPECT_EQ(counters.steps, 1U + 1 + 9 + 1);
  EXPECT_EQ(counters.next_tokens, 11U + 7 * 9);
  EXPECT_EQ(counters.prompt_tokens, 64U);
}

TEST_F(BatcherTest, ALongPromptIsReadWhileOthersGoOn) {
  Batcher batcher(weights_, tokenizer_, {.threads = 1});
  std::latch begun(1), both_here(1);
  std::string order;  // by the batcher's thread
  auto running = batcher.submit(text(4, 1), {.max_tokens = 30, .mask = Told::of([&](std::size_t tokens) {
                                                                 if (tokens == 0)
                                                                   begun.count_down(), both_here.wait();
                                                                 order += 'a';
                                                               })});
  begun.wait();
  auto reading =
      batcher.submit(text(400, 2), {.max_tokens = 3, .mask = Told::of([&](std::size_t) { order += 'B'; })});
  both_here.count_down();
  ASSERT_TRUE(running && reading);
  ASSERT_TRUE(reading->next());
  ASSERT_TRUE(running->next());
  EXPECT_GE(order.find('B'), 400U / 63) << order;
  EXPECT_LT(order.find('B'), 15U) << order;
}

TEST_F(BatcherTest, AStreamThatNobodyReadsPauses) {
  Batcher batcher(weights_, tokenizer_);
  std::atomic<std::size_t> computed = 0;
  const Asked a{text(20, 5), {.max_tokens = 40, .seed = 9, .mask = Told::of([](std::size_t) {})}};
  GenerateOptions counted = a.options;
  counted.mask = Told::of([&](std::size_t) { ++computed; });
  auto stream = batcher.submit(a.prompt, counted, {.ahead = 4});
  finish(batcher.submit(text(20, 6), {.max_tokens = 60, .mask = counted.mask}));
  EXPECT_EQ(computed, 60U + 4);
  ASSERT_TRUE(stream->next());
  EXPECT_EQ(stream->samples()[0].tokens.size(), 4U);
  EXPECT_EQ(finish(std::move(stream)), alone(a));
  EXPECT_EQ(computed, 60U + 40);
}

TEST_F(BatcherTest, WhereMemoryIsShortRequestsComeInTheirOrder) {
  const Asked large{text(300, 1), {.samples = 4, .max_tokens = 20}}, small{text(10, 2), {.max_tokens = 8}};
  const auto bytes = Generation::prepare(shape(), tokenizer_, large.prompt, large.options)->most_bytes();
  Batcher batcher(weights_, tokenizer_, {.threads = 1, .cache_bytes = bytes / 2});
  std::string order;
  std::latch begun(1), all_here(1);
  std::vector<base::Result<Ticket>> tickets;
  const auto submit = [&](Asked a, char name) {
    a.options.mask = Told::of([&, name](std::size_t) {
      if (order.empty()) begun.count_down(), all_here.wait();
      if (!order.ends_with(name)) order += name;
    });
    tickets.push_back(batcher.submit(a.prompt, a.options));
  };
  submit(small, 'a');
  begun.wait();
  submit(large, 'B');
  submit(small, 'c');
  all_here.count_down();
  for (auto& ticket : tickets) finish(std::move(ticket));
  EXPECT_EQ(order, "aBc") << "one that is too large runs alone, and none overtakes it";
}

TEST_F(BatcherTest, WhoIsWrongFailsAlone) {
  Batcher batcher(weights_, tokenizer_);
  std::latch begun(1), all_here(1);
  const Asked a{text(20, 5), {.samples = 2, .max_tokens = 20, .mask = Told::of([](std::size_t) {})}};
  GenerateOptions held = a.options;
  held.mask = Told::of([&, once = std::make_shared<std::once_flag>()](std::size_t) {
    std::call_once(*once, [&] { begun.count_down(), all_here.wait(); });
  });
  auto good = batcher.submit(a.prompt, held);
  begun.wait();
  auto outside = batcher.submit(std::vector<TokenId>{3, 999}, {});
  auto forbidden = batcher.submit(text(4, 1), {.mask = [] { return std::make_unique<Nothing>(); }});
  auto late = batcher.submit(text(4, 1), {}, {.deadline = std::chrono::steady_clock::now()});
  const Asked b = asked(7);
  auto beside = batcher.submit(b.prompt, b.options);
  all_here.count_down();
  EXPECT_EQ(code_of(*outside), Code::invalid_argument);
  EXPECT_EQ(code_of(*forbidden), Code::invalid_argument);
  EXPECT_EQ(code_of(*late), Code::deadline_exceeded);
  EXPECT_EQ(finish(std::move(beside)), alone(b));
  EXPECT_EQ(finish(std::move(good)), alone(a));
  EXPECT_EQ(batcher.submit({}, {}).error().code, Code::invalid_argument);
  EXPECT_EQ(batcher.submit(text(512, 1), {}).error().code, Code::invalid_argument);
}

TEST_F(BatcherTest, DamagedWeightsHurtOnlyThoseWhoReadThem) {
  Architecture untied = shape();  // so that the damage shows only where the token is read
  untied.tied = false;
  const auto whole = Weights::random(untied, 3);
  std::vector<NamedMatrix> tensors = whole->tensors();
  const auto* from = reinterpret_cast<const float*>(whole->embedding().data);
  std::vector<float> embedding(from, from + untied.vocabulary * untied.width);
  embedding[40 * untied.width] = std::numeric_limits<float>::quiet_NaN();
  for (NamedMatrix& tensor : tensors)
    if (tensor.matrix.data == whole->embedding().data)
      tensor.matrix.data = reinterpret_cast<const std::byte*>(embedding.data());
  const auto damaged = Weights::from(untied, tensors, whole);
  ASSERT_TRUE(damaged) << damaged.error().message;
  Batcher batcher(*damaged, tokenizer_);
  const MaskMaker letters = [] { return std::make_unique<Letters>(); };
  std::vector<base::Result<Ticket>> good;
  for (std::uint64_t i = 0; i < 4; ++i)
    good.push_back(batcher.submit(std::vector<TokenId>{100, 101}, {.seed = i, .mask = letters}));
  auto bad = batcher.submit(std::vector<TokenId>{100, 40}, {});
  EXPECT_EQ(code_of(*bad), Code::corrupt);
  for (std::uint64_t i = 0; i < 4; ++i)
    EXPECT_EQ(finish(std::move(good[i])), alone({{100, 101}, {.seed = i, .mask = letters}}, whole));
}

TEST_F(BatcherTest, CancelledForgottenAndClosedRequestsEnd) {
  auto batcher = std::make_unique<Batcher>(weights_, tokenizer_);
  const GenerateOptions endless{.max_tokens = 400, .mask = Told::of([](std::size_t) {})};
  auto stopped = batcher->submit(text(5, 1), endless, {.ahead = 1});
  ASSERT_TRUE(stopped->next());
  stopped->cancel();
  EXPECT_EQ(code_of(*stopped), Code::cancelled);
  { const auto forgotten = batcher->submit(text(5, 2), endless, {.ahead = 1}); }
  const auto deadline = std::chrono::steady_clock::now() + 20ms;
  auto late = batcher->submit(text(5, 3), endless, {.deadline = deadline, .ahead = 1});
  std::this_thread::sleep_until(deadline + 1ms);  // paused since its first token
  EXPECT_EQ(code_of(*late), Code::deadline_exceeded);
  auto open = batcher->submit(text(5, 4), endless, {.ahead = 1});
  ASSERT_TRUE(open->next());
  batcher.reset();
  EXPECT_EQ(code_of(*open), Code::unavailable);
}

}  // namespace
}  // namespace genkai::model::native
