#pragma once
// Continuous batching: requests that run at the same time take their next token together, in one
// Engine::forward. New ones join between two steps, finished ones leave.
//
//   Batcher batcher(weights, tokenizer);
//   GENKAI_ASSIGN_OR_RETURN(Ticket ticket, batcher.submit(prompt, {.samples = 4}));
//   GENKAI_RETURN_IF_ERROR(ticket.next());  // waits for the end; with {.ahead = 16} for the next tokens
//   ticket.samples()[0].text;
//
// A request gets the same bytes whatever runs beside it: the engine computes the same bits however tokens are
// divided into calls, and each request draws from a stream of its own.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/result.h"
#include "model/native/engine.h"
#include "model/native/generate.h"
#include "model/native/tokenizer.h"

namespace genkai::model::native {

struct BatchOptions {
  std::size_t threads = 0;  // of the engine, as in EngineOptions
  /// Keys and values that the running requests may come to hold together (Generation::most_bytes). Others
  /// wait, in order of arrival; one that is larger by itself runs alone.
  std::uint64_t cache_bytes = std::uint64_t{1} << 30;
};

struct RequestOptions {
  /// A request that is not done by then ends with deadline_exceeded, also while it waits.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// Tokens of a sample that may be ready and not taken; then the request pauses. 0: as many as there are,
  /// and they are handed over whole, at the end.
  std::size_t ahead = 0;
};

/// One request, read by one thread. Destroying it ends the request; it may outlive its Batcher.
class Ticket {
 public:
  Ticket(Ticket&& other) noexcept = default;
  Ticket& operator=(Ticket&& other) noexcept;
  ~Ticket();

  /// Whether next() has more to give.
  bool running() const { return running_; }
  /// Waits for news and takes them into samples(). Errors end the request: those of Generation;
  /// deadline_exceeded; cancelled by cancel(); unavailable where the Batcher has ended.
  base::Status next();
  /// As far as taken.
  const std::vector<Generated>& samples() const { return samples_; }
  /// Calls `call` once, as soon as next() does not have to wait: at once, or later on the batcher's thread,
  /// which must not be held up and not destroy the Batcher. One call at a time is remembered.
  void when_ready(std::function<void()> call);
  /// Ends the request soon; also from other threads.
  void cancel();

 private:
  friend class Batcher;
  struct Job;
  struct Desk;
  Ticket(std::shared_ptr<Desk> desk, std::shared_ptr<Job> job);

  std::shared_ptr<Desk> desk_;
  std::shared_ptr<Job> job_;  // none after a move
  std::vector<Generated> samples_;
  bool running_ = true;
};

/// What has been computed so far.
struct BatchCounters {
  std::uint64_t steps = 0;          // calls of Engine::forward
  std::uint64_t next_tokens = 0;    // of sequences that were past their prompt
  std::uint64_t prompt_tokens = 0;  // read
};

/// Thread-safe. Owns an engine and the thread that runs it.
class Batcher {
 public:
  /// The tokenizer outlives it.
  Batcher(std::shared_ptr<const Weights> weights, const Tokenizer& tokenizer, BatchOptions options = {});
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;
  /// Ends what still runs or waits.
  ~Batcher();

  /// Errors: those of Generation::prepare.
  base::Result<Ticket> submit(std::span<const TokenId> prompt, const GenerateOptions& options,
                              const RequestOptions& request = {});
  /// Requests that run or wait.
  std::size_t requests() const;
  BatchCounters counters() const;

 private:
  using Job = Ticket::Job;
  void work();
  void step(std::span<const std::shared_ptr<Job>> jobs);

  const Tokenizer* tokenizer_;
  Engine engine_;
  std::shared_ptr<Ticket::Desk> desk_;
  // Of the thread alone.
  std::vector<Input> inputs_;
  Output output_;
  std::thread thread_;
};

}  // namespace genkai::model::native
