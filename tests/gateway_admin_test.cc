// /admin/* over real sockets: who may ask, what is shown, and what is not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "gateway_rig.h"
#include "upstream/client.h"
#include "upstream/load.h"

namespace genkai::test {
namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GatewayAdminTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { home_ = std::make_unique<RigHome>(); }
  static void TearDownTestSuite() { home_.reset(); }
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-admin-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    file_ = folder_ / "keys.jsonl";
    admin_ = made({.name = "operator", .role = serve::Role::admin});
    user_ = made({.name = "notebook", .budget_per_day = {.tokens = 100'000, .money = 50}});
    upstream_ = TestUpstream::start({});
  }
  void TearDown() override {
    if (rig_) {
      EXPECT_TRUE(rig_->comes_to_rest());
    }
    rig_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string made(serve::KeyRecord record) {
    const auto key = serve::create_key(file_, std::move(record));
    EXPECT_TRUE(key) << key.error().message;
    return key.value_or("");
  }
  void start(std::vector<model::UpstreamOptions> models, bool admin_routes = true) {
    rig_ = std::make_unique<GatewayRig>(
        RigOptions{.models = std::move(models), .key_file = file_, .admin_routes = admin_routes});
  }
  void start() { start({rig_model("local", *upstream_)}); }

  Exchange send(const std::string& key, const std::string& method, const std::string& path,
                const std::string& body = "") {
    const Fields with{{"authorization", "Bearer " + key}};
    return base::run_blocking(fetch(rig_->port(), method, path, body, key.empty() ? Fields() : with));
  }
  static Json json(const Exchange& exchange, int status = 200) {
    EXPECT_EQ(exchange.status, status) << exchange.body;
    return Json::parse(exchange.body).value_or(Json());
  }
  static std::string error(const Json& body, std::string_view key) {
    return body.find("error") ? body.find("error")->string(key) : "no error: " + body.dump();
  }
  /// The entry of a list.
  Json entry(const std::string& path, std::string_view member, std::string_view value) {
    const Json list = json(send(admin_, "GET", path));
    for (const Json& one : list.find("data")->items())
      if (one.string(member) == value) return one;
    ADD_FAILURE() << value << " is not in " << list.dump();
    return Json::object({{"spent_today", Json::object({})}});
  }

  static inline std::unique_ptr<RigHome> home_;
  std::filesystem::path folder_, file_;
  std::string admin_, user_;
  std::unique_ptr<TestUpstream> upstream_;
  std::unique_ptr<GatewayRig> rig_;
};

const char* const kPaths[] = {"/admin/models", "/admin/keys", "/admin/keys/00000000"};

TEST_F(GatewayAdminTest, NothingIsThereUnlessItIsSwitchedOn) {
  start({rig_model("local", *upstream_)}, false);
  for (const char* path : kPaths)
    for (const char* method : {"GET", "POST", "DELETE"})
      EXPECT_EQ(error(json(send(admin_, method, path), 404), "code"), "not_found") << method << path;
}

TEST_F(GatewayAdminTest, OnlyAdministratorsAreLetIn) {
  start();
  const std::pair<const char*, const char*> requests[] = {{"GET", "/admin/models"},
                                                          {"GET", "/admin/keys"},
                                                          {"POST", "/admin/keys"},
                                                          {"DELETE", "/admin/keys/00000000"}};
  for (const auto& [method, path] : requests) {
    const std::string body = std::string(method) == "POST" ? "{}" : "";
    EXPECT_EQ(send("", method, path, body).status, 401) << path;
    EXPECT_EQ(error(json(send(user_, method, path, body), 403), "code"), "insufficient_permissions") << path;
  }
  EXPECT_EQ(serve::list_keys(file_)->size(), 2U);
  EXPECT_EQ(send(admin_, "PUT", "/admin/keys").header("allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(send(admin_, "GET", "/admin/keys/00000000").header("allow"), "DELETE, OPTIONS");
  EXPECT_EQ(send(admin_, "GET", "/admin").status, 404);
}

TEST_F(GatewayAdminTest, EachEndpointIsShownWithoutItsKey) {
  model::UpstreamOptions first = rig_model("first", *upstream_, {"second"});
  first.key = "sk-secret";
  first.budget = {.tokens = 5'000, .money = 2};
  model::UpstreamOptions second = rig_model("second", *upstream_);
  second.base_url = "http://127.0.0.1:1/v1?api-version=hidden";
  second.breaker_failures = 1;
  model::UpstreamOptions third = rig_model("third", *upstream_);
  third.base_url.insert(7, "someone:password@");
  start({first, second, third});
  EXPECT_EQ(send(user_, "POST", "/v1/chat/completions", chat_request("first", "count to 3")).status, 200);
  EXPECT_EQ(send(user_, "POST", "/v1/chat/completions", chat_request("second", "count to 3")).status, 502);
  const Exchange all = send(admin_, "GET", "/admin/models");
  EXPECT_THAT(all.body, AllOf(Not(HasSubstr("secret")), Not(HasSubstr("someone")), Not(HasSubstr("password")),
                              Not(HasSubstr("hidden"))));
  const Json one = entry("/admin/models", "id", "first");
  for (const char* name : {"first", "third"})
    EXPECT_EQ(entry("/admin/models", "id", name).string("url"), upstream_->url());
  EXPECT_EQ(one.string("circuit"), "closed");
  EXPECT_EQ(one.find("fallback")->items().at(0).as_string(), "second");
  EXPECT_EQ(one.number("in_flight", -1), 0);
  EXPECT_EQ(one.number("waiting", -1), 0);
  EXPECT_EQ(one.find("counters")->number("calls"), 1);
  EXPECT_EQ(one.find("counters")->number("tries"), 1);
  const Json* budget = one.find("budget");
  EXPECT_EQ(budget->find("limits")->number("tokens"), 5'000);
  EXPECT_EQ(budget->find("limits")->number("money"), 2);
  EXPECT_GT(budget->find("spent")->number("completion_tokens"), 0);
  EXPECT_EQ(budget->find("reserved")->number("completion_tokens", -1), 0);
  const Json other = entry("/admin/models", "id", "second");
  EXPECT_EQ(other.string("circuit"), "open");
  EXPECT_GT(other.find("counters")->number("failures"), 0);
}

TEST_F(GatewayAdminTest, KeysAreShownWithWhatTheySpentAndNothingOfTheirSecret) {
  start();
  const Json before = entry("/admin/keys", "name", "notebook");
  EXPECT_EQ(before.find("spent_today")->number("prompt_tokens", -1), 0);
  EXPECT_EQ(send(user_, "POST", "/v1/chat/completions", chat_request("local", "count to 30")).status, 200);
  const Json after = entry("/admin/keys", "name", "notebook");
  EXPECT_GE(after.find("spent_today")->number("completion_tokens"), 30);
  EXPECT_EQ(after.find("reserved")->number("completion_tokens", -1), 0);
  EXPECT_EQ(after.string("role"), "use");
  EXPECT_EQ(after.number("tokens_per_day"), 100'000);
  EXPECT_EQ(after.number("money_per_day"), 50);
  EXPECT_EQ(after.string("created").size(), 10U);
  EXPECT_EQ(entry("/admin/keys", "name", "operator").string("role"), "admin");
  const Exchange all = send(admin_, "GET", "/admin/keys");
  EXPECT_EQ(all.header("cache-control"), "no-store");
  const auto records = serve::list_keys(file_).value();
  ASSERT_EQ(records.size(), 2U);
  for (const auto& record : records)
    EXPECT_THAT(all.body,
                AllOf(HasSubstr(record.id), Not(HasSubstr(record.salt)), Not(HasSubstr(record.hash))));
  for (const std::string& key : {admin_, user_})
    EXPECT_THAT(all.body, Not(HasSubstr(key.substr(key.rfind('-') + 1))));
}

TEST_F(GatewayAdminTest, AKeyIsMadeUsedAndRevoked) {
  start();
  const Exchange made = send(
      admin_, "POST", "/admin/keys",
      R"({"name":"ci","role":"use","requests_per_minute":600,"tokens_per_day":1000,"money_per_day":0.5})");
  EXPECT_EQ(made.header("cache-control"), "no-store");
  const Json created = json(made, 201);
  const std::string key = created.string("key"), id = created.string("id"), path = "/admin/keys/" + id;
  EXPECT_TRUE(key.starts_with("gk-" + id + "-"));
  EXPECT_EQ(send(key, "GET", "/v1/models").status, 200) << "from the next request on";
  EXPECT_EQ(send(key, "GET", "/admin/keys").status, 403);
  const Json shown = entry("/admin/keys", "id", id);
  EXPECT_EQ(shown.string("name"), "ci");
  EXPECT_EQ(shown.number("requests_per_minute"), 600);
  EXPECT_EQ(shown.number("tokens_per_day"), 1'000);
  EXPECT_EQ(shown.number("money_per_day"), 0.5);
  EXPECT_EQ(serve::list_keys(file_)->back().id, id) << "it is in the file";

  EXPECT_EQ(send(user_, "DELETE", path).status, 403);
  const Exchange revoked = send(admin_, "DELETE", path);
  EXPECT_EQ(revoked.status, 204);
  EXPECT_EQ(revoked.body, "");
  EXPECT_EQ(send(key, "GET", "/v1/models").status, 401) << "from the next request on";
  EXPECT_EQ(serve::list_keys(file_)->size(), 2U);
  // Again: the same state, and it is said that there was nothing to do.
  EXPECT_EQ(error(json(send(admin_, "DELETE", path), 404), "code"), "key_not_found");
  for (const std::string& other : {std::string("/admin/keys/"), "/admin/keys/" + user_}) {
    const Exchange unknown = send(admin_, "DELETE", other);
    EXPECT_EQ(error(json(unknown, 404), "code"), "key_not_found");
    EXPECT_THAT(unknown.body, Not(HasSubstr(user_)));
  }
  EXPECT_EQ(send(user_, "GET", "/v1/models").status, 200);

  const Json plain = json(send(admin_, "POST", "/admin/keys", R"({"role":"admin"})"), 201);
  EXPECT_EQ(send(plain.string("key"), "GET", "/admin/keys").status, 200);
}

TEST_F(GatewayAdminTest, AWrongRequestNamesItsField) {
  start();
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"nmae":"x"})", "nmae"},
      {R"({"name":7})", "name"},
      {R"({"name":"two\nlines"})", "name"},
      {R"({"role":"root"})", "role"},
      {R"({"requests_per_minute":-1})", "requests_per_minute"},
      {R"({"requests_per_minute":"60"})", "requests_per_minute"},
      {R"({"tokens_per_day":1.5})", "tokens_per_day"},
      {R"({"money_per_day":-0.1})", "money_per_day"},
      {R"({"hash":"00"})", "hash"},
  };
  for (const auto& [body, field] : wrong)
    EXPECT_EQ(error(json(send(admin_, "POST", "/admin/keys", body), 400), "param"), field) << body;
  EXPECT_EQ(send(admin_, "POST", "/admin/keys", "{").status, 400);
  EXPECT_EQ(serve::list_keys(file_)->size(), 2U);
}

TEST_F(GatewayAdminTest, AKeyFileThatCannotBeReadIsNotWrittenOver) {
  start();
  std::ofstream(file_, std::ios::app) << "{broken\n";
  const std::string content = base::read_file(file_).value();
  const std::string id = user_.substr(3, 8);
  for (const Exchange& refused :
       {send(admin_, "POST", "/admin/keys", "{}"), send(admin_, "DELETE", "/admin/keys/" + id)}) {
    EXPECT_EQ(refused.status, 500) << refused.body;
    EXPECT_THAT(refused.body, AllOf(HasSubstr("log"), Not(HasSubstr("keys.jsonl"))));
  }
  EXPECT_EQ(base::read_file(file_).value(), content);
  EXPECT_EQ(send(user_, "GET", "/v1/models").status, 200);
}

TEST_F(GatewayAdminTest, KeysMadeAtOnceAreAllMade) {
  start();
  const Fields with{{"authorization", "Bearer " + admin_}};
  std::vector<base::Task<Exchange>> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(fetch(rig_->port(), "POST", "/admin/keys", "{}", with));
  for (const Exchange& made : base::run_blocking(base::side_by_side(std::move(tasks))))
    EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(serve::list_keys(file_)->size(), 10U);
}

TEST_F(GatewayAdminTest, AFallbackIsCountedUnderItsOwnNameAndPrice) {
  const auto broken = TestUpstream::start({});
  broken->fail_all(Fault::internal_error);
  model::UpstreamOptions first = rig_model("first", *broken, {"second"});
  model::UpstreamOptions second = rig_model("second", *upstream_);
  first.price_completion = 3e6;   // would be 3 a token
  second.price_completion = 1e6;  // is 1 a token
  start({first, second});
  double tokens = 0;
  const Json whole = json(
      send(user_, "POST", "/v1/chat/completions", chat_request("first", "count to 3", ",\"max_tokens\":10")));
  EXPECT_EQ(whole.string("model"), "first") << "as the client asked";
  tokens += whole.find("usage")->number("completion_tokens");
  const Exchange streamed =
      send(user_, "POST", "/v1/chat/completions",
           chat_request("first", "count to 3",
                        ",\"max_tokens\":10,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
  const auto events = events_of(streamed.body);
  ASSERT_GE(events.size(), 3U) << streamed.body;
  tokens += Json::parse(events[events.size() - 2])->find("usage")->number("completion_tokens");
  ASSERT_GT(tokens, 0);
  ASSERT_TRUE(rig_->comes_to_rest());
  EXPECT_EQ(entry("/admin/keys", "name", "notebook").find("spent_today")->number("money"), tokens);
  const Exchange metrics = send(admin_, "GET", "/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("genkai_money_total{model=\"second\"} " + Json(tokens).dump() + "\n"));
  EXPECT_THAT(metrics.body, Not(HasSubstr("genkai_money_total{model=\"first\"}")));
}

}  // namespace
}  // namespace genkai::test
