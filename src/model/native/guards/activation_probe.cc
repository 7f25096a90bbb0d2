#include "model/native/guards/activation_probe.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;

constexpr std::string_view kFormat = "genkai-activation-probe";
constexpr std::size_t kWidest = 65'536;

Eigen::MatrixXd matrix(const std::vector<const std::vector<float>*>& states) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(states.size()),
                       static_cast<Eigen::Index>(states[0]->size()));
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    for (Eigen::Index j = 0; j < rows.cols(); ++j)
      rows(i, j) = (*states[static_cast<std::size_t>(i)])[static_cast<std::size_t>(j)];
  return rows;
}

std::vector<double> values(const Eigen::VectorXd& vector) {
  return {vector.data(), vector.data() + vector.size()};
}

bool usable(const ActivationProbe::States& states, std::size_t width) {
  return std::all_of(states.begin(), states.end(), [&](const auto& state) {
    return state.size() == width &&
           std::all_of(state.begin(), state.end(), [](float x) { return std::isfinite(x); });
  });
}

}  // namespace

void PassageStates::hidden(std::size_t layer, std::size_t input, std::size_t token,
                           std::span<const float> state) {
  if (layer != layer_ || input != input_ || token < first_ || state.size() != sum_.size()) return;
  ++tokens_;
  for (std::size_t i = 0; i < state.size(); ++i) sum_[i] += state[i];
}

std::vector<float> PassageStates::mean() const {
  std::vector<float> mean(sum_.size(), 0.0F);
  for (std::size_t i = 0; i < mean.size() && tokens_ > 0; ++i)
    mean[i] = static_cast<float>(sum_[i] / static_cast<double>(tokens_));
  return mean;
}

base::Result<ActivationProbe> ActivationProbe::train(const States& clean, const States& planted,
                                                     const ProbeOptions& options) {
  if (!(options.false_positives > 0 && options.false_positives < 1 && options.shrinkage > 0 &&
        options.shrinkage <= 1))
    return fail(Code::invalid_argument,
                "the rate of false positives and the shrinkage have to lie within 0 and 1");
  std::vector<const std::vector<float>*> fitted, held;
  for (std::size_t i = 0; i < clean.size(); ++i) (i % 2 == 0 ? fitted : held).push_back(&clean[i]);
  const double held_count = static_cast<double>(held.size());
  const auto rank =
      static_cast<std::size_t>(std::ceil((held_count + 1) * (1 - options.false_positives) - 1e-9));
  if (rank > held.size() || fitted.size() < 2)
    return fail(Code::invalid_argument,
                std::to_string(clean.size()) + " clean passages are too few for that rate of false positives",
                "give at least " +
                    std::to_string(2 * static_cast<std::size_t>(std::ceil(1 / options.false_positives))));
  const bool linear = options.kind == ProbeOptions::Kind::linear;
  if (linear && planted.empty())
    return fail(Code::invalid_argument, "a linear probe needs planted passages",
                "or use the kind mahalanobis");
  const std::size_t width = clean[0].size();
  if (width == 0 || width > kWidest || !usable(clean, width) || !usable(planted, width))
    return fail(Code::invalid_argument, "the states of passages have to be finite and of one length");

  const Eigen::MatrixXd x = matrix(fitted);
  const Eigen::VectorXd centre = x.colwise().mean();
  Eigen::MatrixXd scatter =
      (x.rowwise() - centre.transpose()).transpose() * (x.rowwise() - centre.transpose());
  double count = static_cast<double>(x.rows()) - 1;
  Eigen::VectorXd difference = Eigen::VectorXd::Zero(centre.size());
  if (linear) {
    std::vector<const std::vector<float>*> all;
    for (const auto& state : planted) all.push_back(&state);
    const Eigen::MatrixXd y = matrix(all);
    const Eigen::VectorXd other = y.colwise().mean();
    scatter += (y.rowwise() - other.transpose()).transpose() * (y.rowwise() - other.transpose());
    count += static_cast<double>(y.rows()) - 1;
    difference = other - centre;
  }
  Eigen::MatrixXd covariance = scatter / count;
  const double variance = std::max(covariance.trace() / static_cast<double>(width), 1e-12);
  covariance *= 1 - options.shrinkage;
  covariance.diagonal().array() += options.shrinkage * variance;
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  if (factor.info() != Eigen::Success)
    return fail(Code::invalid_argument, "the covariance of the clean passages cannot be inverted",
                "raise the shrinkage");

  ActivationProbe probe;
  probe.kind_ = options.kind;
  probe.false_positives_ = options.false_positives;
  probe.centre_ = values(centre);
  if (linear) {
    probe.rows_.push_back(values(factor.solve(difference)));
  } else {
    const Eigen::MatrixXd inverse =
        factor.matrixL().solve(Eigen::MatrixXd::Identity(centre.size(), centre.size()));
    for (Eigen::Index i = 0; i < inverse.rows(); ++i) probe.rows_.push_back(values(inverse.row(i)));
  }
  std::vector<double> scores;
  for (const auto* state : held) scores.push_back(probe.score(*state));
  std::sort(scores.begin(), scores.end());
  probe.threshold_ = scores[rank - 1];
  return probe;
}

double ActivationProbe::score(std::span<const float> state) const {
  double squares = 0;
  for (const auto& row : rows_) {
    double product = 0;
    for (std::size_t i = 0; i < row.size(); ++i) product += row[i] * (state[i] - centre_[i]);
    if (kind_ == ProbeOptions::Kind::linear) return product;
    squares += product * product;
  }
  return squares;
}

base::Json ActivationProbe::to_json() const {
  const auto list = [](const std::vector<double>& numbers) {
    return base::Json(base::Json::Array(numbers.begin(), numbers.end()));
  };
  base::Json::Array rows;
  for (const auto& row : rows_) rows.push_back(list(row));
  return base::Json::object({{"format", kFormat},
                             {"version", 1},
                             {"kind", kind_ == ProbeOptions::Kind::linear ? "linear" : "mahalanobis"},
                             {"threshold", threshold_},
                             {"false_positives", false_positives_},
                             {"centre", list(centre_)},
                             {"rows", rows}});
}

base::Result<ActivationProbe> ActivationProbe::from_json(const base::Json& json) {
  const auto wrong = [](std::string what) {
    return fail(Code::corrupt, "this is not an activation probe: " + std::move(what), "train it again");
  };
  if (json.string("format") != kFormat) return wrong("its format is not " + std::string(kFormat));
  if (json.number("version") != 1) return wrong("its version is not 1");
  ActivationProbe probe;
  const std::string kind = json.string("kind");
  if (kind != "linear" && kind != "mahalanobis") return wrong("its kind is unknown");
  if (kind == "mahalanobis") probe.kind_ = ProbeOptions::Kind::mahalanobis;
  const base::Json *threshold = json.find("threshold"), *centre = json.find("centre"),
                   *rows = json.find("rows");
  if (threshold == nullptr || !threshold->is_number() || centre == nullptr || rows == nullptr)
    return wrong("a member is missing");
  probe.threshold_ = threshold->as_double();
  probe.false_positives_ = json.number("false_positives");
  const auto read = [](const base::Json& list, std::vector<double>& out) {
    for (const auto& item : list.items()) {
      if (!item.is_number()) return false;
      out.push_back(item.as_double());
    }
    return true;
  };
  if (!read(*centre, probe.centre_) || probe.centre_.empty() || probe.centre_.size() > kWidest)
    return wrong("its centre is no list of numbers");
  const std::size_t expected = probe.kind_ == ProbeOptions::Kind::linear ? 1 : probe.width();
  if (rows->items().size() != expected) return wrong("its rows are of another number");
  for (const auto& row : rows->items()) {
    std::vector<double> numbers;
    if (!read(row, numbers) || numbers.size() != probe.width()) return wrong("a row is of another length");
    probe.rows_.push_back(std::move(numbers));
  }
  return probe;
}

}  // namespace genkai::model::native
