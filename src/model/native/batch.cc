#include "model/native/batch.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;
using base::Status;
using Clock = std::chrono::steady_clock;

/// Tokens of a step, the engine's pass: those that decode go first, what is left of it reads prompts.
constexpr std::size_t kStep = 64;
/// What prompts get at least, however many decode.
constexpr std::size_t kLeastPrompt = 16;

}  // namespace

struct Ticket::Job {
  // Of the batcher's thread, once submitted.
  std::optional<Generation> generation;
  std::uint64_t bytes = 0;
  RequestOptions request;
  Status status;                  // of the step
  std::vector<std::size_t> told;  // tokens of each sample that have been news

  // Under the desk's mutex.
  std::vector<Generated> news;  // whole texts, and the tokens that were not taken yet
  bool fresh = false, ended = false, cancelled = false;
  Status error;
  std::function<void()> call;
  std::condition_variable ready;

  bool paused() const {
    return request.ahead > 0 && std::any_of(news.begin(), news.end(), [&](const Generated& sample) {
             return sample.tokens.size() >= request.ahead;
           });
  }
  /// Makes news of what the samples have become.
  void tell() {
    const std::vector<Generated>& samples = generation->samples();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      news[i].text = samples[i].text;
      news[i].tokens.insert(news[i].tokens.end(),
                            samples[i].tokens.begin() + static_cast<std::ptrdiff_t>(told[i]),
                            samples[i].tokens.end());
      news[i].ended = samples[i].ended;
      news[i].running = samples[i].running;
      told[i] = samples[i].tokens.size();
    }
  }
};

/// Where tickets and the batcher's thread meet.
struct Ticket::Desk {
  using Jobs = std::vector<std::shared_ptr<Job>>;

  mutable std::mutex mutex;
  std::condition_variable wake;  // the batcher's thread
  std::deque<std::shared_ptr<Job>> waiting;
  Jobs running;
  std::uint64_t bytes = 0, most_bytes = 0;  // of those that run
  bool stopping = false;
  BatchCounters counters;
  // To be done without the lock.
  std::vector<std::function<void()>> calls;
  std::vector<std::optional<Generation>> spent;

  void ring(Job& job) {
    job.fresh = true;
    job.ready.notify_all();
    if (job.call) calls.push_back(std::exchange(job.call, {}));
  }
  void end(Job& job, Status error) {
    job.ended = true;
    job.error = std::move(error);
    spent.push_back(std::exchange(job.generation, std::nullopt));
    ring(job);
  }
  /// Ends what nobody wants any more. Returns the deadline that comes next.
  Clock::time_point end_lost() {
    const auto now = Clock::now();
    auto next = Clock::time_point::max();
    const auto lost = [&](const std::shared_ptr<Job>& job) {
      if (stopping) {
        end(*job, fail(Code::unavailable, "the built-in model was closed"));
      } else if (job->cancelled) {
        end(*job, fail(Code::cancelled, "the request was ended"));
      } else if (now > job->request.deadline) {
        end(*job, fail(Code::deadline_exceeded, "the built-in model took too long"));
      } else {
        next = std::min(next, job->request.deadline);
      }
      return job->ended;
    };
    std::erase_if(waiting, lost);
    std::erase_if(running, [&](const std::shared_ptr<Job>& job) {
      if (!lost(job)) return false;
      bytes -= job->bytes;
      return true;
    });
    return next;
  }
  /// In order: a large one that waits holds up the smaller ones behind it, so that its turn comes.
  void admit() {
    while (!waiting.empty() && (running.empty() || bytes + waiting.front()->bytes <= most_bytes)) {
      bytes += waiting.front()->bytes;
      running.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
  }
  Jobs active() const {
    Jobs jobs;
    std::copy_if(running.begin(), running.end(), std::back_inserter(jobs),
                 [](const std::shared_ptr<Job>& job) { return !job->paused(); });
    return jobs;
  }
  /// After a step of `jobs`.
  void tell(std::span<const std::shared_ptr<Job>> jobs) {
    for (const auto& job : jobs) {
      const Generation& generation = *job->generation;
      const bool done = !job->status || (!generation.reading() && !generation.running());
      if (!done && (job->request.ahead == 0 || generation.reading())) continue;
      job->tell();
      if (!done) {
        ring(*job);
        continue;
      }
      bytes -= job->bytes;
      std::erase(running, job);
      end(*job, job->status);
    }
  }
  void settle(std::unique_lock<std::mutex>& lock) {
    if (calls.empty() && spent.empty()) return;
    auto now = std::exchange(calls, {});
    auto freed = std::exchange(spent, {});
    lock.unlock();
    freed.clear();
    for (auto& call : now) std::exchange(call, {})();
    lock.lock();
  }
};

Ticket::Ticket(std::shared_ptr<Desk> desk, std::shared_ptr<Job> job)
    : desk_(std::move(desk)), job_(std::move(job)), samples_(job_->news.size()) {}

Ticket& Ticket::operator=(Ticket&& other) noexcept {
  std::swap(desk_, other.desk_);
  std::swap(job_, other.job_);
  std::swap(samples_, other.samples_);
  std::swap(running_, other.running_);
  return *this;
}

Ticket::~Ticket() {
  if (!job_) return;
  std::function<void()> call;  // destroyed without the lock
  const std::lock_guard lock(desk_->mutex);
  call = std::exchange(job_->call, {});
  job_->cancelled = true;
  desk_->wake.notify_all();
}

Status Ticket::next() {
  std::unique_lock lock(desk_->mutex);
  job_->ready.wait(lock, [&] { return job_->fresh || job_->ended; });
  running_ = !job_->ended;
  if (!job_->error) return job_->error;
  if (job_->paused()) desk_->wake.notify_all();
  job_->fresh = false;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    Generated& news = job_->news[i];
    samples_[i].text = news.text;
    samples_[i].tokens.insert(samples_[i].tokens.end(), std::make_move_iterator(news.tokens.begin()),
                              std::make_move_iterator(news.tokens.end()));
    samples_[i].ended = news.ended;
    samples_[i].running = news.running;
    news.tokens.clear();
  }
  return {};
}

void Ticket::when_ready(std::function<void()> call) {
  {
    const std::lock_guard lock(desk_->mutex);
    if (!job_->fresh && !job_->ended) {
      job_->call = std::move(call);
      return;
    }
  }
  call();
}

void Ticket::cancel() {
  const std::lock_guard lock(desk_->mutex);
  job_->cancelled = true;
  desk_->wake.notify_all();
}

Batcher::Batcher(std::shared_ptr<const Weights> weights, const Tokenizer& tokenizer, BatchOptions options)
    : tokenizer_(&tokenizer),
      engine_(std::move(weights), {.threads = options.threads}),
      desk_(std::make_shared<Ticket::Desk>()) {
  desk_->most_bytes = options.cache_bytes;
  thread_ = std::thread([this] { work(); });
}

Batcher::~Batcher() {
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->stopping = true;
  }
  desk_->wake.notify_all();
  thread_.join();
}

base::Result<Ticket> Batcher::submit(std::span<const TokenId> prompt, const GenerateOptions& options,
                                     const RequestOptions& request) {
  GENKAI_ASSIGN_OR_RETURN(Generation generation,
                          Generation::prepare(engine_.architecture(), *tokenizer_, prompt, options));
  auto job = std::make_shared<Job>();
  job->bytes = generation.most_bytes();
  job->request = request;
  job->news = generation.samples();
  job->told.resize(job->news.size());
  job->generation.emplace(std::move(generation));
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->waiting.push_back(job);
  }
  desk_->wake.notify_all();
  return Ticket(desk_, std::move(job));
}

std::size_t Batcher::requests() const {
  const std::lock_guard lock(desk_->mutex);
  return desk_->waiting.size() + desk_->running.size();
}

BatchCounters Batcher::counters() const {
  const std::lock_guard lock(desk_->mutex);
  return desk_->counters;
}

void Batcher::work() {
  Ticket::Desk& desk = *desk_;
  std::unique_lock lock(desk.mutex);
  for (;;) {
    const auto deadline = desk.end_lost();
    desk.settle(lock);
    if (desk.stopping) break;
    desk.admit();
    const Ticket::Desk::Jobs jobs = desk.active();
    if (!jobs.empty()) {
      lock.unlock();
      step(jobs);
      lock.lock();
      desk.tell(jobs);
      desk.settle(lock);
    } else if (deadline == Clock::time_point::max()) {
      desk.wake.wait(lock);
    } else {
      desk.wake.wait_until(lock, deadline + std::chrono::milliseconds(1));
    }
  }
}

void Batcher::step(std::span<const std::shared_ptr<Job>> jobs) {
  struct Fed {
    Job* job;
    std::size_t first, count, row;  // its inputs, and the first of their logits
  };
  std::vector<Fed> fed;
  std::size_t rows = 0;
  inputs_.clear();
  const auto feed = [&](Job& job, std::size_t most) {
    const std::size_t first = inputs_.size(), tokens = job.generation->feed(inputs_, most);
    if (tokens > 0) fed.push_back({&job, first, inputs_.size() - first, rows});
    rows += static_cast<std::size_t>(std::count_if(inputs_.begin() + static_cast<std::ptrdiff_t>(first),
                                                   inputs_.end(),
                                                   [](const Input& input) { return input.logits; }));
    return tokens;
  };
  std::size_t decoded = 0, read = 0;
  for (const auto& job : jobs)
    if (!job->generation->reading()) decoded += feed(*job, 0);
  const std::size_t room = std::max(kLeastPrompt, kStep - std::min(kStep, decoded));
  for (const auto& job : jobs)
    if (job->generation->reading() && read < room) read += feed(*job, room - read);
  if (engine_.forward(inputs_, output_)) {
    engine_.team().run(fed.size(), [&](std::size_t i) {
      fed[i].job->status = fed[i].job->generation->take(output_, fed[i].row);
    });
  } else {
    // One of them is at fault, and it alone fails.
    for (const Fed& one : fed) {
      one.job->status =
          engine_.forward(std::span<const Input>(inputs_).subspan(one.first, one.count), output_);
      if (one.job->status) one.job->status = one.job->generation->take(output_, 0);
    }
  }
  const std::lock_guard lock(desk_->mutex);
  ++desk_->counters.steps;
  desk_->counters.next_tokens += decoded;
  desk_->counters.prompt_tokens += read;
}

}  // namespace genkai::model::native
