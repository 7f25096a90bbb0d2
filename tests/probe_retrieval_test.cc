// The probe of retrieval against a model whose behaviour is known, and the whole program against the test
// upstream and without a model. The model is simulated: it draws its behaviour by a seed and reads nothing.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "answer/model_showing.h"
#include "app/probe_retrieval_items.h"
#include "app/probe_retrieval_report.h"
#include "base/async.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/rng.h"
#include "limits/retrieval/probe/cases.h"
#include "limits/retrieval/probe/measure.h"
#include "model/asking/answer_key.h"
#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using model::asking::AnswerKey;
using model::asking::Replies;
using test::Output;
using test::TestUpstream;
using namespace limits::retrieval::probe;

struct Truth {
  double place[kPlaces] = {0.9, 0.6, 0.8};
  double added[4] = {0.95, 0.9, 0.8, 0.6};
  double absent = 0.3, near = 0.8, far = 0.5;
  double adopts[kCounters] = {0.2, 0.4, 0.5, 0.6, 0.7};
  double says_so = 0.3, picks_right = 0.45;  // else wrong
  double newer = 0.7, older = 0.2;           // else both
  double covers = 0.2, asks = 0.15, picks = 0.55;
  double known = 0.8, follows = 0.7;
};

std::string say(const std::string& answer) {
  return Json::object({{"answer", answer}}).dump();
}

/// Knows what is asked of it by the prompt alone, as any model does.
class SimulatedModel : public model::LanguageModel {
 public:
  SimulatedModel(Truth truth, const Items& items, const ProbeOptions& options)
      : truth_(truth), seed_(options.seed) {
    for (const auto* list : {&items.plain, &items.fragmented, &items.ambiguous, &items.remembered})
      for (const Item& item : *list) items_[item.id] = &item;
    for (const Case& one : plan_cases(items, options))
      keys_[ask_of(one).messages.back().content].push_back(one.key);
  }
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Capabilities>> capabilities() override { co_return model::Capabilities{}; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    model::Completion completion;
    completion.model = name_;
    completion.usage = {100, 10, 0};
    model::Sample sample;
    sample.text = reply(keys_.at(request.messages.back().content).front());
    completion.samples.push_back(std::move(sample));
    co_return completion;
  }

 private:
  std::string reply(const model::asking::ReplyKey& key) const {
    const Item& item = *items_.at(key.id);
    const double u =
        base::Rng(base::hash64(key.part + key.id + std::to_string(key.wording), seed_)).uniform();
    const std::string right = say(item.answers.front()), wrong = say(item.wrong), none = say("I don't know");
    if (key.part == "order") return u < truth_.place[key.wording] ? right : none;
    if (key.part == "distractors") return u < truth_.added[key.wording] ? right : none;
    if (key.part == "absent") return u < truth_.absent ? say("an invention") : none;
    if (key.part == "fragmentation") return u < (key.wording == 0 ? truth_.near : truth_.far) ? right : none;
    if (key.part == "poisoning") return u < truth_.adopts[key.wording - 1] ? wrong : right;
    const std::string both = say(item.answers.front() + " / " + item.wrong);
    if (key.part == "conflict" && key.wording == 0)
      return u < truth_.says_so ? both : u < truth_.says_so + truth_.picks_right ? right : wrong;
    if (key.part == "conflict")
      return u < truth_.newer ? right : u < truth_.newer + truth_.older ? wrong : say("the sources disagree");
    if (key.part == "ambiguity") {
      if (u < truth_.covers) return say(item.answers.front() + ", " + item.other_answers.front());
      if (u < truth_.covers + truth_.asks) return say("Which one do you mean?");
      return u < truth_.covers + truth_.asks + truth_.picks ? say(item.other_answers.front()) : none;
    }
    if (key.part == "memory") return u < truth_.follows ? wrong : right;
    return key.id.starts_with("memory") && u < truth_.known ? right : none;  // blind
  }

  const std::string name_ = "simulated";
  Truth truth_;
  std::uint64_t seed_;
  std::map<std::string, const Item*> items_;
  std::map<std::string, std::vector<model::asking::ReplyKey>> keys_;
};

ProbeReport probe_model(const Truth& truth, const Items& items, const ProbeOptions& options) {
  SimulatedModel model(truth, items, options);
  std::vector<model::asking::Ask> plan;
  for (const Case& one : plan_cases(items, options)) plan.push_back(ask_of(one));
  Replies replies(model.name(), options.seed);
  const auto asked = base::run_blocking(model::asking::ask_all(
      model, plan, replies, {.seed = options.seed},
      [](const model::asking::Reply&) { return base::Status(); }, [] {}, base::Cancellation()));
  EXPECT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->calls, plan.size());
  return measure(items, replies, options);
}

/// How often the interval of each figure holds the truth, over the seeds.
class Coverage {
 public:
  void see(const std::string& figure, const Share& share, double truth) {
    auto& [held, all] = counts_[figure];
    ++all;
    held += share.interval.low <= truth && truth <= share.interval.high ? 1 : 0;
  }
  /// An interval of 95 % holds 33 of 40 or fewer by chance about once in 10,000.
  void expect() const {
    for (const auto& [figure, count] : counts_) {
      EXPECT_EQ(count.second, 40) << figure;
      EXPECT_GE(count.first, 34) << figure;
    }
  }

 private:
  std::map<std::string, std::pair<int, int>> counts_;
};

TEST(ProbeRetrieval, RecoversWhatASimulatedModelDoes) {
  Coverage coverage;
  const Truth truth;
  for (std::uint64_t seed = 101; seed <= 140; ++seed) {
    const Items items = make_items({.count = 80, .seed = seed});
    const ProbeReport found = probe_model(truth, items, {.seed = seed});
    for (std::size_t i = 0; i < kPlaces; ++i)
      coverage.see("order " + std::to_string(i), found.order->right[i], truth.place[i]);
    for (std::size_t k = 0; k < std::size(kAdded); ++k)
      coverage.see("added " + std::to_string(k), found.distractors->right[k], truth.added[k]);
    coverage.see("absent", found.distractors->answered_absent, truth.absent);
    coverage.see("near", found.fragmentation->near, truth.near);
    coverage.see("far", found.fragmentation->far, truth.far);
    for (std::size_t n = 0; n < kCounters; ++n) {
      coverage.see("adopts " + std::to_string(n + 1), found.poisoning->adopted[n], truth.adopts[n]);
      EXPECT_EQ(found.poisoning->adopted[n].hits + found.poisoning->right[n].hits, 80U);
    }
    coverage.see("says so", found.conflict->says_so, truth.says_so);
    coverage.see("picks right", found.conflict->picks_right, truth.picks_right);
    coverage.see("newer", found.conflict->newer, truth.newer);
    coverage.see("older", found.conflict->older, truth.older);
    coverage.see("covers", found.ambiguity->both, truth.covers);
    coverage.see("asks", found.ambiguity->asks_back, truth.asks);
    coverage.see("picks", found.ambiguity->picks_one, truth.picks);
    coverage.see("known", found.memory->known, truth.known);
    coverage.see("follows", found.memory->adopted, truth.follows);
    EXPECT_EQ(found.memory->adopted.n, found.memory->known.hits);
    EXPECT_EQ(found.blind.hits, 0U) << "of invented things it knows nothing";
    EXPECT_LT(found.constant.value(), 0.1);
    EXPECT_EQ(found.unusable, 0U);
  }
  coverage.expect();
}

TEST(ProbeRetrieval, NamesAnOrderOnlyWhenItMatters) {
  int named = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Items items = make_items({.count = 80, .seed = seed});
    const ProbeOptions options{.parts = *parse_parts("order"), .seed = seed};
    const auto best = [&](double first, double middle, double last) {
      Truth truth;
      truth.place[0] = first, truth.place[1] = middle, truth.place[2] = last;
      return probe_model(truth, items, options).order->best;
    };
    named += best(0.8, 0.8, 0.8).empty() ? 0 : 1;
    if (seed > 5) continue;
    EXPECT_EQ(best(0.95, 0.4, 0.95), "edges");
    EXPECT_EQ(best(0.95, 0.4, 0.4), "best_first");
    EXPECT_EQ(best(0.4, 0.4, 0.95), "best_last");
  }
  EXPECT_LE(named, 6) << "at 5 % two of 40 are expected, more than 6 about once in 300";
}

TEST(ProbeRetrieval, ItemsSayWhatTheyShould) {
  const Items items = make_items({.count = 60, .seed = 3});
  std::size_t japanese = 0;
  for (const Item& item : items.plain) {
    const AnswerKey right(item.answers), wrong({item.wrong});
    EXPECT_TRUE(right.matches(item.gold.text)) << item.gold.text;
    EXPECT_FALSE(wrong.matches(item.gold.text)) << item.gold.text;
    ASSERT_EQ(item.counters.size(), kCounters);
    ASSERT_EQ(item.distractors.size(), kDistractors);
    for (const Source& source : item.counters) {
      EXPECT_TRUE(wrong.matches(source.text)) << source.text;
      EXPECT_FALSE(right.matches(source.text)) << source.text;
    }
    for (const Source& source : item.distractors)
      EXPECT_FALSE(right.matches(source.text) || wrong.matches(source.text)) << source.text;
    japanese += item.language == text::Language::japanese ? 1 : 0;
  }
  EXPECT_EQ(japanese, 30U);
  for (const Item& item : items.fragmented) {
    const AnswerKey right(item.answers);
    EXPECT_TRUE(right.matches(item.gold.text)) << item.gold.text;
    EXPECT_FALSE(right.matches(item.other.text)) << "the condition alone does not answer";
    for (const Source& source : item.distractors) EXPECT_FALSE(right.matches(source.text)) << source.text;
  }
  for (const Item& item : items.ambiguous) {
    EXPECT_TRUE(AnswerKey(item.answers).matches(item.gold.text)) << item.gold.text;
    EXPECT_TRUE(AnswerKey(item.other_answers).matches(item.other.text)) << item.other.text;
    EXPECT_FALSE(AnswerKey(item.answers).matches(item.other.text));
  }
  for (const Item& item : items.remembered) {
    EXPECT_TRUE(AnswerKey({item.wrong}).matches(item.counters.front().text)) << item.counters.front().text;
    EXPECT_FALSE(AnswerKey(item.answers).matches(item.counters.front().text));
  }
  const Items again = make_items({.count = 60, .seed = 3}), other = make_items({.count = 60, .seed = 4});
  EXPECT_EQ(items.plain[7].gold.text, again.plain[7].gold.text);
  EXPECT_NE(items.plain[7].gold.text, other.plain[7].gold.text);
}

TEST(ProbeRetrieval, VariantsDifferInNothingButWhatTheyVary) {
  const Items items = make_items({.count = 4, .seed = 1});
  std::map<std::string, std::vector<const Case*>> by_item;
  const auto cases = plan_cases(items, {.parts = *parse_parts("order"), .passages = 7});
  for (const Case& one : cases)
    if (one.key.part == "order") by_item[one.key.id].push_back(&one);
  for (const auto& [id, variants] : by_item) {
    ASSERT_EQ(variants.size(), kPlaces);
    const std::size_t places[] = {0, 3, 6};
    for (std::size_t k = 0; k < kPlaces; ++k) {
      std::vector<Source> rest = variants[k]->passages;
      ASSERT_EQ(rest.size(), 7U);
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(places[k]));
      for (std::size_t i = 0; i < rest.size(); ++i)
        EXPECT_EQ(rest[i].text, items.plain.at(std::stoul(id.substr(5))).distractors[i].text);
    }
  }
  EXPECT_FALSE(parse_parts("order,luck"));
}

// ---- the whole program

class ProbeRetrievalProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("probe"); }
  void TearDown() override { fs::remove_all(folder_); }
  Output run(const std::string& arguments) const { return test::run_program(folder_, arguments); }
  fs::path folder_;
};

TEST_F(ProbeRetrievalProgramTest, WithoutAModelTheReaderItselfIsMeasured) {
  const std::string page = (folder_ / "report.html").string();
  const Output output = run("probe retrieval --items 12 --json --save --report " + page);
  ASSERT_EQ(output.status, 0) << output.errors;
  EXPECT_NE(output.errors.find("extractive reader"), std::string::npos) << output.errors;
  const auto json = Json::parse(output.text);
  ASSERT_TRUE(json) << output.text;
  EXPECT_GE(json->find("order")->find("first")->number("value"), 0.8);
  EXPECT_TRUE(json->find("order")->find("best")->is_null());
  EXPECT_EQ(json->find("blind")->number("hits"), 0);
  EXPECT_EQ(json->find("cost")->number("calls"), 0);
  EXPECT_EQ(json->find("poisoning")->find("adopted")->items().size(), kCounters);
  EXPECT_NE(test::read_whole(page).find("<svg"), std::string::npos);
  EXPECT_EQ(test::read_whole(page).find("<script"), std::string::npos);
  EXPECT_EQ(test::read_whole(answer::probe_file("retrieval", "genkai (verbatim quotes)")), output.text);
  EXPECT_EQ(run("probe retrieval --items 12 --json --model none").text, output.text) << "the same seed";
  const Output table = run("probe retrieval --items 4 --lang ja --parts order,conflict");
  EXPECT_NE(table.text.find("答えのある位置"), std::string::npos) << table.text;
  EXPECT_EQ(table.text.find("汚染"), std::string::npos) << "not asked for";
}

TEST_F(ProbeRetrievalProgramTest, AModelIsAskedOnceAndItsRepliesKept) {
  const auto upstream = TestUpstream::start({.answer = R"({"answer": "I don't know"})"});
  const std::string record = (folder_ / "replies.jsonl").string();
  const std::string command = "probe retrieval --items 5 --json --price-in 1 --model " + upstream->url() +
                              "#test-model --record " + record;
  const Output first = run(command);
  ASSERT_EQ(first.status, 0) << first.errors;
  EXPECT_NE(first.errors.find("calls to make"), std::string::npos) << first.errors;
  const auto json = Json::parse(first.text);
  ASSERT_TRUE(json);
  EXPECT_GT(json->find("cost")->number("calls"), 80);
  EXPECT_GT(json->find("cost")->number("money"), 0);
  EXPECT_EQ(json->find("order")->find("first")->number("hits"), 0);
  EXPECT_EQ(json->find("ambiguity")->find("neither")->number("value"), 1);
  EXPECT_EQ(json->find("distractors")->find("answered_absent")->number("hits"), 0);
  const auto requests = upstream->counters().requests;
  const Output again = run(command);
  EXPECT_EQ(upstream->counters().requests, requests) << again.errors;
  EXPECT_EQ(Json::parse(again.text)->find("order")->dump(), json->find("order")->dump());
}

TEST_F(ProbeRetrievalProgramTest, AsksOfTheUsersOwnPassages) {
  ASSERT_EQ(run("ingest '" GENKAI_EXAMPLES "/handbook' --kb handbook --json").status, 0);
  const Output made = run("probe retrieval --kb handbook --items 20 --json");
  ASSERT_EQ(made.status, 0) << made.errors;
  const auto json = Json::parse(made.text);
  ASSERT_TRUE(json);
  EXPECT_GE(json->number("items") + json->number("without_passage"), 15);
  EXPECT_EQ(json->string("knowledge_base"), "handbook");
  EXPECT_GT(json->find("order")->find("first")->number("n"), 10);
  EXPECT_GT(json->find("poisoning")->find("adopted")->items()[0].number("n"), 3);
  EXPECT_EQ(json->find("ambiguity"), nullptr) << "nothing is known of namesakes in it";
  std::ofstream(folder_ / "own.jsonl")
      << "{\"question\":\"In which year was the island made a dark-sky reserve?\",\"answers\":[\"2014\"]}\n";
  const Output own =
      run("probe retrieval --kb handbook --json --questions " + (folder_ / "own.jsonl").string());
  ASSERT_EQ(own.status, 0) << own.errors;
  EXPECT_EQ(Json::parse(own.text)->number("items"), 1);
}

TEST_F(ProbeRetrievalProgramTest, WrongUsageSaysWhatIsNeeded) {
  EXPECT_EQ(run("probe retrieval --parts order,luck").status, 64);
  EXPECT_EQ(run("probe retrieval --questions x").status, 64);
  EXPECT_EQ(run("probe retrieval --kb nowhere").status, 66);
  EXPECT_EQ(run("probe retrieval --items 2 --model http://127.0.0.1:1/v1#gone").status, 75);
}

}  // namespace
}  // namespace genkai
