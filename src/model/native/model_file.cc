#include "model/native/model_file.h"

#include <cmath>

#include "text/utf8.h"

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;

constexpr const char* kForm = "genkai.completes";

base::Result<Architecture> architecture_of(const Gguf& file) {
  GENKAI_ASSIGN_OR_RETURN(const std::string kind, file.text("general.architecture"));
  if (kind != "llama")
    return fail(Code::unsupported,
                file.name() + ": a model of the architecture \"" + text::to_valid_utf8(kind) + "\"",
                std::string("the built-in engine runs \"llama\"; ") + run_elsewhere());
  Architecture a;
  const std::pair<const char*, std::size_t*> sizes[] = {{"llama.embedding_length", &a.width},
                                                        {"llama.block_count", &a.layers},
                                                        {"llama.attention.head_count", &a.heads},
                                                        {"llama.feed_forward_length", &a.hidden},
                                                        {"llama.context_length", &a.context}};
  for (const auto& [key, size] : sizes) {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t value, file.count(key));
    *size = static_cast<std::size_t>(value);
  }
  a.kv_heads = a.heads;
  if (file.find("llama.attention.head_count_kv") != nullptr) {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t value, file.count("llama.attention.head_count_kv"));
    a.kv_heads = static_cast<std::size_t>(value);
  }
  GENKAI_ASSIGN_OR_RETURN(a.norm_epsilon, file.number("llama.attention.layer_norm_rms_epsilon"));
  if (file.find("llama.rope.freq_base") != nullptr) {
    GENKAI_ASSIGN_OR_RETURN(a.rope_theta, file.number("llama.rope.freq_base"));
  }
  if (const auto* tokens = file.get<std::vector<std::string>>("tokenizer.ggml.tokens"))
    a.vocabulary = tokens->size();
  a.tied = file.tensor("output.weight") == nullptr;
  GENKAI_RETURN_IF_ERROR(check(a));

  const auto* turned = file.get<std::int64_t>("llama.rope.dimension_count");
  const auto* scaling = file.get<std::string>("llama.rope.scaling.type");
  if ((turned != nullptr && static_cast<std::uint64_t>(*turned) != a.head_size()) ||
      (scaling != nullptr && *scaling != "none") || file.tensor("rope_freqs.weight") != nullptr)
    return fail(Code::unsupported,
                file.name() + ": its rotary positions are scaled or cover a part of a head",
                "the built-in engine turns whole heads by one base; " + run_elsewhere());
  if (file.find("llama.expert_count") != nullptr && file.get<std::int64_t>("llama.expert_count") != nullptr &&
      *file.get<std::int64_t>("llama.expert_count") > 0)
    return fail(Code::unsupported, file.name() + ": a mixture of experts",
                "the built-in engine runs one feed-forward network a layer; " + run_elsewhere());
  return a;
}

base::Result<std::vector<NamedMatrix>> matrices_of(const Gguf& file) {
  std::vector<NamedMatrix> out;
  for (const GgufTensor& tensor : file.tensors()) {
    WeightType type;
    switch (static_cast<GgufType>(tensor.type)) {
      case GgufType::f32:
        type = WeightType::f32;
        break;
      case GgufType::f16:
        type = WeightType::f16;
        break;
      case GgufType::q8_0:
        type = WeightType::q8_0;
        break;
      default:
        return fail(
            Code::unsupported,
            file.name() + ": the tensor " + text::to_valid_utf8(tensor.name.substr(0, 80)) +
                " is stored as " + gguf_type_name(tensor.type),
            std::string("the built-in engine computes with F32, F16 and Q8_0: get the file in Q8_0, or ") +
                run_elsewhere());
    }
    out.push_back({tensor.name, {type, tensor.rows(), tensor.columns(), tensor.data}, tensor.bytes});
  }
  return out;
}

GgufType stored(WeightType type) {
  return type == WeightType::f32 ? GgufType::f32 : type == WeightType::f16 ? GgufType::f16 : GgufType::q8_0;
}

}  // namespace

std::string model_name(const Gguf& file) {
  const auto* name = file.get<std::string>("general.name");
  return name != nullptr ? text::to_valid_utf8(*name) : base::Path(file.name()).stem().string();
}

bool completes(const Gguf& file) {
  const auto* says = file.get<bool>(kForm);
  return says != nullptr && *says;
}

base::Result<ModelFile> load_model(const base::Path& path) {
  GENKAI_ASSIGN_OR_RETURN(const std::shared_ptr<const Gguf> file, Gguf::open(path));
  return load_model(file);
}

base::Result<ModelFile> load_model(const std::shared_ptr<const Gguf>& file) {
  const auto named = [&](base::Error error) {
    if (!error.message.starts_with(file->name())) error.message = file->name() + ": " + error.message;
    if (error.code == Code::invalid_argument) error.code = Code::corrupt;  // it is the file that says so
    return fail(std::move(error));
  };
  const auto architecture = architecture_of(*file);
  if (!architecture) return named(architecture.error());
  GENKAI_ASSIGN_OR_RETURN(const std::vector<NamedMatrix> matrices, matrices_of(*file));
  auto weights = Weights::from(*architecture, matrices, file);
  if (!weights) return named(weights.error());
  GENKAI_ASSIGN_OR_RETURN(Tokenizer tokenizer, Tokenizer::from(*file));
  return ModelFile{model_name(*file), std::move(*weights), std::move(tokenizer), completes(*file)};
}

base::Status save_model(const base::Path& path, const Architecture& a, std::span<const NamedMatrix> tensors,
                        const Vocabulary& vocabulary, const SavedModel& options) {
  if (vocabulary.pieces.size() != a.vocabulary)
    return fail(Code::invalid_argument, "a vocabulary of " + std::to_string(vocabulary.pieces.size()) +
                                            " pieces for a model of " + std::to_string(a.vocabulary));
  GENKAI_ASSIGN_OR_RETURN(const std::shared_ptr<const Weights> weights, Weights::from(a, tensors, nullptr));
  GgufWriter writer;
  const auto count = [&](const char* key, std::size_t value) {
    writer.set(key, static_cast<std::uint32_t>(value));
  };
  writer.set("general.architecture", "llama");
  writer.set("general.name", options.name);
  if (!options.description.empty()) writer.set("general.description", options.description);
  count("general.file_type", options.type == WeightType::f32 ? 0 : options.type == WeightType::f16 ? 1 : 7);
  count("llama.vocab_size", a.vocabulary);
  count("llama.context_length", a.context);
  count("llama.embedding_length", a.width);
  count("llama.block_count", a.layers);
  count("llama.feed_forward_length", a.hidden);
  count("llama.attention.head_count", a.heads);
  count("llama.attention.head_count_kv", a.kv_heads);
  count("llama.rope.dimension_count", a.head_size());
  writer.set("llama.rope.freq_base", static_cast<float>(a.rope_theta));
  writer.set("llama.attention.layer_norm_rms_epsilon", static_cast<float>(a.norm_epsilon));
  writer.set(kForm, options.completes);
  vocabulary.write(writer);
  for (const NamedMatrix& tensor : weights->tensors()) {
    const Matrix& matrix = tensor.matrix;
    if (matrix.type != WeightType::f32)
      return fail(Code::invalid_argument, "the tensor " + tensor.name + " is given as " +
                                              std::string(to_string(matrix.type)) + ", not as F32");
    const WeightType type = matrix.rows == 1 ? WeightType::f32 : options.type;
    if (!matrix_bytes(type, matrix.rows, matrix.columns))
      return fail(Code::invalid_argument, "rows of the tensor " + tensor.name + " are no multiple of 32",
                  "Q8_0 stores blocks of 32: choose another width or F16");
    std::vector<std::uint64_t> dimensions{matrix.columns};
    if (matrix.rows > 1) dimensions.push_back(matrix.rows);
    writer.add(tensor.name, std::move(dimensions), stored(type),
               encode({reinterpret_cast<const float*>(matrix.data), matrix.rows * matrix.columns}, type,
                      matrix.columns));
  }
  return writer.save(path);
}

}  // namespace genkai::model::native
