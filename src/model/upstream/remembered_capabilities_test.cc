#include "model/upstream/remembered_capabilities.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace genkai::model {
namespace {

constexpr std::int64_t kNow = 1'800'000'000, kDay = 24 * 3600;

class Remembered : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-models-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    file_ = folder_ / "home/models.json";
    options_.base_url = "http://127.0.0.1:8000/v1";
    options_.model = "llama";
    seen_ = {.streaming = true, .logprobs = true, .json_schema = true, .context_tokens = 4'096};
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  base::Path folder_, file_;
  UpstreamOptions options_;
  Capabilities seen_;
};

TEST_F(Remembered, LastsForAWeek) {
  RememberedCapabilities first(file_, kNow);
  EXPECT_FALSE(first.find(options_));
  first.note(options_, seen_);
  ASSERT_TRUE(first.save());
  const auto known = RememberedCapabilities(file_, kNow + 6 * kDay).find(options_);
  ASSERT_TRUE(known);
  EXPECT_TRUE(known->streaming && known->logprobs && known->json_schema);
  EXPECT_FALSE(known->multiple_samples || known->seed || known->tools || known->images || known->embeddings);
  EXPECT_EQ(known->context_tokens, 4'096U);
  EXPECT_FALSE(RememberedCapabilities(file_, kNow + 8 * kDay).find(options_));
  EXPECT_FALSE(RememberedCapabilities(file_, kNow - kDay).find(options_)) << "the clock was set back";
}

TEST_F(Remembered, IsOfOneModelAtOneAddress) {
  RememberedCapabilities known(file_, kNow);
  known.note(options_, seen_);
  UpstreamOptions other = options_;
  other.model = "mistral";
  EXPECT_FALSE(known.find(other));
  other = options_;
  other.base_url = "http://127.0.0.1:8001/v1";
  EXPECT_FALSE(known.find(other));
  other.model.clear();
  known.note(other, seen_);
  EXPECT_FALSE(known.find(other)) << "who knows which model it serves tomorrow";
}

TEST_F(Remembered, TakesABrokenFileForNone) {
  std::filesystem::create_directories(file_.parent_path());
  for (const char* text :
       {"", "{", "[]", "{\"version\":1}", "{\"version\":1,\"models\":[1]}", "{\"version\":2,\"models\":{}}",
        "{\"version\":1,\"models\":{\"http://127.0.0.1:8000/v1#llama\":{\"seen_at\":1800000000}}}"}) {
    std::ofstream(file_) << text;
    RememberedCapabilities known(file_, kNow);
    EXPECT_FALSE(known.find(options_)) << text;
    known.note(options_, seen_);
    ASSERT_TRUE(known.save());
    EXPECT_TRUE(RememberedCapabilities(file_, kNow).find(options_));
  }
}

}  // namespace
}  // namespace genkai::model
