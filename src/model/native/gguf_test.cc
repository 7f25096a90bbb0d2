#include "model/native/gguf.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/rng.h"
#include "model/native/byte_vocabulary.h"
#include "model/native/engine.h"
#include "model/native/model_file.h"

namespace genkai::model::native {
namespace {

using base::Code;

const Architecture kShape{.vocabulary = 300,
                          .width = 64,
                          .layers = 2,
                          .heads = 4,
                          .kv_heads = 2,
                          .hidden = 96,
                          .context = 64,
                          .tied = true};

Vocabulary small_vocabulary(std::size_t size) {
  Vocabulary v = byte_vocabulary();
  const auto add = [&](std::string piece, float score, Vocabulary::Kind kind) {
    v.pieces.push_back(std::move(piece)), v.scores.push_back(score), v.kinds.push_back(kind);
  };
  float rank = 0;
  for (const char* piece : {"▁", "a", "b", "c", "ab", "▁ab", "abc", "▁abc", "日本", "日", "本", "ca"})
    add(piece, -rank++, Vocabulary::normal);
  while (v.pieces.size() < size) add("filler" + std::to_string(v.pieces.size()), -rank++, Vocabulary::normal);
  return v;
}

class ModelFileTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/genkai-gguf-XXXXXX";
    folder_ = mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string saved(WeightType type) {
    const auto weights = Weights::random(kShape, 7);
    const base::Path path = folder_ / "m.gguf";
    const auto status = save_model(path, kShape, weights->tensors(), small_vocabulary(kShape.vocabulary),
                                   {.name = "tiny", .description = {}, .type = type});
    EXPECT_TRUE(status) << status.error().message;
    return base::read_file(path).value();
  }
  static base::Result<ModelFile> load(const std::string& bytes) {
    auto file = Gguf::parse(bytes, "m.gguf", nullptr);
    if (!file) return base::fail(file.error());
    return load_model(*file);
  }
  base::Path folder_;
};

TEST_F(ModelFileTest, ComesBackAsItWasSaved) {
  for (const WeightType type : {WeightType::f32, WeightType::f16, WeightType::q8_0}) {
    const std::string bytes = saved(type);
    EXPECT_EQ(bytes, saved(type)) << "the same bytes";
    const auto model = load_model(folder_ / "m.gguf");
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->name, "tiny");
    EXPECT_TRUE(model->completes);
    EXPECT_EQ(model->architecture().hidden, kShape.hidden);
    EXPECT_EQ(model->tokenizer.size(), kShape.vocabulary);
    const auto direct = Weights::random(kShape, 7);
    Engine from_file(model->weights), from_memory(direct);
    KvCache a(kShape), b(kShape);
    Output x, y;
    const std::vector<TokenId> tokens{1, 5, 9, 260};
    ASSERT_TRUE(from_file.forward(std::vector<Input>{{&a, tokens}}, x));
    ASSERT_TRUE(from_memory.forward(std::vector<Input>{{&b, tokens}}, y));
    double most = 0;
    for (std::size_t i = 0; i < x.logits.size(); ++i)
      most = std::max(most, double{std::abs(x.logits[i] - y.logits[i])});
    EXPECT_LE(most, type == WeightType::f32 ? 0 : type == WeightType::f16 ? 0.01 : 0.15);
  }
}

TEST_F(ModelFileTest, EveryCutAndManyDamagesAreAnErrorOrAModel) {
  const std::string bytes = saved(WeightType::f16);
  for (std::size_t size = 0; size < bytes.size(); size += size < 4'000 ? 7 : 997) {
    const auto model = load(bytes.substr(0, size));
    ASSERT_FALSE(model) << size;
    EXPECT_TRUE(model.error().code == Code::corrupt) << model.error().message;
    EXPECT_TRUE(model.error().message.starts_with("m.gguf: ")) << model.error().message;
  }
  base::Rng rng(3);
  for (int i = 0; i < 3'000; ++i) {
    std::string damaged = bytes;
    for (std::uint64_t k = 0; k <= rng.below(4); ++k)
      damaged[rng.below(12'000)] = static_cast<char>(rng.below(2) == 0 ? rng() : rng.below(4));
    (void)load(damaged);  // no crash, and under the sanitizers nothing read outside
  }
}

TEST_F(ModelFileTest, SaysWhatItCannotRun) {
  GgufWriter writer;
  writer.set("general.architecture", "mamba");
  const std::string bytes = writer.bytes();
  const auto model = load(bytes);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, Code::unsupported);
  EXPECT_NE(model.error().message.find("\"mamba\""), std::string::npos);
  EXPECT_FALSE(model.error().hint.empty());

  std::string old = saved(WeightType::f32);
  old[4] = 1;  // the version
  EXPECT_EQ(load(old).error().code, Code::unsupported);
  EXPECT_EQ(load("GGML....").error().code, Code::corrupt);

  // A way of storing numbers that nobody here has heard of: told by its number, with where it may run.
  std::string stored = saved(WeightType::f32);
  const std::string named = "token_embd.weight";
  stored[stored.find(named) + named.size() + 4 + 2 * 8] = 99;  // after the count and two dimensions
  const auto newer = load(stored);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Code::unsupported);
  EXPECT_NE(newer.error().message.find("type 99"), std::string::npos) << newer.error().message;
  EXPECT_NE(newer.error().hint.find("llama:FILE.gguf"), std::string::npos) << newer.error().hint;
}

TEST(TokenizerTest, MergesByScoreAndFallsBackToBytes) {
  const auto tokenizer = Tokenizer::from(small_vocabulary(300));
  ASSERT_TRUE(tokenizer);
  const auto pieces = [&](std::string_view text, bool prefix = true) {
    std::string out;
    for (const TokenId id : tokenizer->encode(text, false, prefix))
      out += tokenizer->vocabulary().pieces[static_cast<std::size_t>(id)] + "|";
    return out;
  };
  EXPECT_EQ(pieces("abc"), "▁abc|");
  EXPECT_EQ(pieces("bcab", false), "b|c|ab|") << "ab scores better than ca";
  EXPECT_EQ(pieces("abc", false), "abc|");
  EXPECT_EQ(pieces("a b"), "▁|a|▁|b|");
  EXPECT_EQ(pieces("日本日", false), "日本|日|");
  EXPECT_EQ(pieces("z", false), "<0x7A>|");
  EXPECT_EQ(pieces("語", false), "<0xE8>|<0xAA>|<0x9E>|");
  EXPECT_EQ(pieces("<s></s>", false), "<0x3C>|<0x73>|<0x3E>|<0x3C>|<0x2F>|<0x73>|<0x3E>|")
      << "text is never control";
  for (const char* text : {"", " ", "abc cab", "日本語 z\n\tq", "a  b "})
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, true)), text);
  EXPECT_EQ(tokenizer->decode(tokenizer->encode("\xFFq", true)), "\xEF\xBF\xBDq");
}

TEST(TokenizerTest, TextComesInWholeCharacters) {
  const auto tokenizer = Tokenizer::from(small_vocabulary(300));
  ASSERT_TRUE(tokenizer);
  WholeCharacters characters;
  std::string out;
  std::vector<std::string> steps;
  for (const TokenId id : tokenizer->encode("語b", false, false))
    steps.push_back(characters.add(tokenizer->piece(id)));
  EXPECT_EQ(steps, (std::vector<std::string>{"", "", "語", "b"}));
  (void)characters.add(tokenizer->piece(tokenizer->encode("語", false, false).front()));
  EXPECT_EQ(characters.finish(), "\xEF\xBF\xBD");
}

TEST(TokenizerTest, RefusesListsThatDoNotFit) {
  Vocabulary v = small_vocabulary(300);
  v.scores.pop_back();
  EXPECT_EQ(Tokenizer::from(v).error().code, Code::corrupt);
  v = small_vocabulary(300);
  v.eos = 300;
  EXPECT_EQ(Tokenizer::from(v).error().code, Code::corrupt);
}

}  // namespace
}  // namespace genkai::model::native
