#include "knowledge/meaning/static_embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "knowledge/meaning/row_sum.h"

namespace genkai::knowledge {
namespace {

std::vector<float> embed(std::string_view text) {
  const auto embedder = static_embedder();
  std::vector<float> out(embedder->dimension(), 7.0F);
  EXPECT_TRUE(embedder->embed(text, out.data()));
  return out;
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

TEST(StaticEmbedderTest, AgreesWithTheScriptThatMadeTheTable) {
  const auto file = base::read_file(GENKAI_MEANING_TEST_VECTORS);
  ASSERT_TRUE(file) << file.error().message;
  const auto cases = base::Json::parse(*file);
  ASSERT_TRUE(cases);
  EXPECT_EQ(static_embedder()->name(), cases->string("name"));
  const auto& items = cases->find("cases")->items();
  ASSERT_GE(items.size(), 20U);
  for (const auto& item : items) {
    const auto& numbers = item.find("vector")->items();
    std::vector<float> expected;
    for (const auto& number : numbers) expected.push_back(static_cast<float>(number.as_double()));
    ASSERT_EQ(expected.size(), static_embedder()->dimension());
    const auto vector = embed(item.string("text"));
    if (dot(expected, expected) == 0) {
      EXPECT_EQ(dot(vector, vector), 0) << item.string("text");
    } else {
      EXPECT_GE(dot(vector, expected) / std::sqrt(dot(expected, expected)), 0.9999) << item.string("text");
    }
  }
}

TEST(StaticEmbedderTest, VectorsHaveUnitLengthOrAreZero) {
  for (const char* text : {"a", "The quick brown fox", "naïve café", "$ 100 , 000"}) {
    const auto vector = embed(text);
    EXPECT_NEAR(dot(vector, vector), 1, 1e-5) << text;
  }
  for (const char* text : {"", "   ", "\xFF\xFE", "、。！", "...", "吾輩は猫である。名前はまだ無い。",
                           "Linux カーネルの設定を変更する方法"}) {
    const auto vector = embed(text);
    EXPECT_EQ(dot(vector, vector), 0) << text;
  }
}

TEST(StaticEmbedderTest, NearMeaningsAreNearer) {
  const auto car = embed("How fast can the car drive?");
  EXPECT_GT(dot(car, embed("The maximum speed of the automobile is 200 km/h.")),
            dot(car, embed("The recipe needs two eggs and some flour.")) + 0.15);
}

TEST(StaticEmbedderTest, ThreadsGetTheSameVectors) {
  const std::vector<std::string> texts = {"first text", "another one, with a comma", "third"};
  std::vector<std::vector<float>> expected;
  for (const auto& text : texts) expected.push_back(embed(text));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto i = static_cast<std::size_t>(round) % texts.size();
        EXPECT_EQ(embed(texts[i]), expected[i]);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(StaticTableTest, DamageIsNoticed) {
  const std::string table(embedded_table());
  ASSERT_TRUE(StaticEmbedder::open(table));
  for (const std::size_t at :
       {std::size_t{8}, std::size_t{20}, std::size_t{50}, table.size() / 2, table.size() - 1}) {
    std::string flipped = table;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    const auto opened = StaticEmbedder::open(flipped);
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().code, base::Code::corrupt) << at;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{63}, std::size_t{64}, table.size() - 1}) {
    EXPECT_EQ(StaticEmbedder::open(std::string_view(table).substr(0, size)).error().code,
              base::Code::corrupt);
  }
  std::string other = table;
  other[7] = 2;
  EXPECT_EQ(StaticEmbedder::open(other).error().code, base::Code::unsupported);
}

TEST(StaticTableTest, AbsurdDimensionsAreRefusedThoughTheChecksumFits) {
  for (const std::uint32_t dimension : {0U, 4096U, 4097U, 0xFFFFFFFFU}) {
    std::string table("GKEMBED\x01", 8);
    std::string body(48, '\0');  // a name and no pieces
    std::memcpy(body.data() + 36, &dimension, sizeof dimension);
    const std::uint64_t checksum = base::hash64(body);
    table.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    EXPECT_EQ(StaticEmbedder::open(table + body).has_value(), dimension == 4096U) << dimension;
  }
}

TEST(RowSumTest, EqualsThePlainSumInEveryDimension) {
  for (const std::size_t dimension : {1U, 7U, 31U, 64U, 100U, 256U}) {
    std::vector<std::int8_t> first(dimension), second(dimension);
    for (std::size_t i = 0; i < dimension; ++i) {
      first[i] = static_cast<std::int8_t>(static_cast<int>(i * 37 % 255) - 127);
      second[i] = static_cast<std::int8_t>(static_cast<int>(i * 91 % 255) - 127);
    }
    std::vector<float> expected(dimension);
    for (std::size_t i = 0; i < dimension; ++i) {
      expected[i] = 0.5F * static_cast<float>(first[i]) - 2.0F * static_cast<float>(second[i]);
    }
    const double length = std::sqrt(dot(expected, expected));
    std::vector<float> out(dimension);
    const ScaledRow rows[] = {{first.data(), 0.5F}, {second.data(), -2.0F}};
    sum_to_unit(rows, dimension, out.data());
    for (std::size_t i = 0; i < dimension; ++i) EXPECT_NEAR(out[i], expected[i] / length, 1e-5);
    sum_to_unit({}, dimension, out.data());
    EXPECT_EQ(out, std::vector<float>(dimension, 0.0F));
  }
}

}  // namespace
}  // namespace genkai::knowledge
