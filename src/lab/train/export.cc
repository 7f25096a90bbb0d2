#include "lab/train/export.h"

#include <map>

namespace genkai::lab::train {

std::vector<model::native::NamedMatrix> named_matrices(const Decoder& decoder) {
  std::vector<model::native::NamedMatrix> out;
  const Parameters& parameters = decoder.parameters();
  for (ParameterId id = 0; id < parameters.entries().size(); ++id) {
    const Parameters::Entry& entry = parameters.entry(id);
    const std::span<const float> values = parameters.matrix(id);
    out.push_back({entry.name,
                   {model::native::WeightType::f32, entry.rows, entry.cols,
                    reinterpret_cast<const std::byte*>(values.data())},
                   values.size_bytes()});
  }
  return out;
}

base::Status export_gguf(const Decoder& decoder, const model::native::Vocabulary& vocabulary,
                         const base::Path& path, const model::native::SavedModel& options) {
  if (!decoder.options().is_llama())
    return base::fail(base::Code::unsupported,
                      "a model of this variant is no llama model and has no GGUF form");
  return model::native::save_model(path, decoder.options().shape, named_matrices(decoder), vocabulary,
                                   options);
}

Decoder decoder_of(const model::native::Weights& weights) {
  Decoder decoder({.shape = weights.architecture()}, 0);
  std::map<std::string, model::native::Matrix> stored;
  for (auto& tensor : weights.tensors()) stored.emplace(std::move(tensor.name), tensor.matrix);
  Parameters& parameters = decoder.parameters();
  for (ParameterId id = 0; id < parameters.entries().size(); ++id) {
    const model::native::Matrix& from = stored.at(parameters.entry(id).name);
    for (std::size_t row = 0; row < from.rows; ++row)
      model::native::decode_row(from, row, parameters.matrix(id).data() + row * from.columns);
  }
  return decoder;
}

}  // namespace genkai::lab::train
