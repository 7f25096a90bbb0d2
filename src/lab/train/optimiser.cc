#include "lab/train/optimiser.h"

#include "lab/train/kernels.h"

namespace genkai::lab::train {

void Optimiser::update(Parameters& parameters, std::span<const float> gradient, double gradient_scale,
                       double rate, std::uint64_t step, std::size_t begin, std::size_t end) {
  const double t = static_cast<double>(step + 1);
  kernels::AdamStep adam{.rate = static_cast<float>(rate),
                         .beta1 = static_cast<float>(options_.beta1),
                         .beta2 = static_cast<float>(options_.beta2),
                         .epsilon = static_cast<float>(options_.epsilon),
                         .correction1 = static_cast<float>(1 - std::pow(options_.beta1, t)),
                         .correction2 = static_cast<float>(1 - std::pow(options_.beta2, t)),
                         .decay = 0,
                         .gradient_scale = static_cast<float>(gradient_scale)};
  for (const Parameters::Entry& entry : parameters.entries()) {
    const std::size_t from = std::max(begin, entry.offset), to = std::min(end, entry.offset + entry.size());
    if (from >= to) continue;
    adam.decay = static_cast<float>(entry.decays() ? options_.decay : 0);
    kernels::adam(parameters.values().data() + from, moment1_.data() + from, moment2_.data() + from,
                  gradient.data() + from, to - from, adam);
  }
}

}  // namespace genkai::lab::train
