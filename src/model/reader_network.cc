#include "model/reader_network.h"

#include <algorithm>
#include <cmath>

namespace genkai::model {
namespace {

using base::Code;
using base::Json;

constexpr double kClip = 5;  // standard deviations; beyond what was seen in training nothing grows

base::Status read_numbers(const Json* json, std::string_view what, std::vector<double>& out) {
  if (!json || !json->is_array())
    return base::fail(Code::invalid_argument, "reader weights: \"" + std::string(what) + "\" is not a list");
  for (const Json& item : json->items()) {
    if (!item.is_number() || !std::isfinite(item.as_double()))
      return base::fail(Code::invalid_argument,
                        "reader weights: \"" + std::string(what) + "\" holds something that is not a number");
    out.push_back(item.as_double());
  }
  return {};
}

base::Result<double> read_number(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  if (!value || !value->is_number() || !std::isfinite(value->as_double()))
    return base::fail(Code::invalid_argument,
                      "reader weights: the number \"" + std::string(key) + "\" is missing");
  return value->as_double();
}

}  // namespace

base::Result<Network> Network::parse(const Json& json, std::span<const std::string_view> names) {
  Network network;
  GENKAI_RETURN_IF_ERROR(read_numbers(json.find("hidden_bias"), "hidden_bias", network.hidden_bias_));
  GENKAI_RETURN_IF_ERROR(read_numbers(json.find("output"), "output", network.output_));
  GENKAI_ASSIGN_OR_RETURN(network.bias_, read_number(json, "bias"));
  if (network.hidden_bias_.size() != network.output_.size())
    return base::fail(Code::invalid_argument,
                      "reader weights: \"hidden_bias\" and \"output\" differ in length");
  const Json* features = json.find("features");
  if (!features || !features->is_array() || features->items().size() != names.size())
    return base::fail(Code::invalid_argument,
                      "reader weights: " + std::to_string(names.size()) + " features are expected",
                      "train the reader again with tools/train_reader");
  network.columns_.resize(names.size());
  std::vector<bool> seen(names.size(), false);
  for (const Json& feature : features->items()) {
    const std::string name = feature.string("name");
    const auto place = std::find(names.begin(), names.end(), name);
    const auto i = static_cast<std::size_t>(place - names.begin());
    if (place == names.end() || seen[i])
      return base::fail(Code::invalid_argument,
                        "reader weights: the feature \"" + name + "\" is unknown or doubled",
                        "train the reader again with tools/train_reader");
    seen[i] = true;
    Column& column = network.columns_[i];
    GENKAI_ASSIGN_OR_RETURN(column.mean, read_number(feature, "mean"));
    GENKAI_ASSIGN_OR_RETURN(column.scale, read_number(feature, "scale"));
    GENKAI_ASSIGN_OR_RETURN(column.linear, read_number(feature, "linear"));
    GENKAI_RETURN_IF_ERROR(read_numbers(feature.find("hidden"), "hidden", column.hidden));
    if (column.hidden.size() != network.output_.size() || column.scale <= 0)
      return base::fail(Code::invalid_argument, "reader weights: the row of \"" + name + "\" is malformed");
  }
  return network;
}

double Network::operator()(std::span<const double> values) const {
  double sum = bias_;
  std::vector<double> hidden = hidden_bias_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const double value =
        std::isfinite(values[i]) ? std::clamp((values[i] - column.mean) / column.scale, -kClip, kClip) : 0;
    sum += column.linear * value;
    for (std::size_t h = 0; h < hidden.size(); ++h) hidden[h] += column.hidden[h] * value;
  }
  for (std::size_t h = 0; h < hidden.size(); ++h) sum += output_[h] * std::tanh(hidden[h]);
  return sum;
}

}  // namespace genkai::model
