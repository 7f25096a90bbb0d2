#include "serve/access.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "serve/allowance.h"
#include "serve/key_hash.h"

namespace genkai::serve {
namespace {

using base::Json;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai_keys.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    file_ = folder_ / "keys.jsonl";
  }
  void TearDown() override {
    access_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string create(KeyRecord record = {}) {
    auto key = create_key(file_, std::move(record));
    EXPECT_TRUE(key) << key.error().message;
    return key ? *key : "";
  }
  void open() {
    auto opened = Access::open(file_);
    ASSERT_TRUE(opened) << opened.error().message;
    access_ = std::move(*opened);
  }
  static HttpRequest with(const std::string& authorization) {
    HttpRequest request;
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    return request;
  }
  int status(const std::string& key, Role needed = Role::use) {
    const auto caller = access_->admit(with("Bearer " + key), needed);
    return caller ? 200 : caller.error().status;
  }
  bool becomes(int wanted, const std::string& key) {
    for (int i = 0; i < 500; ++i) {
      if (status(key) == wanted) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  std::filesystem::path folder_, file_;
  std::unique_ptr<Access> access_;
};

std::string code_of(const HttpResponse& response) {
  const auto body = Json::parse(response.body);
  return body && body->find("error") ? body->find("error")->string("code") : "";
}

TEST_F(AccessTest, WithoutAKeyFileEverybodyMayUseButNotAdminister) {
  access_ = *Access::open({});
  const auto caller = access_->admit(with(""), Role::use);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->id, "anonymous");
  EXPECT_EQ(access_->admit(with(""), Role::admin).error().status, 403);
  EXPECT_TRUE(access_->budget(*caller).reserve({.prompt_tokens = 1'000'000'000}));
  EXPECT_TRUE(access_->keys().empty());
  EXPECT_EQ(access_->create({}).error().code, base::Code::unsupported);
  EXPECT_EQ(access_->revoke("00000000").error().code, base::Code::unsupported);
}

TEST_F(AccessTest, KeysAreKeptAsSaltedHashesInAFileOfTheOwner) {
  const std::string first = create({.name = "notebook"}), second = create();
  const std::string content = base::read_file(file_).value();
  EXPECT_EQ(content.find(first), std::string::npos);
  EXPECT_EQ(content.find(first.substr(first.rfind('-') + 1)), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const auto keys = list_keys(file_).value();
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_EQ(keys[0].name, "notebook");
  EXPECT_NE(keys[0].salt, keys[1].salt);
  EXPECT_EQ(id_of_key(second), keys[1].id);
  EXPECT_EQ(first.size(), 3 + 8 + 1 + 64U);
}

TEST_F(AccessTest, OnlyTheRightKeyIsLetIn) {
  const std::string key = create({.role = Role::admin}), other = create();
  open();
  EXPECT_EQ(status(key), 200);
  EXPECT_EQ(status(key, Role::admin), 200);
  EXPECT_EQ(access_->admit(with("bearer  " + key), Role::use)->id, list_keys(file_)->front().id);
  EXPECT_EQ(status(other, Role::admin), 403);
  std::string changed = key;
  changed.back() = changed.back() == '0' ? '1' : '0';
  const std::string swapped = other.substr(0, 12) + key.substr(12);
  for (const std::string& wrong :
       {changed, swapped, key.substr(0, key.size() - 1), key + "0", std::string("gk-"), std::string("x"),
        std::string(100'000, 'a'),
        "gk-" + list_keys(file_)->front().id + "-" + list_keys(file_)->front().hash})
    EXPECT_EQ(status(wrong), 401) << wrong.substr(0, 90);
  for (const std::string& header :
       {std::string(), std::string("Bearer"), std::string("Bearer "), "Basic " + key, key}) {
    const auto refused = access_->admit(with(header), Role::use);
    ASSERT_FALSE(refused) << header;
    EXPECT_EQ(refused.error().status, 401);
    EXPECT_EQ(code_of(refused.error()), "invalid_api_key");
    EXPECT_THAT(refused.error().headers,
                ::testing::Contains(std::pair<std::string, std::string>("www-authenticate", "Bearer")));
    EXPECT_EQ(refused.error().body.find(key), std::string::npos);
  }
}

TEST_F(AccessTest, TheRateIsHeldAndSaysWhenToComeBack) {
  const std::string key = create({.requests_per_minute = 2}), free = create();
  open();
  EXPECT_EQ(status(key), 200);
  EXPECT_EQ(status(key), 200);
  const auto refused = access_->admit(with("Bearer " + key), Role::use);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(code_of(refused.error()), "rate_limit_exceeded");
  ASSERT_EQ(refused.error().headers.at(0).first, "retry-after");
  EXPECT_GE(std::stoi(refused.error().headers.at(0).second), 25);
  EXPECT_LE(std::stoi(refused.error().headers.at(0).second), 30);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(status(free), 200);
}

TEST_F(AccessTest, TheBudgetOfADayIsHeld) {
  const std::string key = create({.budget_per_day = {.tokens = 100}});
  open();
  const auto caller = access_->admit(with("Bearer " + key), Role::use);
  ASSERT_TRUE(caller);
  auto reserved = access_->budget(*caller).reserve({.prompt_tokens = 60});
  ASSERT_TRUE(reserved);
  EXPECT_FALSE(access_->budget(*caller).reserve({.prompt_tokens = 60}));
  reserved->settle({.prompt_tokens = 30});
  EXPECT_TRUE(access_->budget(*caller).reserve({.prompt_tokens = 60}));
}

TEST_F(AccessTest, ChangesOfTheFileAreFollowedAndABrokenOneIsNot) {
  const std::string key = create();
  open();
  const std::string later = create();
  EXPECT_TRUE(becomes(200, later));
  const std::string content = base::read_file(file_).value();
  std::ofstream(file_) << content << "{broken\n";
  const std::string last = list_keys(file_) ? "readable?" : "unreadable";
  EXPECT_EQ(last, "unreadable");
  std::this_thread::sleep_for(900ms);
  EXPECT_EQ(status(key), 200);
  EXPECT_EQ(status(later), 200);
  std::ofstream(file_) << content;
  ASSERT_TRUE(revoke_key(file_, id_of_key(key)));
  EXPECT_TRUE(becomes(401, key));
  EXPECT_EQ(status(later), 200);
  std::filesystem::remove(file_);
  std::this_thread::sleep_for(900ms);
  EXPECT_EQ(status(later), 200);
}

TEST_F(AccessTest, OwnChangesCountAtOnceAndKeysAreListedWithTheirUse) {
  const std::string first = create({.budget_per_day = {.tokens = 100}});
  open();
  const auto made = access_->create({.name = "second"});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(status(*made), 200);
  const CallerInfo caller{std::string(id_of_key(first)), Role::use};
  const auto held = access_->budget(caller).reserve({.completion_tokens = 20});
  access_->budget(caller).reserve({.prompt_tokens = 60})->settle({.prompt_tokens = 40});
  for (const KeyUse& key : access_->keys()) {
    EXPECT_EQ(key.record.salt + key.record.hash, "");
    const bool used = key.record.id == caller.id;
    EXPECT_EQ(key.spent.prompt_tokens, used ? 40U : 0U);
    EXPECT_EQ(key.reserved.completion_tokens, used ? 20U : 0U);
  }
  ASSERT_TRUE(access_->revoke(id_of_key(*made)));
  EXPECT_EQ(status(*made), 401);
  EXPECT_THAT(access_->keys(), SizeIs(1));
  EXPECT_EQ(access_->revoke(id_of_key(*made)).error().code, base::Code::not_found);
}

TEST_F(AccessTest, AWrongLineIsNamedWithItsNumber) {
  create();
  const std::string good = base::read_file(file_).value();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {std::string("[]\n"), std::string("{\n"), replaced("\"v\":1", "\"v\":2"),
        replaced("\"role\":\"use\"", "\"role\":\"root\""), replaced("\"salt\":\"", "\"salt\":\"zz"),
        replaced("{\"v\"", "{\"only_on\":\"monday\",\"v\""), good,
        replaced("\"tokens_per_day\":0", "\"tokens_per_day\":-1")}) {
    std::ofstream(file_) << "\n" << good << bad;
    const auto keys = list_keys(file_);
    ASSERT_FALSE(keys) << bad;
    EXPECT_THAT(keys.error().message, HasSubstr("line 3: ")) << bad;
    EXPECT_FALSE(Access::open(file_));
    EXPECT_FALSE(create_key(file_, {})) << "a broken file is not written over";
  }
}

TEST_F(AccessTest, WhatIsNotThereIsSaid) {
  EXPECT_EQ(list_keys(file_).error().code, base::Code::not_found);
  EXPECT_THAT(Access::open(file_).error().hint, HasSubstr("genkai key create"));
  create();
  EXPECT_EQ(revoke_key(file_, "00000000").error().code, base::Code::not_found);
  EXPECT_FALSE(create_key(file_, {.name = "two\nlines"}));
}

TEST_F(AccessTest, KeysMadeAtOnceAreAllThere) {
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int tries = 0; tries < 2'000; ++tries) {
        if (create_key(file_, {})) return void(++made);
        std::this_thread::sleep_for(1ms);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 4);
  EXPECT_THAT(list_keys(file_).value(), SizeIs(4));
}

TEST(AllowanceTest, TheBucketFillsWithTime) {
  Allowance allowance;
  allowance.set(60, {});
  auto now = Allowance::Clock::now();
  for (int i = 0; i < 60; ++i) ASSERT_EQ(allowance.take(now).count(), 0) << i;
  EXPECT_NEAR(allowance.take(now).count(), 1, 1e-9);
  now += 500ms;
  EXPECT_NEAR(allowance.take(now).count(), 0.5, 1e-9);
  now += 500ms;
  EXPECT_EQ(allowance.take(now).count(), 0);
  EXPECT_GT(allowance.take(now).count(), 0);
  now += 24h;
  int taken = 0;
  while (allowance.take(now).count() == 0) ++taken;
  EXPECT_EQ(taken, 60);
}

TEST(AllowanceTest, EachDayHasItsOwnBudget) {
  Allowance allowance;
  allowance.set(0, {.tokens = 100});
  auto spent = allowance.budget(20'000).reserve({.prompt_tokens = 100});
  ASSERT_TRUE(spent);
  EXPECT_FALSE(allowance.budget(20'000).reserve({.prompt_tokens = 1}));
  EXPECT_TRUE(allowance.budget(20'001).reserve({.prompt_tokens = 100}));
  spent->settle({.prompt_tokens = 90});  // of the day before: still there
  EXPECT_EQ(allowance.budget(20'001).spent().prompt_tokens, 0U);
}

TEST(AllowanceTest, WhatWasSpentStaysSpentWhenTheLimitsChange) {
  Allowance allowance;
  allowance.set(0, {.tokens = 100});
  allowance.budget(20'000).reserve({.prompt_tokens = 80})->settle({.prompt_tokens = 80});
  allowance.set(0, {.tokens = 50});
  EXPECT_FALSE(allowance.budget(20'000).reserve({.prompt_tokens = 1}));
  allowance.set(0, {.tokens = 200});
  EXPECT_TRUE(allowance.budget(20'000).reserve({.prompt_tokens = 120}));
  EXPECT_FALSE(allowance.budget(20'000).reserve({.prompt_tokens = 121}));
}

}  // namespace
}  // namespace genkai::serve
