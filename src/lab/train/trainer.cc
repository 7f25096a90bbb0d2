#include "lab/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "base/cpu_time.h"
#include "base/progress.h"
#include "lab/train/checkpoint.h"
#include "lab/train/steps.h"

namespace genkai::lab::train {
namespace {
using base::Code;

class Run {
 public:
  Run(Model& model, const Source& source, const TrainerOptions& options)
      : model_(model),
        source_(source),
        options_(options),
        threads_(options.threads ? options.threads : std::max(1U, std::thread::hardware_concurrency())),
        optimiser_(options.optimiser, model.parameters().values().size()) {}

  base::Result<TrainReport> whole() {
    if (options_.samples == 0)
      return base::fail(Code::invalid_argument, "a step of no samples trains nothing",
                        "ask for at least one");
    GENKAI_RETURN_IF_ERROR(resume());
    GENKAI_RETURN_IF_ERROR(prepare());
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
      if (options_.gate && options_.gate_every && state_.next.step % options_.gate_every == 0) {
        GENKAI_ASSIGN_OR_RETURN(const bool turning, pass_gate());
        keep |= turning;
      }
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
                       .metrics = metrics_,
                       .speed = speed_};
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
    GENKAI_RETURN_IF_ERROR(steps_->give(model_.parameters()));
    if (options_.checkpoint.empty()) return {};
    GENKAI_RETURN_IF_ERROR(steps_->give(optimiser_));
    TrainState state = state_;
    state.cpu_seconds = cpu_seconds();
    return write_checkpoint(options_.checkpoint, state, model_.parameters(), optimiser_);
  }

  std::uint64_t rows_a_step() const {
    return state_.next.step ? state_.tokens / state_.next.step
                            : options_.samples * 256;  // corrected after a step
  }

  base::Status prepare() {
    const StepSetting setting{model_, source_, optimiser_, options_.samples, threads_};
    if (!options_.accelerator) {
      steps_ = host_steps(setting);
      return {};
    }
    GENKAI_ASSIGN_OR_RETURN(steps_, accelerated_steps(setting, *options_.accelerator));
    if (state_.stopped || state_.next.step >= options_.steps) return {};  // no step to compare
    GENKAI_ASSIGN_OR_RETURN(const double host, seconds_of_a_step(*host_steps(setting)));
    GENKAI_ASSIGN_OR_RETURN(const double device, seconds_of_a_step(*steps_));
    speed_ = {options_.accelerator->name(), threads_, host, device};
    return {};
  }

  /// The gradient of the next step, made twice: the first time memory is found and kernels are compiled.
  base::Result<double> seconds_of_a_step(Steps& steps) const {
    double seconds = 0;
    for (int i = 0; i < 2; ++i) {
      const base::Stopwatch watch;
      GENKAI_RETURN_IF_ERROR(steps.gradient(state_.next));
      seconds = watch.milliseconds() / 1000;
      GENKAI_RETURN_IF_ERROR(steps.forget());
    }
    return seconds;
  }

  /// Does the step `state_.next` and moves on. Returns the rows that it took.
  base::Result<std::uint64_t> step() {
    const Moment moment = state_.next;
    GENKAI_ASSIGN_OR_RETURN(const StepSums sums, steps_->gradient(moment));
    if (!(sums.weight > 0))
      return base::fail(Code::invalid_argument,
                        "no token of step " + std::to_string(moment.step) + " has a weight in the loss",
                        "give the tokens to be learnt the weight 1");
    GENKAI_ASSIGN_OR_RETURN(const double squares, steps_->gradient_squares());
    const double norm = std::sqrt(squares) / sums.weight, clip = options_.optimiser.clip;
    if (!std::isfinite(sums.loss) || !std::isfinite(norm))
      return base::fail(Code::internal, "the loss is not a number at step " + std::to_string(moment.step),
                        "lower the rate or clip the gradient; the checkpoint before is kept");
    const double scale = (clip > 0 && norm > clip ? clip / norm : 1) / sums.weight;
    const double rate = options_.schedule.at(moment.step);
    GENKAI_RETURN_IF_ERROR(steps_->update(scale, rate, moment.step));
    state_.loss = sums.loss / sums.weight;
    state_.tokens += sums.rows;
    ++state_.next.step;
    ++state_.next.stage_step;
    if (options_.on_step) options_.on_step({moment, state_.loss, norm, rate, state_.tokens});
    return sums.rows;
  }

  /// Asks the gate; true when something is to be kept.
  base::Result<bool> pass_gate() {
    GENKAI_RETURN_IF_ERROR(steps_->give(model_.parameters()));
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
    if (speed_) {
      std::snprintf(text, sizeof text, " device x%.2g", speed_->times());
      out += text;
    }
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
  Optimiser optimiser_;
  std::unique_ptr<Steps> steps_;
  std::optional<AcceleratorSpeed> speed_;
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
