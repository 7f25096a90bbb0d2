// The probe of context as its users run it, against the test upstream, which reads nothing.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

using base::Json;
using test::Output;
using test::TestUpstream;

class ProbeContextTest : public test::ProgramTest {
 protected:
  std::string command(const std::string& more) const {
    return "probe context --model '" + upstream_->url() + "#test-model' --lengths 150,300 " + more;
  }
  std::unique_ptr<TestUpstream> upstream_ = TestUpstream::start({.answer = R"({"answer": "potter"})"});
};

TEST_F(ProbeContextTest, AReaderOfNothingIsFoundOutAndGoesOnFromItsRecord) {
  const std::string record = (folder_ / "replies").string(), figure = (folder_ / "map.svg").string();
  const std::string ask = command("--tasks needle,counting --most 10 --blind 5 --json --save --record '" +
                                  record + "' --figure '" + figure + "'");
  const Output first = run(ask);
  ASSERT_EQ(first.status, 0) << first.errors;
  const Json json = first.json();
  EXPECT_EQ(json.string("probe"), "context");
  EXPECT_EQ(json.string("form"), "chat");
  EXPECT_TRUE(json.find("effective_tokens")->is_null()) << "no length would help it";
  ASSERT_EQ(json.find("tasks")->items().size(), 2U);
  const Json& needle = json.find("tasks")->items()[0];
  EXPECT_EQ(needle.find("absolute")->number("estimate"), 0);
  EXPECT_EQ(needle.find("absolute")->number("below"), 150);
  EXPECT_EQ(needle.find("blind")->number("hits"), 0);
  EXPECT_EQ(needle.find("blind")->number("n"), 5);
  EXPECT_EQ(needle.find("rows")->items()[0].find("right")->number("hits"), 0);
  EXPECT_NE(test::read_whole(figure).find("<svg"), std::string::npos);
  EXPECT_GT(json.find("cost")->number("calls"), 20);

  const Json again = run(ask).json();
  EXPECT_EQ(again.find("cost")->number("calls"), 0) << "all of it is recorded";
  EXPECT_EQ(again.find("tasks")->dump(), json.find("tasks")->dump());
  EXPECT_NE(run(command("--tasks needle --most 5 --blind 0 --lang ja")).text.find("実効長"),
            std::string::npos);
}

TEST_F(ProbeContextTest, RefusesWhatCannotBeAsked) {
  EXPECT_NE(run(command("--tasks haystack")).errors.find("there are needle"), std::string::npos);
  const Output budget = run(command("--budget 3"));
  EXPECT_NE(budget.status, 0);
  EXPECT_NE(budget.errors.find("calls"), std::string::npos) << budget.errors;
  const Output long_one = run(command("--lengths 900000"));
  EXPECT_NE(long_one.status, 0);
  EXPECT_NE(long_one.errors.find("does not fit"), std::string::npos) << long_one.errors;
}

TEST_F(ProbeContextTest, AMeasuredLengthIsKeptToAndSaidSo) {
  const auto folder = folder_ / "home" / "probes" / "context";
  std::filesystem::create_directories(folder);
  const std::string ask = "ask 'Why was the log written in pencil?' --docs '" GENKAI_EXAMPLES
                          "/handbook' --explain --model '" +
                          upstream_->url() + "#test-model'";
  EXPECT_EQ(run(ask).text.find("passage limit"), std::string::npos);
  std::ofstream(folder / "test-model.json") << R"({"probe":"context","effective_tokens":300})";
  const Output limited = run(ask);
  EXPECT_NE(limited.text.find("300, measured for test-model"), std::string::npos) << limited.text;
}

}  // namespace
}  // namespace genkai
