#include "lab/experiment/shipped_examination.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/hash.h"
#include "lab/experiment/shipped_lessons.h"
#include "lab/train/decoder.h"
#include "lab/train/export.h"
#include "lab/train/vocabulary.h"

namespace genkai::lab::experiment {
namespace {

// A model that has learnt nothing is right of nothing, and the table says so.
TEST(ShippedExamination, AnUntrainedModelFailsIt) {
  const auto library = Library::make(7, 2);
  ASSERT_TRUE(library) << library.error().message;
  const model::native::Vocabulary vocabulary =
      train::train_vocabulary(Lessons::texts(*library, 7, 300), {.size = 700});
  const train::Decoder decoder({.shape = {.vocabulary = 700,
                                          .width = 32,
                                          .layers = 1,
                                          .heads = 2,
                                          .kv_heads = 2,
                                          .hidden = 64,
                                          .context = 512,
                                          .tied = true}},
                               1);
  const base::Path path = base::Path(::testing::TempDir()) / "genkai_untrained.gguf";
  ASSERT_TRUE(train::export_gguf(decoder, vocabulary, path, {.name = "untrained", .description = {}}));
  const auto model = model::native::load_model(path);
  ASSERT_TRUE(model) << model.error().message;
  const auto examination = examine(*model, {.each = 3, .seed = 7});
  ASSERT_TRUE(examination) << examination.error().message;
  EXPECT_EQ(examination->kinds.size(), 23U);
  for (const Examined& one : examination->kinds) {
    EXPECT_GT(one.asked, 0U) << one.kind;
    EXPECT_EQ(one.right.hits, 0U) << one.kind;
    EXPECT_LT(one.length, 512 - 32) << one.kind;
  }
  EXPECT_EQ(examination->invented.hits, examination->invented.n);
  EXPECT_NE(render(*examination).find("answer among 8 statements"), std::string::npos);
  std::filesystem::remove(path);
}

// A file comes into models/ only with its hash on the card, and only if it reads.
TEST(ShippedModel, IsWhatItsCardSaysAndAnswersFromPassages) {
  const base::Path source = GENKAI_SOURCE;
  const base::Path path = source / "models/genkai-builtin.gguf";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "models/genkai-builtin.gguf is not there (docs/lab/model-card.md)";
  const auto bytes = base::read_file(path), card = base::read_file(source / "docs/lab/model-card.md");
  ASSERT_TRUE(bytes && card);
  EXPECT_LE(bytes->size(), std::size_t{8} << 20);
  EXPECT_NE(card->find(base::content_hash(*bytes)), std::string::npos) << base::content_hash(*bytes);
  const auto model = model::native::load_model(path);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_GE(model->architecture().parameters(), 1'000'000U);
  EXPECT_LE(model->architecture().parameters(), 4'000'000U);
  EXPECT_NE(card->find(std::to_string(model->architecture().parameters())), std::string::npos);
  EXPECT_TRUE(model->completes);
  const auto examination = examine(*model, {.each = 8, .seed = 1});
  ASSERT_TRUE(examination) << examination.error().message;
  std::size_t right = 0, asked = 0;
  for (const Examined& one : examination->kinds)
    if (one.kind.starts_with("answer among")) right += one.right.hits, asked += one.asked;
  EXPECT_GE(static_cast<double>(right), 0.93 * static_cast<double>(asked));
}

}  // namespace
}  // namespace genkai::lab::experiment
