#include "lab/train/steps.h"

#include <algorithm>
#include <vector>

#include "base/thread_pool.h"
#include "lab/train/host_tape.h"
#include "lab/train/kernels.h"

namespace genkai::lab::train {
namespace {

/// Rows that go through the tape at once. On the host an activation of 128 floats a row is then half a
/// megabyte and stays in the cache; an accelerator has room for more and is slow to start.
constexpr std::size_t kHostRows = 1024, kAcceleratedRows = 16384;

bool fits(const Sample& sample, const Model& model) {
  return sample.tokens.size() == sample.weights.size() && std::ranges::all_of(sample.tokens, [&](TokenId t) {
           return t >= 0 && static_cast<std::size_t>(t) < model.vocabulary();
         });
}

tl::unexpected<base::Error> misfit(const Moment& moment) {
  return base::fail(base::Code::invalid_argument,
                    "a sample of step " + std::to_string(moment.step) +
                        " has a token outside the vocabulary, or not one weight for each token",
                    "the source has to be made for this model's vocabulary");
}

void count(const Batch& batch, StepSums& sums) {
  for (const float w : batch.weights) sums.weight += static_cast<double>(w);
  sums.rows += batch.rows();
}

/// The places of a step that thread `i` has.
std::pair<std::size_t, std::size_t> places(const StepSetting& setting, std::size_t i) {
  return {setting.samples * i / setting.threads, setting.samples * (i + 1) / setting.threads};
}

/// One thread's share of every step.
struct Worker {
  explicit Worker(const Parameters& parameters)
      : gradients(parameters.values().size()), tape(parameters, gradients) {}
  Floats gradients;
  HostTape tape;
  StepSums sums;
  double squares = 0;
  bool bad_sample = false;

  void run(const Model& model, const Source& source, const Moment& moment, std::size_t begin,
           std::size_t end) {
    sums = {};
    for (std::size_t place = begin; place < end;) {
      Batch batch;
      for (; place < end && batch.rows() < kHostRows; ++place) {
        const Sample sample = source.sample(moment, place);
        if (!fits(sample, model)) {
          bad_sample = true;
          return;
        }
        append(batch, sample);
      }
      if (batch.rows() == 0) continue;
      count(batch, sums);
      tape.reset();
      const Value value = model.loss(tape, batch);
      sums.loss += static_cast<double>(tape.value(value)[0]);
      tape.backward(value);
    }
  }
};

class HostSteps : public Steps {
 public:
  explicit HostSteps(const StepSetting& setting)
      : setting_(setting), pool_(setting.threads - 1 ? setting.threads - 1 : 1) {
    for (std::size_t i = 0; i < setting.threads; ++i)
      workers_.push_back(std::make_unique<Worker>(setting.model.parameters()));
  }

  base::Result<StepSums> gradient(const Moment& moment) override {
    pool_.parallel_for(setting_.threads, [&](std::size_t i) {
      const auto [begin, end] = places(setting_, i);
      workers_[i]->run(setting_.model, setting_.source, moment, begin, end);
    });
    StepSums all;
    for (const auto& worker : workers_) {
      if (worker->bad_sample) return misfit(moment);
      all.loss += worker->sums.loss;
      all.weight += worker->sums.weight;
      all.rows += worker->sums.rows;
    }
    return all;
  }

  base::Result<double> gradient_squares() override {
    pool_.parallel_for(setting_.threads, [&](std::size_t i) {
      const auto [begin, end] = range(i);
      float* sum = workers_[0]->gradients.data() + begin;
      for (std::size_t w = 1; w < workers_.size(); ++w) {
        float* other = workers_[w]->gradients.data() + begin;
        kernels::add_into(sum, other, end - begin);
        std::fill_n(other, end - begin, 0.0F);
      }
      workers_[i]->squares = kernels::sum_of_squares(sum, end - begin);
    });
    double squares = 0;
    for (const auto& worker : workers_) squares += worker->squares;
    return squares;
  }

  base::Status update(double gradient_scale, double rate, std::uint64_t step) override {
    pool_.parallel_for(setting_.threads, [&](std::size_t i) {
      const auto [begin, end] = range(i);
      setting_.optimiser.update(setting_.model.parameters(), workers_[0]->gradients, gradient_scale, rate,
                                step, begin, end);
      std::fill_n(workers_[0]->gradients.data() + begin, end - begin, 0.0F);
    });
    return {};
  }

  base::Status forget() override {
    for (const auto& worker : workers_) std::ranges::fill(worker->gradients, 0.0F);
    return {};
  }

  // Both are always where the host needs them.
  base::Status give(Parameters&) override { return {}; }
  base::Status give(Optimiser&) override { return {}; }

 private:
  /// The values that worker `i` sums and updates.
  std::pair<std::size_t, std::size_t> range(std::size_t i) const {
    const std::size_t lines = setting_.model.parameters().values().size() / kLineFloats;
    return {lines * i / setting_.threads * kLineFloats, lines * (i + 1) / setting_.threads * kLineFloats};
  }

  StepSetting setting_;
  base::ThreadPool pool_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

class AcceleratedSteps : public Steps {
 public:
  AcceleratedSteps(const StepSetting& setting, Accelerator& accelerator)
      : setting_(setting),
        accelerator_(accelerator),
        pool_(setting.threads - 1 ? setting.threads - 1 : 1),
        samples_(setting.samples) {}

  base::Status take() { return accelerator_.take(setting_.model.parameters(), setting_.optimiser); }

  base::Result<StepSums> gradient(const Moment& moment) override {
    pool_.parallel_for(setting_.threads, [&](std::size_t i) {
      const auto [begin, end] = places(setting_, i);
      for (std::size_t place = begin; place < end; ++place)
        samples_[place] = setting_.source.sample(moment, place);
    });
    StepSums all;
    for (std::size_t place = 0; place < samples_.size();) {
      Batch batch;
      for (; place < samples_.size() && batch.rows() < kAcceleratedRows; ++place) {
        if (!fits(samples_[place], setting_.model)) return misfit(moment);
        append(batch, samples_[place]);
      }
      if (batch.rows() == 0) continue;
      count(batch, all);
      GENKAI_ASSIGN_OR_RETURN(const double loss, accelerator_.add_gradient(setting_.model, batch));
      all.loss += loss;
    }
    return all;
  }

  base::Result<double> gradient_squares() override { return accelerator_.gradient_squares(); }
  base::Status update(double gradient_scale, double rate, std::uint64_t step) override {
    return accelerator_.update(gradient_scale, rate, step);
  }
  base::Status forget() override { return accelerator_.forget(); }
  base::Status give(Parameters& parameters) override { return accelerator_.give(parameters); }
  base::Status give(Optimiser& optimiser) override { return accelerator_.give(optimiser); }

 private:
  StepSetting setting_;
  Accelerator& accelerator_;
  base::ThreadPool pool_;
  std::vector<Sample> samples_;
};

}  // namespace

std::unique_ptr<Steps> host_steps(const StepSetting& setting) {
  return std::make_unique<HostSteps>(setting);
}

base::Result<std::unique_ptr<Steps>> accelerated_steps(const StepSetting& setting, Accelerator& accelerator) {
  auto steps = std::make_unique<AcceleratedSteps>(setting, accelerator);
  GENKAI_RETURN_IF_ERROR(steps->take());
  return steps;
}

}  // namespace genkai::lab::train
