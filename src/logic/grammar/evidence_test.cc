#include "logic/grammar/evidence.h"

#include <gtest/gtest.h>

#include <set>

#include "base/json.h"
#include "base/rng.h"
#include "logic/grammar/matcher.h"

namespace genkai::logic::grammar {
namespace {

bool fits(const std::shared_ptr<const Grammar>& grammar, std::string_view text) {
  const auto found = match(grammar, text);
  return found && found->whole;
}

std::shared_ptr<const Grammar> compiled(ByteAutomaton automaton) {
  Rules rules;
  rules.root = rules.add("quote", std::move(automaton));
  auto grammar = compile(rules);
  EXPECT_TRUE(grammar) << grammar.error().message;
  return grammar ? *grammar : nullptr;
}

TEST(Evidence, QuotesAreExactlyTheSubstrings) {
  base::Rng rng(3);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> passages(1 + rng.below(3));
    for (std::string& passage : passages)
      for (std::size_t n = 1 + rng.below(14); n-- > 0;)
        passage += std::array{"a", "b", "あ", "い", "\""}[rng.below(5)];
    const auto grammar =
        compiled(quotes_of({passages.begin(), passages.end()}, QuoteUnit::characters, PatternText::plain));
    std::set<std::string> all;
    for (const std::string& passage : passages)
      for (std::size_t begin = 0; begin < passage.size(); ++begin)
        for (std::size_t end = begin + 1; end <= passage.size(); ++end) {
          const auto inside = [&](std::size_t at) {
            return at < passage.size() && (static_cast<unsigned char>(passage[at]) & 0xC0U) == 0x80U;
          };
          const std::string part = passage.substr(begin, end - begin);
          if (!inside(begin) && !inside(end)) all.insert(part);
          EXPECT_EQ(fits(grammar, part), !inside(begin) && !inside(end)) << part;
        }
    EXPECT_FALSE(fits(grammar, ""));
    for (int wrong = 0; wrong < 200; ++wrong) {
      std::string text;
      for (std::size_t n = 1 + rng.below(5); n-- > 0;)
        text += std::array{"a", "b", "あ", "い", "\""}[rng.below(5)];
      EXPECT_EQ(fits(grammar, text), all.contains(text)) << text;
    }
  }
}

TEST(Evidence, GrowsLinearlyWithTheText) {
  base::Rng rng(5);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>('a' + rng.below(3));
  const ByteAutomaton automaton = quotes_of({text}, QuoteUnit::characters, PatternText::json);
  std::size_t edges = 0;
  for (const auto& node : automaton.nodes) edges += node.edges.size();
  EXPECT_LE(automaton.nodes.size(), 2 * text.size());
  EXPECT_LE(edges, 3 * text.size());
}

TEST(Evidence, SentencesStayWhole) {
  // One sentence begins with all of another.
  const std::string passage = "Opened in 1931. Rebuilt. Rebuilt.  It is red. 橋は赤い。川は青い。";
  const auto grammar = compiled(quotes_of({passage}, QuoteUnit::sentences, PatternText::plain));
  for (const char* whole : {"Opened in 1931.", "Rebuilt.", "Rebuilt. Rebuilt.", "Rebuilt.  It is red.",
                            "川は青い。", "橋は赤い。川は青い。", passage.c_str()})
    EXPECT_TRUE(fits(grammar, whole)) << whole;
  for (const char* part : {"Opened in", "in 1931.", "Opened in 1931. ", " Rebuilt.",
                           "Opened in 1931. It is red.", "は赤い。", "Rebuilt. It is red."})
    EXPECT_FALSE(fits(grammar, part)) << part;
}

TEST(Evidence, ValuesAreThoseOfTheText) {
  const std::vector<std::string> dates =
      values_of({"It opened on March 5, 2024, with 1,200 guests."}, {.numbers = false});
  EXPECT_TRUE(std::count(dates.begin(), dates.end(), "2024-03-05"));
  EXPECT_TRUE(std::count(dates.begin(), dates.end(), "March 5, 2024"));
  const std::vector<std::string> numbers = values_of({"2万3千人が来た。"}, {.dates = false});
  EXPECT_TRUE(std::count(numbers.begin(), numbers.end(), "23000"));
  EXPECT_FALSE(std::count(numbers.begin(), numbers.end(), "2"));
}

TEST(Evidence, AReplyQuotesThePassageThatItNames) {
  const std::vector<std::string_view> passages{"The \"Iron\" bridge opened in 1931.",
                                               "It was rebuilt in 2004. It is red."};
  const auto rules = evidence_reply(passages, {});
  ASSERT_TRUE(rules);
  const auto grammar = *compile(*rules);
  EXPECT_TRUE(fits(
      grammar,
      R"({"answer": "1931", "quotes": [{"passage": 1, "quote": "The \"Iron\" bridge opened in 1931."}]})"));
  EXPECT_TRUE(fits(grammar, R"({"answer": null, "quotes": []})"));
  EXPECT_FALSE(fits(
      grammar,
      R"({"answer": "1932", "quotes": [{"passage": 1, "quote": "The \"Iron\" bridge opened in 1931."}]})"))
      << "not in the evidence";
  EXPECT_FALSE(fits(
      grammar,
      R"({"answer": "1931", "quotes": [{"passage": 2, "quote": "The \"Iron\" bridge opened in 1931."}]})"))
      << "of another passage";
  EXPECT_FALSE(fits(grammar, R"({"answer": "1931", "quotes": []})")) << "an answer without a quote";
  EXPECT_FALSE(fits(grammar, R"({"answer": "1931", "quotes": [{"passage": 2, "quote": "It is blue."}]})"));
  const auto numbers = evidence_reply(passages, {.answer = AnswerForm::date, .may_abstain = false});
  ASSERT_TRUE(numbers);
  const auto dated = *compile(*numbers);
  EXPECT_TRUE(fits(
      dated,
      R"({"answer": "2004", "quotes": [{"passage": 2, "quote": "It was rebuilt in 2004. It is red."}]})"));
  EXPECT_FALSE(fits(
      dated,
      R"({"answer": "red", "quotes": [{"passage": 2, "quote": "It was rebuilt in 2004. It is red."}]})"));
  EXPECT_FALSE(evidence_reply({"", " "}, {}));
  EXPECT_FALSE(evidence_reply({"It is red."}, {.answer = AnswerForm::number, .may_abstain = false}));
}

// Whatever is sampled under the mask is a reply whose quotes are verbatim.
TEST(Evidence, SamplingUnderTheMaskGivesVerbatimQuotes) {
  const std::vector<std::string_view> passages{"The \"Iron\" bridge opened in 1931.\tIt is red.",
                                               "橋は1931年に開通した。とても赤い。"};
  const auto grammar = *compile(*evidence_reply(passages, {.quotes = QuoteUnit::characters}));
  std::vector<Token> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.push_back({std::string(1, static_cast<char>(byte))});
  for (const char* word :
       {"The", " bridge", "in 19", "\", \"", "\"}", "]}", "年に", "赤い。", "{\"", "\\\"", "\\t", "<end>"})
    tokens.push_back({word});
  tokens.back().kind = TokenKind::end;
  const auto vocabulary = std::make_shared<const Vocabulary>(tokens);
  base::Rng rng(9);
  TokenSet allowed(vocabulary->size());
  const Matcher fresh(grammar, vocabulary);
  for (int sample = 0; sample < 60; ++sample) {
    Matcher matcher = fresh;
    std::string text;
    for (int step = 0; step < 2000 && !matcher.ended(); ++step) {
      matcher.mask(allowed);
      ASSERT_GT(allowed.count(), 0U) << text;
      TokenId chosen = 0;
      do chosen = static_cast<TokenId>(rng.below(tokens.size()));
      while (!allowed.contains(chosen));
      ASSERT_TRUE(matcher.accept(chosen));
      if (tokens[chosen].kind == TokenKind::text) text += tokens[chosen].bytes;
    }
    ASSERT_TRUE(matcher.ended()) << text;
    const auto reply = base::Json::parse(text);
    ASSERT_TRUE(reply) << text;
    for (const auto& quote : reply->find("quotes")->items()) {
      const auto passage = static_cast<std::size_t>(quote.number("passage")) - 1;
      EXPECT_NE(passages.at(passage).find(quote.string("quote")), std::string_view::npos) << text;
    }
  }
}

}  // namespace
}  // namespace genkai::logic::grammar
