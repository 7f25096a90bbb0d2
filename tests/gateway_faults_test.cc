// Every fault of an upstream, through the whole gateway: the client gets a right answer or a clear error in
// bounded time, and nothing is left behind. docs/faults.md holds the outcomes as tables; each test holds one
// row of them against what happens.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "gateway_rig.h"
#include "upstream/client.h"
#include "upstream/load.h"

namespace genkai::test {
namespace {

using base::Json;

constexpr std::chrono::seconds kLimit(30);  // a request that takes longer hangs

/// The one column of outcomes that a request makes: what an unmodified client would see.
enum class Way { passed_through, streamed, checked, knowledge };
constexpr Way kWays[] = {Way::passed_through, Way::streamed, Way::checked, Way::knowledge};

bool is_error_object(const Json& body) {
  const Json* error = body.find("error");
  return error && !error->string("message").empty() && !error->string("type").empty() &&
         error->find("param") && error->find("code");
}

std::string stream_outcome(const Exchange& exchange) {
  std::string text;
  bool finished = false, done = false;
  for (const std::string& event : events_of(exchange.body)) {
    if (event == "[DONE]") {
      done = true;
      continue;
    }
    const auto json = Json::parse(event);
    if (!json) return "BROKEN: an event that is no JSON: " + event.substr(0, 200);
    if (json->find("error")) {
      if (finished || done) return "BROKEN: an error after the end";
      return is_error_object(*json) ? "error event" : "BROKEN: an error of another shape: " + event;
    }
    for (const Json& choice : json->find("choices")->items()) {
      text += choice.find("delta")->string("content");
      finished = finished || choice.string("finish_reason") == "stop";
    }
  }
  if (!exchange.whole) return finished ? "BROKEN: cut after its end" : "cut";
  if (finished && done && text == "1 2 3 4 5 6 7 8 9 10") return "answer";
  return "BROKEN: shown as success: " + exchange.body.substr(0, 300);
}

std::string outcome_of(Way way, const Exchange& exchange) {
  if (exchange.status == 0) return "BROKEN: no answer";
  if (exchange.status != 200) {
    const auto json = Json::parse(exchange.body);
    const bool shaped = json && is_error_object(*json) && exchange.whole;
    return shaped ? "HTTP " + std::to_string(exchange.status)
                  : "BROKEN: an error of another shape: " + exchange.body.substr(0, 300);
  }
  if (way == Way::streamed) return stream_outcome(exchange);
  const auto json = Json::parse(exchange.body);
  const Json* choices = json ? json->find("choices") : nullptr;
  if (!exchange.whole || !choices || choices->items().size() != 1)
    return "BROKEN: no whole answer: " + exchange.body.substr(0, 300);
  const std::string text = choices->items()[0].find("message")->string("content");
  if (way == Way::passed_through)
    return text == "1 2 3 4 5 6 7 8 9 10" ? "answer" : "BROKEN: shown as success: " + text;
  const Json* genkai = json->find("genkai");
  if (!genkai || text.empty()) return "BROKEN: no checked answer: " + exchange.body.substr(0, 300);
  const std::string reason = genkai->string("reason");
  if (reason == "model_unavailable") return "abstains: model_unavailable";
  if (way == Way::knowledge)
    return text.find("1931") != std::string::npos ? "answer" : "BROKEN: another answer: " + exchange.body;
  return "answer";  // checked: the model's text was there to be judged
}

std::string request_for(Way way, const std::string& model) {
  const std::string count = "count to 10";
  switch (way) {
    case Way::passed_through:
      return chat_request(model, count);
    case Way::streamed:
      return chat_request(model, count, ",\"stream\":true");
    case Way::checked:
      return chat_request(model + "+checked", count);
    case Way::knowledge:
      return chat_request("genkai/bridges", "When was the harbour bridge opened?");
  }
  return {};
}

base::Task<std::string> ask(std::uint16_t port, Way way, std::string model) {
  const std::string body = request_for(way, model);
  const Exchange exchange = co_await fetch(port, "POST", "/v1/chat/completions", body);
  co_return outcome_of(way, exchange);
}

/// The outcomes of all ways at once, in the order of kWays.
std::vector<std::string> ask_all(std::uint16_t port, const std::string& model) {
  std::vector<base::Task<std::string>> tasks;
  for (const Way way : kWays) tasks.push_back(ask(port, way, model));
  return base::run_blocking(base::side_by_side(std::move(tasks)));
}

/// The cells of a line of a table, without the first.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t at = line.find(" | "); at != line.npos;) {
    const std::size_t end = std::min(line.find(" | ", at + 3), line.rfind(" |"));
    if (end <= at + 3) break;
    cells.emplace_back(line.substr(at + 3, end - at - 3));
    at = line.find(" | ", at + 3);
  }
  return cells;
}

/// The outcomes of a fault in one of the tables of docs/faults.md, the table being named by its heading.
std::vector<std::string> documented(std::string_view heading, std::string_view fault) {
  std::ifstream file(GENKAI_DOCS "/faults.md");
  std::string line;
  bool in_section = false;
  while (std::getline(file, line)) {
    if (line.starts_with("## ")) in_section = line == "## " + std::string(heading);
    if (in_section && line.starts_with("| " + std::string(fault) + " |")) return cells_of(line);
  }
  return {};
}

/// Each outcome is the documented one, or one of two: "HTTP 502 or error event".
void expect_documented(const std::vector<std::string>& seen, std::string_view heading, Fault fault) {
  const auto known = documented(heading, fault_name(fault));
  std::string row = "| " + std::string(fault_name(fault)) + " |";
  for (const std::string& cell : seen) row += " " + cell + " |";
  ASSERT_EQ(seen.size(), known.size()) << "no such row in docs/faults.md under " << heading << ": " << row;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::string& cell = known[i];
    const std::size_t either = cell.find(" or ");
    const bool matches =
        cell == seen[i] ||
        (either != cell.npos && (cell.substr(0, either) == seen[i] || cell.substr(either + 4) == seen[i]));
    EXPECT_TRUE(matches) << "documented: " << cell << "\nseen: " << seen[i] << "\nin " << row;
  }
}

class GatewayFaults : public testing::TestWithParam<Fault> {
 protected:
  static void SetUpTestSuite() { home_ = std::make_unique<RigHome>(); }
  static void TearDownTestSuite() { home_.reset(); }
  void SetUp() override {
    TestUpstreamOptions options;
    options.huge_bytes = 8 << 20;
    options.refuse_for = std::chrono::milliseconds(10);
    faulty_ = TestUpstream::start(options);
    well_ = TestUpstream::start({});
  }
  void expect_rest(GatewayRig& rig) {
    EXPECT_TRUE(rig.comes_to_rest());
    for (int i = 0; i < 1'000 && faulty_->counters().active > 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(faulty_->counters().active, 0U) << "the upstream still works for a client that has gone";
  }

  static inline std::unique_ptr<RigHome> home_;
  std::unique_ptr<TestUpstream> faulty_, well_;
};

TEST_P(GatewayFaults, EndInAClearErrorWithoutFallback) {
  GatewayRig rig({.models = {rig_model("local", *faulty_)}, .default_model = "local"});
  faulty_->fail_all(GetParam());
  expect_documented(ask_all(rig.port(), "local"), "Without a fallback", GetParam());
  expect_rest(rig);
}

TEST_P(GatewayFaults, EndInARightAnswerByFallback) {
  GatewayRig rig({.models = {rig_model("local", *faulty_, {"second"}), rig_model("second", *well_)},
                  .default_model = "local"});
  faulty_->fail_all(GetParam());
  expect_documented(ask_all(rig.port(), "local"), "With a fallback", GetParam());
  expect_rest(rig);
}

TEST_P(GatewayFaults, AreRetriedUnseenWhenTheyPass) {
  model::UpstreamOptions options = rig_model("local", *faulty_);
  options.retries = 6;
  // A body that never stops coming is read until the deadline, and then there is no time left to retry.
  const bool drips = GetParam() == Fault::slow_drip;
  options.deadline = std::chrono::seconds(drips ? 2 : 20);
  GatewayRig rig({.models = {options}, .deadline = kLimit});
  faulty_->fail_next(GetParam());
  EXPECT_EQ(base::run_blocking(ask(rig.port(), Way::passed_through, "local")), drips ? "HTTP 504" : "answer");
  expect_rest(rig);
}

INSTANTIATE_TEST_SUITE_P(All, GatewayFaults, testing::ValuesIn(all_faults()), [](const auto& instance) {
  std::string name(fault_name(instance.param));
  std::replace(name.begin(), name.end(), '-', '_');
  return "Fault_" + name;
});

}  // namespace
}  // namespace genkai::test
