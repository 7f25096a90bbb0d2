// The built-in engine's side of engine_test.py, which holds it against llama.cpp.
//   engine_cases write FOLDER TEXT...   models of random weights, with a vocabulary trained on the texts'
//   files engine_cases run MODEL.gguf LOGITS GREEDY TOKENS   texts as a JSON list on standard input; of all
//   of them the tokens, of
//                                       the first so many the log probabilities and the greedy continuation
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "lab/train/vocabulary.h"
#include "model/native/engine.h"
#include "model/native/generate.h"
#include "model/native/model_file.h"

using namespace genkai;
using namespace genkai::model::native;
using base::Json;

namespace {

int failed(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

int write(const base::Path& folder, std::span<char*> files) {
  std::vector<std::string> texts;
  for (const char* file : files) {
    auto text = base::read_file(file);
    if (!text) return failed(text.error());
    texts.push_back(std::move(*text));
  }
  Vocabulary vocabulary = lab::train::train_vocabulary(texts, {.size = 1200, .characters = 600});
  vocabulary.pieces.push_back("<tool>");
  vocabulary.scores.push_back(0);
  vocabulary.kinds.push_back(Vocabulary::user_defined);
  const std::size_t size = vocabulary.pieces.size();
  const std::pair<const char*, Architecture> shapes[] = {
      {"tied",
       {.vocabulary = size,
        .width = 64,
        .layers = 2,
        .heads = 4,
        .kv_heads = 4,
        .hidden = 128,
        .context = 512,
        .tied = true}},
      {"grouped",
       {.vocabulary = size,
        .width = 96,
        .layers = 3,
        .heads = 6,
        .kv_heads = 2,
        .hidden = 160,
        .context = 512,
        .rope_theta = 5e5,
        .norm_epsilon = 1e-6}},
      {"one-key",
       {.vocabulary = size,
        .width = 128,
        .layers = 4,
        .heads = 4,
        .kv_heads = 1,
        .hidden = 352,
        .context = 512,
        .tied = true}},
  };
  for (const auto& [name, shape] : shapes)
    for (const WeightType type : {WeightType::f32, WeightType::f16, WeightType::q8_0}) {
      const std::string file = std::string(name) + "." + std::string(to_string(type)) + ".gguf";
      const auto saved = save_model(folder / file, shape, Weights::random(shape, 7)->tensors(), vocabulary,
                                    {.name = name, .description = {}, .type = type});
      if (!saved) return failed(saved.error());
      std::printf("%s\n", (folder / file).c_str());
    }
  return 0;
}

// The most probable token and how far its logit lies above the second.
std::pair<TokenId, double> best(std::span<const float> logits) {
  const auto first = std::max_element(logits.begin(), logits.end());
  float second = -HUGE_VALF;
  for (auto at = logits.begin(); at != logits.end(); ++at)
    if (at != first) second = std::max(second, *at);
  return {static_cast<TokenId>(first - logits.begin()), double{*first} - second};
}

Json list(std::span<const TokenId> tokens) {
  Json out = Json::array();
  for (const TokenId token : tokens) out.push(token);
  return out;
}

base::Result<Json> run(const char* path, std::size_t logits, std::size_t greedy, std::size_t tokens) {
  std::string input;
  for (int c = 0; (c = std::getchar()) != EOF;) input += static_cast<char>(c);
  GENKAI_ASSIGN_OR_RETURN(const Json texts, Json::parse(input));
  GENKAI_ASSIGN_OR_RETURN(const ModelFile file, load_model(path));
  Engine engine(file.weights, {.threads = 1});
  Json encoded = Json::array(), probabilities = Json::array(), continued = Json::array();
  for (std::size_t i = 0; i < texts.items().size(); ++i) {
    const std::vector<TokenId> prompt = file.tokenizer.encode(texts.items()[i].as_string(), true);
    encoded.push(list(prompt));
    if (i >= std::max(logits, greedy)) continue;
    KvCache cache(engine.architecture());
    Output output;
    GENKAI_RETURN_IF_ERROR(
        engine.forward(std::vector<Input>{{.sequence = &cache, .tokens = prompt}}, output));
    if (i < logits) {
      Json row = Json::array();
      for (const double p : genkai::model::native::probabilities(output.row(0))) row.push(std::log(p));
      probabilities.push(std::move(row));
    }
    if (i >= greedy) continue;
    std::vector<TokenId> said;
    Json margins = Json::array();
    while (said.size() < tokens) {
      const auto [token, margin] = best(output.row(0));
      said.push_back(token);
      margins.push(margin);
      GENKAI_RETURN_IF_ERROR(
          engine.forward(std::vector<Input>{{.sequence = &cache, .tokens = {&said.back(), 1}}}, output));
    }
    continued.push(Json::object({{"tokens", list(said)}, {"margins", std::move(margins)}}));
  }
  return Json::object({{"tokens", std::move(encoded)},
                       {"logprobs", std::move(probabilities)},
                       {"greedy", std::move(continued)}});
}

}  // namespace

int main(int count, char** arguments) {
  const std::span<char*> given(arguments, static_cast<std::size_t>(count));
  if (count >= 4 && std::string_view(given[1]) == "write") return write(given[2], given.subspan(3));
  if (count == 6 && std::string_view(given[1]) == "run") {
    const auto number = [&](std::size_t i) { return std::strtoul(given[i], nullptr, 10); };
    const auto result = run(given[2], number(3), number(4), number(5));
    if (!result) return failed(result.error());
    std::puts(result->dump().c_str());
    return 0;
  }
  std::fputs("usage: engine_cases write FOLDER TEXT... | run MODEL LOGITS GREEDY TOKENS\n", stderr);
  return 64;
}
