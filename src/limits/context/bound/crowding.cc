#include "limits/context/bound/crowding.h"

#include <algorithm>
#include <cmath>

namespace genkai::limits::context::bound {
namespace {

using base::Code;

constexpr double kMostTokens = 9007199254740992.0;  // 2^53

double logit(double p) {
  return std::log(p) - std::log1p(-p);
}

// ln N may exceed what e^x holds; beyond the largest N nothing is asked.
double scale_at(double log_tokens, std::uint64_t from) {
  return from == 0 ? 1 : std::max(1.0, log_tokens / std::log(static_cast<double>(from)));
}

base::Status check(const Crowd& crowd, bool with_tokens) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the weight of the relevant keys", crowd.weight));
  const auto tokens = static_cast<double>(crowd.tokens);
  if (crowd.relevant < 1 || (with_tokens && (crowd.relevant >= crowd.tokens || tokens > kMostTokens)))
    return base::fail(Code::invalid_argument, "there is at least one relevant key, and fewer than all");
  if (static_cast<double>(crowd.relevant) > kMostTokens)
    return base::fail(Code::invalid_argument, "there are too many relevant keys");
  if (crowd.scaled_from == 1)
    return base::fail(Code::invalid_argument, "scaling starts from at least 2 tokens");
  return {};
}

core::Grounds grounds_of(const Crowd& crowd) {
  core::Grounds grounds;
  grounds.assumptions = {
      {"One softmax over all keys; the keys that are not relevant have equal logits. Uneven ones of the same "
       "largest logit crowd less, of the same mean they crowd more (Jensen).",
       "すべてのキーに対する1つのソフトマックスで、無関係なキーのロジットは等しいとします。最大値が同じで不揃"
       "いなら"
       "混雑は軽く、平均が同じで不揃いなら混雑は重くなります(イェンセンの不等式)。"},
      {"It is about one head of one layer. Several heads or layers may sharpen what one cannot.",
       "1つの層の1つのヘッドについての式です。複数のヘッドや層なら1つで足りない分を補うことがあります。"}};
  if (crowd.relevant > 1)
    grounds.assumptions.push_back({"The relevant keys share one margin and their weight counts together.",
                                   "関連するキーの差は等しく、重みは合計で数えます。"});
  if (crowd.scaled_from > 0)
    grounds.assumptions.push_back(
        {"Logits are multiplied by max(1, ln N / ln N0), and the margin was measured at N0 or less.",
         "ロジットにmax(1, ln N / ln N0)を掛け、差はN0以下で測ったものとします。"});
  grounds.source =
      crowd.scaled_from > 0
          ? "m >= ln((N - k)/k) + logit(p); log-N scaling: Chiang and Cholak 2022, Nakanishi 2025 "
            "(Scalable-Softmax)"
          : "m >= ln((N - k)/k) + logit(p), from the softmax itself; dispersion: Velickovic et al. 2024";
  return grounds;
}

}  // namespace

base::Result<double> weight_of(double margin, const Crowd& crowd) {
  GENKAI_RETURN_IF_ERROR(check(crowd, true));
  if (!std::isfinite(margin)) return base::fail(Code::invalid_argument, "the margin is no finite number");
  const auto n = static_cast<double>(crowd.tokens), k = static_cast<double>(crowd.relevant);
  const double scaled = margin * scale_at(std::log(n), crowd.scaled_from);
  return 1 / (1 + (n - k) / k * std::exp(-scaled));
}

base::Result<Crowding> crowding(const Crowd& crowd) {
  GENKAI_RETURN_IF_ERROR(check(crowd, true));
  const auto n = static_cast<double>(crowd.tokens), k = static_cast<double>(crowd.relevant);
  Crowding out;
  out.margin = (std::log((n - k) / k) + logit(crowd.weight)) / scale_at(std::log(n), crowd.scaled_from);
  GENKAI_ASSIGN_OR_RETURN(out.weight_at_one_margin, weight_of(1, crowd));
  out.grounds = grounds_of(crowd);
  return out;
}

base::Result<Longest> longest_for(double margin, const Crowd& crowd) {
  GENKAI_RETURN_IF_ERROR(check(crowd, false));
  if (!(margin >= 0 && std::isfinite(margin)))
    return base::fail(Code::invalid_argument, "the margin is at least 0");
  Longest out;
  out.grounds = grounds_of(crowd);
  const auto k = static_cast<double>(crowd.relevant);
  const double wanted = logit(crowd.weight);
  const auto floored = [](double tokens) {
    return static_cast<std::uint64_t>(std::min(kMostTokens, std::floor(tokens + 1e-9 * tokens)));
  };
  const double plain = k * (1 + std::exp(margin - wanted));
  const auto from = static_cast<double>(crowd.scaled_from);
  if (crowd.scaled_from == 0 || plain < std::max(from, k + 1)) {  // falls short before scaling sets in
    out.tokens = floored(plain);
    return out;
  }
  // g(x) = m x / ln N0 - ln((e^x - k) / k) - logit(p) at x = ln N is convex, and not negative at its start.
  const double slope = margin / std::log(from);
  const auto slack = [&](double x) {
    return slope * x - (x + std::log1p(-k * std::exp(-x)) - std::log(k)) - wanted;
  };
  const double start = std::log(std::max(from, k + 1)), end = std::log(kMostTokens);
  // Its slope is `slope` - N / (N - k), which is 0 at N = k slope / (slope - 1).
  double lowest = end;
  if (slope > 1) lowest = std::clamp(std::log(k * slope / (slope - 1)), start, end);
  if (slack(lowest) >= 0) {
    if (slope >= 1) return out;  // beyond it the slack grows, or tends to what it is there
    lowest = end;
    if (slack(lowest) >= 0) {
      out.tokens = static_cast<std::uint64_t>(kMostTokens);
      return out;
    }
  }
  double holds = start, fails = lowest;
  for (int i = 0; i < 200; ++i) {
    const double middle = (holds + fails) / 2;
    (slack(middle) >= 0 ? holds : fails) = middle;
  }
  out.tokens = floored(std::exp(holds));
  return out;
}

}  // namespace genkai::limits::context::bound
