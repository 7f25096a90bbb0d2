#include "app/config.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace genkai::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

base::Result<Config> parse(const std::string& text) {
  return parse_config(text, "genkai.toml", "/etc/genkai");
}

TEST(ConfigTest, EverySettingArrives) {
  ::setenv("GENKAI_CONFIG_TEST_KEY", "secret-of-the-test\n", 1);
  const auto config = parse(R"(
[server]
address = "::1"
port = 0
threads = 3
connections = 7
header_limit = 2048
body_limit = 4096
header_timeout = 1
body_timeout = 2.5
idle_timeout = 3
write_timeout = 4
drain = 0.25
[keys]
file = "keys.jsonl"
[models.zebra]
url = "http://127.0.0.1:8000/v1#llama"
key_env = "GENKAI_CONFIG_TEST_KEY"
fallback = ["ant"]
retries = 0
first_backoff = 0.1
longest_backoff = 2
connect_timeout = 3
headers_timeout = 4
idle_timeout = 5
deadline = 6
concurrency = 8
breaker_failures = 9
breaker_pause = 10
budget_tokens = 11
budget_money = 1.5
price_prompt = 2
price_completion = 3.5
context_tokens = 4096
body_limit = 10240
capabilities = ["streaming", "tools"]
order = "best_last"
effective_tokens = 3000
recite = true
compress = true
[models.ant]
base_url = "http://127.0.0.1:8001/v1"
model = "small"
[gateway]
default_model = "zebra"
admin_routes = true
console = false
workers = 2
checked_samples = 3
keep_alive = 1.5
deadline = 20
[knowledge]
serve = ["handbook", "/srv/base", "bases/one"]
[telemetry]
otlp_endpoint = "http://127.0.0.1:4318"
service_name = "library"
access_log = false
[answer]
risk = 0.05
answers = 2
evidence_tokens = 900
evidence_passages = 9
quotes = 4
samples = 6
isolated = 1
verification_questions = 3
hypotheses = 2
python = true
solver = true
draft_tokens = 100
draft_deadline = 7
[feedback]
file = "said.jsonl"
delta = 0.01
on_breach = "stop"
remember_days = 30
)");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->http.address, "::1");
  EXPECT_EQ(config->http.port, 0);
  EXPECT_EQ(config->http.threads, 3U);
  EXPECT_EQ(config->http.connections, 7U);
  EXPECT_EQ(config->http.header_limit, 2'048U);
  EXPECT_EQ(config->http.body_limit, 4'096U);
  EXPECT_EQ(config->http.header_timeout, 1s);
  EXPECT_EQ(config->http.body_timeout, 2'500ms);
  EXPECT_EQ(config->http.idle_timeout, 3s);
  EXPECT_EQ(config->http.write_timeout, 4s);
  EXPECT_EQ(config->drain, 250ms);
  EXPECT_EQ(config->key_file, "/etc/genkai/keys.jsonl");
  ASSERT_EQ(config->models.size(), 2U);
  const model::UpstreamOptions& zebra = config->models[0];  // in the order of the file
  EXPECT_EQ(zebra.name, "zebra");
  EXPECT_EQ(zebra.base_url, "http://127.0.0.1:8000/v1");
  EXPECT_EQ(zebra.model, "llama");
  EXPECT_EQ(zebra.key, "secret-of-the-test");
  EXPECT_THAT(zebra.fallback, ElementsAre("ant"));
  EXPECT_EQ(zebra.retries, 0U);
  EXPECT_EQ(zebra.first_backoff, 100ms);
  EXPECT_EQ(zebra.longest_backoff, 2s);
  EXPECT_EQ(zebra.connect_timeout, 3s);
  EXPECT_EQ(zebra.headers_timeout, 4s);
  EXPECT_EQ(zebra.idle_timeout, 5s);
  EXPECT_EQ(zebra.deadline, 6s);
  EXPECT_EQ(zebra.concurrency, 8U);
  EXPECT_EQ(zebra.breaker_failures, 9U);
  EXPECT_EQ(zebra.breaker_pause, 10s);
  EXPECT_EQ(zebra.budget.tokens, 11U);
  EXPECT_EQ(zebra.budget.money, 1.5);
  EXPECT_EQ(zebra.price_prompt, 2);
  EXPECT_EQ(zebra.price_completion, 3.5);
  EXPECT_EQ(zebra.body_limit, 10'240U);
  ASSERT_TRUE(zebra.capabilities);
  EXPECT_TRUE(zebra.capabilities->streaming && zebra.capabilities->tools && !zebra.capabilities->logprobs);
  EXPECT_EQ(zebra.capabilities->context_tokens, 4'096U);
  const answer::ShowingChoice& shown = config->gateway.showing.at("zebra");
  EXPECT_EQ(shown.order, limits::context::Order::best_last);
  EXPECT_EQ(shown.effective_tokens, 3'000U);
  EXPECT_TRUE(shown.recite && shown.compress);
  const answer::ShowingChoice& unset = config->gateway.showing.at("ant");
  EXPECT_TRUE(!unset.order && unset.effective_tokens == 0 && !unset.recite && !unset.compress);
  EXPECT_EQ(config->models[1].name, "ant");
  EXPECT_EQ(config->models[1].model, "small");
  EXPECT_FALSE(config->models[1].capabilities);
  EXPECT_EQ(config->gateway.default_model, "zebra");
  EXPECT_TRUE(config->gateway.admin_routes);
  EXPECT_FALSE(config->gateway.console);
  EXPECT_EQ(config->gateway.workers, 2U);
  EXPECT_EQ(config->gateway.checked_samples, 3U);
  EXPECT_EQ(config->gateway.keep_alive, 1'500ms);
  EXPECT_EQ(config->gateway.deadline, 20s);
  EXPECT_THAT(config->knowledge, ElementsAre("handbook", "/srv/base", "/etc/genkai/bases/one"));
  EXPECT_EQ(config->telemetry.otlp_endpoint, "http://127.0.0.1:4318");
  EXPECT_EQ(config->telemetry.service_name, "library");
  EXPECT_FALSE(config->telemetry.access_log);
  const answer::AnswererOptions& answer = config->gateway.answerer;
  EXPECT_EQ(answer.policy.risk, 0.05);
  EXPECT_EQ(answer.policy.answers, 2U);
  EXPECT_EQ(answer.budget.tokens, 900U);
  EXPECT_EQ(answer.budget.passages, 9U);
  EXPECT_EQ(answer.drafts, 4U);
  EXPECT_EQ(answer.samples, 6U);
  EXPECT_EQ(answer.isolated, 1U);
  EXPECT_EQ(answer.verification_questions, 3U);
  EXPECT_EQ(answer.hypotheses, 2U);
  EXPECT_TRUE(answer.python);
  EXPECT_TRUE(answer.solver);
  EXPECT_EQ(answer.draft_tokens, 100U);
  EXPECT_EQ(answer.draft_deadline, 7s);
  EXPECT_EQ(config->feedback.file, "/etc/genkai/said.jsonl");
  EXPECT_TRUE(config->feedback.file_required);
  EXPECT_EQ(config->feedback.delta, 0.01);
  EXPECT_EQ(config->feedback.on_breach, serve::OnBreach::stop);
  EXPECT_EQ(config->feedback.remember_days, 30U);
  EXPECT_TRUE(check(*config));
}

TEST(ConfigTest, FeedbackIsKeptBesideTheKnowledgeBasesUnlessSaidOtherwise) {
  ::setenv("GENKAI_HOME", "/srv/genkai", 1);
  const auto usual = parse(""), none = parse("[feedback]\nfile = \"\"\non_breach = \"warn\"\n");
  ::unsetenv("GENKAI_HOME");
  ASSERT_TRUE(usual && none);
  EXPECT_EQ(usual->feedback.file, "/srv/genkai/feedback.jsonl");
  EXPECT_FALSE(usual->feedback.file_required);
  EXPECT_EQ(usual->feedback.on_breach, serve::OnBreach::tighten);
  EXPECT_EQ(none->feedback.file, "");
  EXPECT_EQ(none->feedback.on_breach, serve::OnBreach::warn);
}

TEST(ConfigTest, AnEmptyFileIsTheDefaults) {
  const auto config = parse("");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http.address, "127.0.0.1");
  EXPECT_EQ(config->http.port, 8'080);
  EXPECT_TRUE(config->models.empty());
  EXPECT_TRUE(check(*config));
}

struct Wrong {
  const char* text;
  const char* message;
};

TEST(ConfigTest, EveryErrorNamesItsLine) {
  const Wrong all[] = {
      {"[server]\nport = 8080\nprot = 1\n", "line 3: [server] knows no setting prot"},
      {"\n[servers]\n", "line 2: there is no section [servers]"},
      {"port = 1\n", "line 1: port stands outside of a section"},
      {"[server]\nport = 65536\n", "line 2: [server] port is a whole number from 0 to 65535"},
      {"[server]\nport = -1\n", "line 2: "},
      {"[server]\nport = \"80\"\n", "line 2: "},
      {"[server]\nport = 80.5\n", "line 2: "},
      {"[server]\naddress = 1\n", "line 2: [server] address is a text"},
      {"[server]\ndrain = 0\n", "line 2: [server] drain is a number from"},
      {"[server]\ndrain = nan\n", "line 2: "},
      {"[server]\n\nport = \n", "line 3: it is no TOML"},
      {"[server]\nport = 1\nport = 2\n", "line 3: it is no TOML"},
      {"[server]\nport = [\n", "it is no TOML"},
      {"[gateway]\nconsole = 1\n", "line 2: [gateway] console is true or false"},
      {"[knowledge]\nserve = \"handbook\"\n", "line 2: [knowledge] serve is a list"},
      {"[knowledge]\nserve = [1]\n", "line 2: [knowledge] serve is a list"},
      {"[telemetry]\notlp_endpoint = \"collector\"\n", "line 2: [telemetry] otlp_endpoint is a URL"},
      {"[feedback]\non_breach = \"panic\"\n", "line 2: [feedback] on_breach is \"tighten\", \"stop\" or"},
      {"[feedback]\ndelta = 1\n", "line 2: [feedback] delta is a number from"},
      {"[answer]\nrisk = 0\n", "line 2: [answer] risk is a number from 0.005 to 0.9"},
      {"[models.a]\nretries = 1\n", "line 1: [models.a] url is missing"},
      {"[models.a]\nurl = \"ftp://x\"\n", "line 2: [models.a] url is wrong"},
      {"[models.a]\nurl = \"http://x\"\nbase_url = \"http://x\"\n",
       "line 3: [models.a] base_url is the same as url"},
      {"[models.a]\nurl = \"http://x\"\ncapabilities = [\"telepathy\"]\n",
       "line 3: [models.a] capabilities knows no telepathy"},
      {"[models.a]\nurl = \"http://x\"\norder = \"random\"\n",
       "line 3: [models.a] order is \"edges\", \"best_first\" or \"best_last\""},
      {"[models.a]\nurl = \"http://x\"\nrecite = 1\n", "line 3: [models.a] recite is true or false"},
      {"[models.a]\nurl = \"http://x\"\neffective_tokens = -1\n",
       "line 3: [models.a] effective_tokens is a whole number from 0"},
      {"[models.a]\nurl = \"http://x\"\nkey_env = \"GENKAI_NO_SUCH_VARIABLE\"\n",
       "line 3: [models.a] key_env names"},
      {"[models.a]\nurl = \"http://x\"\nkey_file = \"/no/such/file\"\n",
       "line 3: [models.a] key_file cannot be read"},
      {"[models.\"genkai/a\"]\nurl = \"http://x\"\n", "line 2: "},
      {"[models]\nurl = \"http://x\"\n", "line 2: [models] holds one table a model"},
      {"[gateway]\nworkers = 9999\n[server]\nport = -1\n", "line 2: [gateway] workers"}};
  for (const Wrong& wrong : all) {
    const auto config = parse(wrong.text);
    ASSERT_FALSE(config) << wrong.text;
    EXPECT_EQ(config.error().code, base::Code::invalid_argument);
    EXPECT_THAT(config.error().message, AllOf(HasSubstr("genkai.toml, line "), HasSubstr(wrong.message)))
        << wrong.text;
  }
}

TEST(ConfigTest, ASecretInTheFileIsRefusedAndNotRepeated) {
  for (const char* name : {"key", "api_key"}) {
    const auto config = parse("[models.a]\nurl = \"http://x\"\n" + std::string(name) + " = \"sk-hush\"\n");
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message,
                HasSubstr("line 3: [models.a] " + std::string(name) + " would put a secret"));
    EXPECT_THAT(config.error().hint, HasSubstr("key_env"));
    EXPECT_EQ(config.error().message.find("hush"), std::string::npos);
  }
  const auto config = parse("[models.a]\nurl = \"http://me:hush@x/v1\"\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message.find("hush"), std::string::npos);
}

TEST(ConfigTest, TheKeyOfTheEnvironmentGoesToNoConfiguredModel) {
  ::setenv("GENKAI_API_KEY", "for-another-endpoint", 1);
  const auto config = parse("[models.a]\nurl = \"http://127.0.0.1:1/v1\"\n");
  ::unsetenv("GENKAI_API_KEY");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->models[0].key, "");
}

TEST(ConfigTest, AKeyFileIsReadBesideTheConfiguration) {
  std::string pattern = (std::filesystem::temp_directory_path() / "genkai_config.XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::ofstream(folder / "key") << "  from-a-file\n";
  std::ofstream(folder / "genkai.toml") << "[models.a]\nurl = \"http://x\"\nkey_file = \"key\"\n";
  const auto config = read_config(folder / "genkai.toml");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->models[0].key, "from-a-file");
  EXPECT_EQ(read_config(folder / "genkai.toml").error().code, base::Code::not_found);
}

TEST(ConfigTest, OthersAreLetInWithKeysOnly) {
  Config config;
  for (const char* address : {"127.0.0.1", "127.8.8.8", "::1", "localhost"}) {
    config.http.address = address;
    EXPECT_TRUE(check(config)) << address;
  }
  for (const char* address : {"0.0.0.0", "::", "192.168.1.2", "127.evil.example", "1270.0.0.1", ""}) {
    config.http.address = address;
    EXPECT_FALSE(check(config)) << address;
  }
  config.key_file = "keys.jsonl";
  EXPECT_TRUE(check(config));
}

TEST(ConfigTest, SettingsThatContradictEachOtherAreRefused) {
  Config config;
  config.gateway.admin_routes = true;
  EXPECT_THAT(check(config).error().message, HasSubstr("admin_routes"));
  config.gateway.admin_routes = false;
  config.gateway.default_model = "none";
  EXPECT_THAT(check(config).error().message, HasSubstr("default model none"));
}

TEST(ConfigTest, TheExampleIsRight) {
  const auto config = read_config(GENKAI_EXAMPLES "/genkai.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(check(*config));
  EXPECT_EQ(config->gateway.default_model, "local");
}

}  // namespace
}  // namespace genkai::app
