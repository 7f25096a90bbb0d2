#include "lab/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

#include "base/clock.h"
#include "base/cpu_time.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "lab/train/checkpoint.h"
#include "lab/train/kernels.h"

namespace genkai::lab::train {
namespace {
using base::Code;

/// Rows that go through the tape at once: with 128 floats a row, one activation is half a megabyte and stays
/// in the cache.
constexpr std::size_t kPassRows = 1024;

/// One thread's share of every step.
struct Worker {
  Worker(const Parameters& parameters) : gradients(parameters.values().size()), tape(parameters, gradients) {}
  Floats gradients;
  Tape tape;
  double loss = 0, weight = 0, squares = 0;
  std::uint64_t rows = 0;
  bool bad_sample = false;

  void run(const Model& model, const Source& source, const Moment& moment, std::size_t begin,
           std::size_t end) {
    loss = weight = 0;
    rows = 0;
    for (std::size_t place = begin; place < end;) {
      Batch batch;
      for (; place < end && batch.rows() < kPassRows; ++place) {
        const Sample sample = source.sample(moment, place);
        const auto outside = [&](TokenId t) {
          return t < 0 || static_cast<std::size_t>(t) >= model.vocabulary();
        };
        if (sample.tokens.size() != sample.weights.size() || std::ranges::any_of(sample.tokens, outside)) {
          bad_sample = true;
          return;
        }
        append(batch, sample);
      }
      if (batch.rows() == 0) continue;
      for (const float w : batch.weights) weight += static_cast<double>(w);
      rows += batch.rows();
      tape.reset();
      const Value value = model.loss(tape, batch);
      loss += static_cast<double>(tape.value(value)[0]);
      tape.backward(value);
    }
  }
};

class Run {
 public:
  Run(Model& model, const Source& source, const TrainerOptions& options)
      : model_(model),
        source_(source),
        options_(options),
        threads_(options.threads ? options.threads : std::max(1U, std::thread::hardware_concurrency())),
        pool_(threads_ - 1 ? threads_ - 1 : 1),
        optimiser_(options.optimiser, model.parameters().values().size()) {
    for (std::size_t i = 0; i < threads_; ++i)
      workers_.push_back(std::make_unique<Worker>(model.parameters()));
  }

  base::Result<TrainReport> whole() {
    if (options_.samples == 0)
      return base::fail(Code::invalid_argument, "a step of no samples trains nothing",
                        "ask for at least one");
    GENKAI_RETURN_IF_ERROR(resume());
    base::Progress progress(options_.label, options_.steps * rows_a_step(), options_.progress);
    const base::Stopwatch watch;
    bool cancelled = false;
    while (state_.next.step < options_.steps && !state_.stopped) {
      if (options_.cancellation.cancelled()) {
        cancelled = true;
        break;
      }
      GENKAI_ASSIGN_OR_RETURN(const std::uint64_t rows, step());
      bool keep = options_.checkpoint_every && state_.next.step % options_.checkpoint_every == 0;
      if (options_.gate && options_.gate_every && state_.next.step % options_.gate_every == 0)
        keep |= pass_gate();
      progress.set_total(state_.tokens - before_ +
                         (options_.steps - state_.next.step) * state_.tokens / state_.next.step);
      progress.advance(rows, detail());
      if (keep) GENKAI_RETURN_IF_ERROR(save());
    }
    if (saved_at_ != state_.next.step) GENKAI_RETURN_IF_ERROR(save());
    return TrainReport{.reached = state_.next,
                       .tokens = state_.tokens,
                       .loss = state_.loss,
                       .seconds = watch.milliseconds() / 1000,
                       .cpu_seconds = cpu_seconds(),
                       .resumed_at = resumed_at_,
                       .stopped = state_.stopped,
                       .cancelled = cancelled,
                       .metrics = metrics_};
  }

 private:
  base::Status resume() {
    cpu_start_ = base::cpu_seconds(base::CpuOf::process);
    if (options_.checkpoint.empty()) return {};
    GENKAI_ASSIGN_OR_RETURN(const std::optional<TrainState> found,
                            read_checkpoint(options_.checkpoint, model_.parameters(), optimiser_));
    if (!found) return {};
    state_ = *found;
    saved_at_ = resumed_at_ = state_.next.step;
    before_ = state_.tokens;
    return {};
  }

  double cpu_seconds() const {
    return state_.cpu_seconds + base::cpu_seconds(base::CpuOf::process) - cpu_start_;
  }

  base::Status save() {
    saved_at_ = state_.next.step;
    if (options_.checkpoint.empty()) return {};
    TrainState state = state_;
    state.cpu_seconds = cpu_seconds();
    return write_checkpoint(options_.checkpoint, state, model_.parameters(), optimiser_);
  }

  std::uint64_t rows_a_step() const {
    return state_.next.step ? state_.tokens / state_.next.step
                            : options_.samples * 256;  // corrected after a step
  }

  /// The values that worker `i` sums and updates.
  std::pair<std::size_t, std::size_t> range(std::size_t i) const {
    const std::size_t lines = model_.parameters().values().size() / kLineFloats;
    return {lines * i / threads_ * kLineFloats, lines * (i + 1) / threads_ * kLineFloats};
  }

  /// Does the step `state_.next` and moves on. Returns the rows that it took.
  base::Result<std::uint64_t> step() {
    const Moment moment = state_.next;
    pool_.parallel_for(threads_, [&](std::size_t i) {
      workers_[i]->run(model_, source_, moment, options_.samples * i / threads_,
                       options_.samples * (i + 1) / threads_);
    });
    double loss = 0, weight = 0;
    std::uint64_t rows = 0;
    for (const auto& worker : workers_) {
      if (worker->bad_sample)
        return base::fail(Code::invalid_argument,
                          "a sample of step " + std::to_string(moment.step) +
                              " has a token outside the vocabulary, or not one weight for each token",
                          "the source has to be made for this model's vocabulary");
      loss += worker->loss;
      weight += worker->weight;
      rows += worker->rows;
    }
    if (!(weight > 0))
      return base::fail(Code::invalid_argument,
                        "no token of step " + std::to_string(moment.step) + " has a weight in the loss",
                        "give the tokens to be learnt the weight 1");
    pool_.parallel_for(threads_, [&](std::size_t i) {
      const auto [begin, end] = range(i);
      float* sum = workers_[0]->gradients.data() + begin;
      for (std::size_t w = 1; w < threads_; ++w)
        kernels::add_into(sum, workers_[w]->gradients.data() + begin, end - begin);
      workers_[i]->squares = kernels::sum_of_squares(sum, end - begin);
    });
    double squares = 0;
    for (const auto& worker : workers_) squares += worker->squares;
    const double norm = std::sqrt(squares) / weight, clip = options_.optimiser.clip;
    if (!std::isfinite(loss) || !std::isfinite(norm))
      return base::fail(Code::internal, "the loss is not a number at step " + std::to_string(moment.step),
                        "lower the rate or clip the gradient; the checkpoint before is kept");
    const double scale = (clip > 0 && norm > clip ? clip / norm : 1) / weight;
    const double rate = options_.schedule.at(moment.step);
    pool_.parallel_for(threads_, [&](std::size_t i) {
      const auto [begin, end] = range(i);
      optimiser_.update(model_.parameters(), workers_[0]->gradients, scale, rate, moment.step, begin, end);
      for (const auto& worker : workers_)
        std::fill(worker->gradients.begin() + static_cast<std::ptrdiff_t>(begin),
                  worker->gradients.begin() + static_cast<std::ptrdiff_t>(end), 0.0F);
    });
    state_.loss = loss / weight;
    state_.tokens += rows;
    ++state_.next.step;
    ++state_.next.stage_step;
    if (options_.on_step) options_.on_step({moment, state_.loss, norm, rate, state_.tokens});
    return rows;
  }

  /// Asks the gate; true when something is to be kept.
  bool pass_gate() {
    Gate gate = options_.gate(state_.next);
    metrics_ = std::move(gate.metrics);
    state_.stopped = gate.stop;
    if (gate.next_stage) {
      ++state_.next.stage;
      state_.next.stage_step = 0;
    }
    return gate.stop || gate.next_stage;
  }

  std::string detail() const {
    char text[32];
    std::snprintf(text, sizeof text, "loss %.3f", state_.loss);
    std::string out = text;
    for (const auto& [name, value] : metrics_) {
      std::snprintf(text, sizeof text, " %.3g", value);
      out += " " + name + text;
    }
    return out;
  }

  Model& model_;
  const Source& source_;
  const TrainerOptions& options_;
  std::size_t threads_;
  base::ThreadPool pool_;
  Optimiser optimiser_;
  std::vector<std::unique_ptr<Worker>> workers_;
  TrainState state_;
  std::uint64_t saved_at_ = ~std::uint64_t{0}, resumed_at_ = 0, before_ = 0;
  double cpu_start_ = 0;
  std::vector<std::pair<std::string, double>> metrics_;
};

}  // namespace

base::Result<TrainReport> train(Model& model, const Source& source, const TrainerOptions& options) {
  return Run(model, source, options).whole();
}

}  // namespace genkai::lab::train
