#include "limits/context/bound/encoding.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace genkai::limits::context::bound {
namespace {

using base::Code;

constexpr std::uint64_t kMostSize = 65'536, kMostHeads = 1'024;

base::Result<Decay> turning(const Rotation& rotation, std::uint64_t trained) {
  if (rotation.size < 2 || rotation.size % 2 != 0 || rotation.size > kMostSize)
    return base::fail(Code::invalid_argument, "the size is an even number from 2 to 65,536");
  if (!(rotation.base > 1 && std::isfinite(rotation.base)))
    return base::fail(Code::invalid_argument, "the base is above 1");
  if (!(rotation.stretch >= 1 && std::isfinite(rotation.stretch)))
    return base::fail(Code::invalid_argument, "positions are stretched by at least 1");
  Decay out;
  for (std::uint64_t i = 0; i < rotation.size / 2; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(rotation.size);
    out.angles.push_back(std::pow(rotation.base, exponent) / rotation.stretch);
    const double turn = 2 * std::numbers::pi / out.angles.back();
    out.longest_turn = turn;
    out.incomplete += trained > 0 && turn > static_cast<double>(trained) ? 1 : 0;
  }
  return out;
}

std::vector<double> slopes_of(std::uint64_t heads) {
  std::vector<double> out;
  const std::uint64_t power = std::uint64_t{1}
                              << static_cast<unsigned>(std::log2(static_cast<double>(heads)));
  const auto slope = [](double h, double of) { return std::exp2(-8 * h / of); };
  for (std::uint64_t h = 1; h <= power; ++h)
    out.push_back(slope(static_cast<double>(h), static_cast<double>(power)));
  for (std::uint64_t h = 1; out.size() < heads; h += 2)
    out.push_back(slope(static_cast<double>(h), 2 * static_cast<double>(power)));
  return out;
}

}  // namespace

double Decay::at(std::uint64_t distance) const {
  double sum = 0;
  for (const double angle : angles) sum += std::cos(angle * static_cast<double>(distance));
  return sum / static_cast<double>(angles.size());
}

std::uint64_t Decay::first_below(double share, std::uint64_t most) const {
  for (std::uint64_t d = 1; d <= most; ++d)
    if (at(d) < share) return d;
  return 0;
}

base::Result<Decay> rotary(const Rotation& rotation, std::uint64_t trained) {
  GENKAI_ASSIGN_OR_RETURN(Decay out, turning(rotation, trained));
  out.grounds.assumptions = {
      {"Query and key are alike in all pairs of dimensions: the sum is what the encoding does to a match, "
       "exactly. "
       "A trained head weighs the pairs otherwise, and may keep to the slow ones.",
       "クエリとキーはすべての次元の組で等しいとします。この和は符号化が一致に及ぼす影響そのものですが、"
       "学習済みのヘッドは組ごとに重みを変え、遅い組に頼ることもあります。"},
      {"A pair that never turned once in training is read at angles that were never seen beyond the trained "
       "length.",
       "学習中に一回転しなかった組は、学習長を超えると見たことのない角度で読まれます。"}};
  out.grounds.source =
      "A(d) = 2/h sum cos(d b^(-2i/h)): Su et al. 2021 (RoFormer); incomplete turns: Liu et al. 2023, "
      "Scaling laws "
      "of RoPE-based extrapolation";
  return out;
}

base::Result<Decay> sinusoidal(const Rotation& rotation, std::uint64_t trained) {
  GENKAI_ASSIGN_OR_RETURN(Decay out, turning(rotation, trained));
  out.grounds.assumptions = {
      {"Two encodings are compared as they are, before any learnt projection, which may undo or sharpen "
       "this.",
       "学習した射影の前の符号同士を比べます。射影がこれを打ち消したり鋭くしたりすることがあります。"}};
  out.grounds.source = "PE(p) . PE(p + d) = sum cos(d b^(-2i/w)): Vaswani et al. 2017";
  return out;
}

double Slopes::reach(std::size_t head, double share) const {
  return -std::log(share) / slopes.at(head);
}

base::Result<Slopes> alibi(std::uint64_t heads) {
  if (heads < 1 || heads > kMostHeads)
    return base::fail(Code::invalid_argument, "there are from 1 to 1,024 heads");
  Slopes out;
  out.slopes = slopes_of(heads);
  out.grounds.assumptions = {
      {"Content logits are equal: the bias alone decides. A content margin of m moves a head's reach by m / "
       "slope.",
       "内容のロジットは等しく、バイアスだけで決まるとします。内容の差mがあれば到達距離はm / "
       "傾きだけ延びます。"}};
  out.grounds.source = "weight factor e^(-2^(-8h/H) d): Press, Smith and Lewis 2022 (ALiBi)";
  return out;
}

}  // namespace genkai::limits::context::bound
