#include "lab/train/gpu/gpu.h"

#include <cmath>
#include <optional>

#include "lab/train/gpu/gpu_tape.h"

namespace genkai::lab::train::gpu {
namespace {

class Gpu : public Accelerator {
 public:
  explicit Gpu(std::unique_ptr<Device> device) : device_(std::move(device)) {}

  std::string name() const override { return device_->name(); }

  base::Status take(const Parameters& parameters, Optimiser& optimiser) override {
    tape_.reset();
    device_->release(0);
    parameters_ = &parameters;
    options_ = optimiser.options();
    const std::size_t n = parameters.values().size();
    mirror_.values = device_->keep(parameters.values());
    mirror_.gradients = device_->floats(n);
    device_->zero(mirror_.gradients, n);
    moment1_ = device_->keep(std::span<const float>(optimiser.moment1()));
    moment2_ = device_->keep(std::span<const float>(optimiser.moment2()));
    tape_.emplace(*device_, parameters, mirror_);
    return device_->status();
  }

  base::Result<double> add_gradient(const Model& model, const Batch& batch) override {
    tape_->reset();
    const Value loss = model.loss(*tape_, batch);
    tape_->backward(loss);
    const double value = static_cast<double>(tape_->value(loss)[0]);
    GENKAI_RETURN_IF_ERROR(device_->status());
    return value;
  }

  base::Result<double> gradient_squares() override {
    constexpr std::size_t kEach = 4096;
    const std::size_t n = parameters_->values().size(), parts = (n + kEach - 1) / kEach;
    tape_->reset();
    const Address sums = device_->floats(parts);
    device_->run("total", rows_of(parts), sums, mirror_.gradients, count(n), count(kEach), count(1));
    std::vector<float> each(parts);
    device_->read(sums, each.data(), parts);
    GENKAI_RETURN_IF_ERROR(device_->status());
    double squares = 0;
    for (const float one : each) squares += static_cast<double>(one);
    return squares;
  }

  base::Status update(double gradient_scale, double rate, std::uint64_t step) override {
    const double t = static_cast<double>(step + 1);
    const double correction1 = 1 - std::pow(options_.beta1, t), correction2 = 1 - std::pow(options_.beta2, t);
    const auto f = [](double x) { return static_cast<float>(x); };
    for (const Parameters::Entry& entry : parameters_->entries()) {
      const double decay = entry.decays() ? options_.decay : 0;
      device_->run("adam", over(entry.size()), mirror_.values + entry.offset, moment1_ + entry.offset,
                   moment2_ + entry.offset, mirror_.gradients + entry.offset, count(entry.size()),
                   f(gradient_scale), f(options_.beta1), f(options_.beta2), f(rate / correction1),
                   f(1 / std::sqrt(correction2)), f(options_.epsilon), f(1 - rate * decay));
    }
    return forget();
  }

  base::Status forget() override {
    device_->zero(mirror_.gradients, parameters_->values().size());
    return device_->status();
  }

  base::Status give(Parameters& parameters) override {
    device_->read(mirror_.values, parameters.values().data(), parameters.values().size());
    return device_->status();
  }

  base::Status give(Optimiser& optimiser) override {
    device_->read(moment1_, optimiser.moment1().data(), optimiser.moment1().size());
    device_->read(moment2_, optimiser.moment2().data(), optimiser.moment2().size());
    return device_->status();
  }

 private:
  std::unique_ptr<Device> device_;
  const Parameters* parameters_ = nullptr;
  AdamW options_;
  Mirror mirror_;
  Address moment1_ = 0, moment2_ = 0;
  std::optional<GpuTape> tape_;
};

}  // namespace

base::Result<std::unique_ptr<Accelerator>> open_gpu(Kind kind) {
  GENKAI_ASSIGN_OR_RETURN(auto device, Device::open(kind));
  return std::make_unique<Gpu>(std::move(device));
}

}  // namespace genkai::lab::train::gpu
