#pragma once
// Context-aware decoding: what the context adds to the next token's logits is weighed more than what the
// model says without it, l = (1 + lambda) l_with - lambda l_without (Shi et al. 2024, "Trusting your
// evidence: hallucinate less with context-aware decoding", section 2). lambda is strength times the
// Jensen-Shannon divergence of the two in bits, in [0, 1]: where context and memory agree, little is changed
// (Wang et al. 2025, "AdaCAD: adaptively decoding to balance conflicts between contextual and parametric
// knowledge").
//
//   engine.forward({{&with_context, {&id, 1}}, {&question_only, {&id, 1}}}, output);
//   const ContextAware choice = context_aware(output.row(0), output.row(1), {}, logits);

#include <span>

namespace genkai::model::native {

/// Why the weight is what it is.
enum class ContextGate {
  open,         // lambda = strength * divergence
  same_choice,  // both prefer the same token: there is nothing to correct
  blurred,      // the context made the model less sure: it is not amplified
};

struct ContextAwareOptions {
  double strength = 1;      // >= 0
  double more_entropy = 0;  // nats that the context may add before it counts as blurring
  double plausible =
      0.1;  // in [0, 1]: tokens below this share of the best one's probability with context are out
};

struct ContextAware {
  ContextGate gate = ContextGate::open;
  double divergence = 0;  // bits, in [0, 1]
  double lambda = 0;      // used; 0 unless the gate is open
};

/// Writes the weighted logits to `out`: with the gate open, implausible tokens get -infinity (Li et al. 2023,
/// "Contrastive decoding", section 3.2), which keeps the difference of two small numbers from winning. With
/// the gate shut `out` is `with`, so that decoding does what it would have done: the gate does no harm where
/// there is no conflict. REQUIRES: the three are of one length, at least 1, and finite but for -infinity in
/// both.
ContextAware context_aware(std::span<const float> with, std::span<const float> without,
                           const ContextAwareOptions& options, std::span<float> out);

}  // namespace genkai::model::native
