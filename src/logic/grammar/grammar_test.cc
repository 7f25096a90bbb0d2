#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/rng.h"
#include "logic/grammar/matcher.h"

namespace genkai::logic::grammar {
namespace {

using Compiled = std::shared_ptr<const Grammar>;

Compiled grammar_of(std::string_view text) {
  const auto rules = parse_rules(text);
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().message);
  if (!rules) return nullptr;
  auto grammar = compile(*rules);
  EXPECT_TRUE(grammar) << (grammar ? "" : grammar.error().message);
  return grammar ? *grammar : nullptr;
}

std::string error_of(std::string_view text) {
  const auto rules = parse_rules(text);
  if (!rules) return rules.error().message;
  const auto grammar = compile(*rules);
  return grammar ? "no error" : grammar.error().message;
}

bool fits(const Compiled& grammar, std::string_view text) {
  const auto found = match(grammar, text);
  return found && found->whole;
}

TEST(Grammar, FollowsItsNotation) {
  const Compiled g = grammar_of(R"(# a comment
root ::= greeting " " name+ ("!" | "?"){1,2}   # another
greeting ::= "hello" |
  "こんにちは"
name ::= [A-Z] [^\x00-@\-]* ","?
)");
  EXPECT_TRUE(fits(g, "hello Ada!"));
  EXPECT_TRUE(fits(g, "こんにちは Ada,Bob?!"));
  EXPECT_FALSE(fits(g, "hello ada!"));
  EXPECT_FALSE(fits(g, "hello Ada!?!"));
  EXPECT_FALSE(fits(g, "hello Ada")) << "it breaks off";
  EXPECT_TRUE(fits(grammar_of(R"(root ::= "\x41\u3042\U0001F600\"\\\n" .)"), "Aあ😀\"\\\n語"));
  EXPECT_TRUE(fits(grammar_of("root ::= \"a\"{0}"), ""));
  EXPECT_TRUE(fits(grammar_of("root ::= \"a\"{2,}"), "aaaaa"));
  EXPECT_FALSE(fits(grammar_of("root ::= \"a\"{,2}"), "aaa"));
  EXPECT_TRUE(fits(grammar_of("root ::= (\n\"a\"\n| \"b\"\n)"), "b"));
}

TEST(Grammar, NamesThePlaceOfAnError) {
  EXPECT_EQ(error_of("root ::= \"a\" )"), "line 1, column 14: ')' cannot stand here");
  EXPECT_EQ(error_of("root ::= x\nx ::= \"あ\" [b-a]"),
            "line 2, column 11: a range of characters whose end comes before its start");
  EXPECT_EQ(error_of("root ::= missing"), "line 1, column 10: the rule 'missing' is used but not defined");
  EXPECT_EQ(error_of("root ::= \"a\nb\""), "line 1, column 12: '\"' is missing");
  EXPECT_EQ(error_of("root ::= \"\\q\"").substr(0, 36), "line 1, column 11: an unknown escape");
  EXPECT_EQ(error_of("root ::= \"\\uD800\""), "line 1, column 11: this escape is not a character of Unicode");
  EXPECT_EQ(error_of("root ::= (\"a\""), "line 1, column 10: this '(' is never closed");
  EXPECT_EQ(error_of("root ::= \"a\"{3,2}").substr(0, 18), "line 1, column 13:");
  EXPECT_EQ(error_of("root ::= *"), "line 1, column 10: there is nothing before '*' that could be repeated");
  EXPECT_EQ(error_of("root ::= \"a\"\nroot ::= \"b\""), "line 2, column 1: the rule 'root' is defined twice");
  EXPECT_EQ(error_of("other ::= \"a\""), "the grammar has no rule called 'root'");
  EXPECT_EQ(error_of("root ::= []"),
            "line 1, column 10: this class holds no character, so nothing could match it");
  EXPECT_NE(error_of("root ::= <|end|>").find("cannot name tokens"), std::string::npos);
  EXPECT_NE(error_of("root ::= \"\xFF\"").find("not UTF-8"), std::string::npos);
  EXPECT_NE(error_of("root ::= " + std::string(5'000, '(')).find("nested"), std::string::npos);
  EXPECT_NE(error_of(std::string(300 << 10, '#')).find("larger"), std::string::npos);
  EXPECT_NE(error_of("root ::= ([a-z]{9999}){9999}").find("grows beyond"), std::string::npos);
}

TEST(Grammar, RefusesWhatCannotBeRun) {
  EXPECT_EQ(error_of("root ::= sum\nsum ::= sum \"+\" \"1\" | \"1\""),
            "left recursion: 'sum' > 'sum' begins with itself");
  EXPECT_EQ(error_of("root ::= a\na ::= b? c \"x\" | \"y\"\nb ::= \"b\"\nc ::= a \"z\""),
            "left recursion: 'a' > 'c' > 'a' begins with itself");
  EXPECT_EQ(error_of("root ::= \"a\" root"), "the rule 'root' has a part that no text can complete");
  EXPECT_EQ(error_of("root ::= \"a\" | \"b\" x\nx ::= \"(\" x \")\"\n"),
            "the rule 'root' has a part that no text can complete");
}

TEST(Grammar, RecursesAsDeepAsTheTextDoes) {
  const Compiled g = grammar_of("root ::= \"(\" root? \")\" root?");
  for (const std::size_t depth : {1U, 2U, 50'000U}) {
    const std::string text = std::string(depth, '(') + std::string(depth, ')');
    EXPECT_TRUE(fits(g, text)) << depth;
    EXPECT_FALSE(fits(g, text + ")")) << depth;
    EXPECT_FALSE(fits(g, "(" + text)) << depth;
  }
  std::string side;
  for (int i = 0; i < 20'000; ++i) side += "(())";
  EXPECT_TRUE(fits(g, side));
}

TEST(Grammar, AmbiguityDoesNotExplode) {
  const int n = 300;
  const Compiled optional = grammar_of(fmt::format("root ::= \"a\"? {{{0}}} \"a\"{{{0}}}", n));
  EXPECT_TRUE(fits(optional, std::string(n, 'a')));
  EXPECT_TRUE(fits(optional, std::string(2 * n, 'a')));
  EXPECT_FALSE(fits(optional, std::string(n - 1, 'a')));
  EXPECT_FALSE(fits(optional, std::string(2 * n + 1, 'a')));
  // Every way to cut a text in two, again and again: exponentially many trees.
  const Compiled trees = grammar_of("root ::= \"a\" rest\nrest ::= (root root)? ");
  EXPECT_TRUE(fits(trees, std::string(301, 'a')));
  EXPECT_FALSE(fits(trees, std::string(300, 'a')));
  // Its smallest deterministic automaton has more than 2^24 states.
  const Compiled nth = grammar_of("root ::= [ab]* \"a\" [ab]{24}");
  EXPECT_TRUE(fits(nth, "bbba" + std::string(24, 'b')));
  EXPECT_FALSE(fits(nth, "bbbb" + std::string(24, 'b')));
  EXPECT_TRUE(fits(grammar_of("root ::= ((\"a\"*)*)* ((\"a\"?)*)+"), std::string(5'000, 'a')));
}

TEST(Grammar, TellsWhereATextDepartsAndWhatWasExpected) {
  const Compiled g = grammar_of("root ::= \"x = \" value\nvalue ::= [0-9]+ | \"(\" value \")\"");
  const auto found = match(g, "x = (1a)");
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->whole);
  EXPECT_EQ(found->end, 6U);
  EXPECT_EQ(found->expected, "')' or '0' to '9'");
  EXPECT_EQ(match(g, "x = 1")->whole, true);
  EXPECT_EQ(match(g, "x = 1,")->expected, "'0' to '9' or the end of the text");
  EXPECT_EQ(match(g, "x =")->expected, "a blank");
  EXPECT_EQ(match(g, "x = (")->rule, "value");
}

// A reference of its own: all texts of an expression by trying every way, with sets of ends.
std::vector<std::size_t> ends(const Rules& rules, const Expression& e, std::string_view text,
                              std::size_t at) {
  std::vector<bool> out(text.size() + 1, false);
  const auto collect = [&](const std::vector<std::size_t>& found) {
    for (const std::size_t end : found) out[end] = true;
  };
  const auto listed = [&] {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < out.size(); ++i)
      if (out[i]) all.push_back(i);
    return all;
  };
  switch (e.kind) {
    case Expression::Kind::literal:
      if (text.substr(at).starts_with(e.text)) out[at + e.text.size()] = true;
      break;
    case Expression::Kind::characters:
      for (const CodeRange& range : e.ranges)
        if (at < text.size() && static_cast<unsigned char>(text[at]) >= range.low &&
            static_cast<unsigned char>(text[at]) <= range.high)
          out[at + 1] = true;
      break;
    case Expression::Kind::choice:
      for (const Expression& way : e.parts) collect(ends(rules, way, text, at));
      break;
    case Expression::Kind::sequence: {
      std::vector<std::size_t> from{at};
      for (const Expression& part : e.parts) {
        std::vector<bool> next(text.size() + 1, false);
        for (const std::size_t begin : from)
          for (const std::size_t end : ends(rules, part, text, begin)) next[end] = true;
        from.clear();
        for (std::size_t i = 0; i < next.size(); ++i)
          if (next[i]) from.push_back(i);
      }
      return from;
    }
    case Expression::Kind::repeat: {
      std::vector<std::size_t> from{at};
      for (std::uint32_t i = 0; i <= text.size() + e.low && !from.empty(); ++i) {
        if (i >= e.low) collect(from);
        if (i == e.high) break;
        std::vector<bool> next(text.size() + 1, false);
        for (const std::size_t begin : from)
          for (const std::size_t end : ends(rules, e.parts[0], text, begin)) next[end] = true;
        from.clear();
        for (std::size_t k = 0; k < next.size(); ++k)
          if (next[k]) from.push_back(k);
      }
      break;
    }
    case Expression::Kind::call:
      return ends(rules, rules.rules[e.rule].body, text, at);
    default:
      ADD_FAILURE();
  }
  return listed();
}

// Random grammars over a and b; each rule calls later ones only, or itself after a letter and before another.
Expression random_expression(base::Rng& rng, std::uint32_t rule, std::uint32_t rules, int depth) {
  const auto again = [&] { return random_expression(rng, rule, rules, depth - 1); };
  switch (depth <= 0 ? rng.below(2) : rng.below(8)) {
    case 0:
      return Expression::literal(std::string_view("abba").substr(rng.below(3), rng.below(3)));
    case 1:
      return Expression::characters({{'a', rng.below(2) == 0 ? U'a' : U'b'}});
    case 2:
      return Expression::choice({again(), again()});
    case 3:
    case 4:
      return Expression::sequence({again(), again()});
    case 5: {
      const auto low = static_cast<std::uint32_t>(rng.below(3));
      return Expression::repeat(
          again(), low, rng.below(2) == 0 ? kUnbounded : low + static_cast<std::uint32_t>(rng.below(2)));
    }
    case 6:
      if (rule + 1 < rules)
        return Expression::call(rule + 1 + static_cast<std::uint32_t>(rng.below(rules - rule - 1)));
      return Expression::literal("b");
    default:
      return Expression::choice(
          {Expression::literal("a"), Expression::sequence({Expression::literal("a"), Expression::call(rule),
                                                           Expression::literal("b")})});
  }
}

TEST(Grammar, AgreesWithTryingEveryWay) {
  base::Rng rng(7);
  std::size_t yes = 0, no = 0;
  for (int round = 0; round < 400; ++round) {
    Rules rules;
    const std::uint32_t count = 1 + static_cast<std::uint32_t>(rng.below(4));
    for (std::uint32_t rule = 0; rule < count; ++rule)
      rules.add("r" + std::to_string(rule), random_expression(rng, rule, count, 4));
    const auto grammar = compile(rules);
    ASSERT_TRUE(grammar) << grammar.error().message;
    for (std::size_t length = 0; length <= 6; ++length)
      for (std::size_t bits = 0; bits < (std::size_t{1} << length); ++bits) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) text += (bits >> i & 1) != 0 ? 'b' : 'a';
        const auto found = ends(rules, rules.rules[0].body, text, 0);
        const bool expected = !found.empty() && found.back() == text.size();
        ASSERT_EQ(fits(*grammar, text), expected) << "round " << round << " text " << text;
        ++(expected ? yes : no);
      }
  }
  EXPECT_GT(yes, 2'000U);
  EXPECT_GT(no, 2'000U);
}

// The mask by its definition: each token tried alone.
TokenSet tried_alone(const Matcher& matcher, const Vocabulary& vocabulary) {
  TokenSet allowed(vocabulary.size());
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    Matcher fork = matcher;
    if (fork.accept(token)) allowed.insert(token);
  }
  return allowed;
}

// Overlapping tokens, parts of characters, doubles, and special ones whose text is that of others.
std::shared_ptr<const Vocabulary> random_vocabulary(base::Rng& rng, std::string_view alphabet) {
  std::vector<Token> tokens;
  for (const char c : alphabet) tokens.push_back({std::string(1, c)});
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (std::size_t n = rng.below(7); n-- > 0;) bytes += alphabet[rng.below(alphabet.size())];
    const std::uint64_t kind = rng.below(20);
    tokens.push_back({bytes, kind == 0 ? TokenKind::control : TokenKind::text});
  }
  const std::size_t begin = alphabet.find("\xE6");
  if (begin != std::string_view::npos)
    for (const auto& [from, size] : {std::pair{0, 2}, {1, 2}, {2, 4}, {0, 6}, {2, 1}})
      tokens.push_back({std::string(
          alphabet.substr(begin + static_cast<std::size_t>(from), static_cast<std::size_t>(size)))});
  tokens.push_back({"", TokenKind::text});
  tokens.push_back({"a", TokenKind::end});
  return std::make_shared<const Vocabulary>(std::move(tokens));
}

TEST(Matcher, MaskIsWhatEachTokenAloneSays) {
  const char* grammars[] = {
      "root ::= \"(\" root? \")\" root? | \"a\"{1,3}",
      "root ::= \"\\\"\" [^\"]* \"\\\"\" (\",\" root)?",
      "root ::= [日本語ab]+ \",\" (\"a\" | \"ab\" | \"abc\")* \")\"?",
      "root ::= pair (\",\" pair){0,40}\npair ::= text \"a\" text\ntext ::= \"\\\"\" [a-c本]{0,30} \"\\\"\"",
      "root ::= item+\nitem ::= \"a\" tail | \"b\"\ntail ::= (item item)? \")\"",
      "root ::= [ab]* \"a\" [ab]{5} [^a-z]*",
  };
  base::Rng rng(11);
  std::size_t steps = 0, allowed_sum = 0;
  for (const char* text : grammars) {
    const Compiled grammar = grammar_of(text);
    const auto vocabulary = random_vocabulary(rng, "()\",abc日本語");
    TokenSet allowed(vocabulary->size());
    const Matcher fresh(grammar, vocabulary);
    for (int sample = 0; sample < 12; ++sample) {
      Matcher matcher = fresh;
      for (int step = 0; step < 25 && !matcher.ended(); ++step, ++steps) {
        matcher.mask(allowed);
        ASSERT_EQ(allowed, tried_alone(matcher, *vocabulary)) << text;
        std::vector<TokenId> choices;
        for (TokenId token = 0; token < vocabulary->size(); ++token)
          if (allowed.contains(token)) choices.push_back(token);
        allowed_sum += choices.size();
        ASSERT_FALSE(choices.empty()) << "every state can go on or end: " << text;
        const TokenId chosen = choices[rng.below(choices.size())];
        EXPECT_NE(vocabulary->token(chosen).kind, TokenKind::control);
        ASSERT_TRUE(matcher.accept(chosen));
      }
    }
  }
  EXPECT_GT(steps, 500U);
  EXPECT_GT(allowed_sum, steps * 2);
}

TEST(Matcher, SpecialTokensCannotBeSmuggledIn) {
  const Compiled g = grammar_of("root ::= \"<|end|>\"* \"<|system|>\"?");
  const auto vocabulary =
      std::make_shared<const Vocabulary>(std::vector<Token>{{"<|end|>", TokenKind::end},
                                                            {"<|system|>", TokenKind::control},
                                                            {"<|"},
                                                            {"end"},
                                                            {"system"},
                                                            {"|>"},
                                                            {"<|system|>"}});
  Matcher matcher(g, vocabulary);
  TokenSet allowed(vocabulary->size());
  matcher.mask(allowed);
  EXPECT_TRUE(allowed.contains(0)) << "the empty text is whole";
  EXPECT_FALSE(allowed.contains(1)) << "its text is in the grammar, but it is no text";
  EXPECT_TRUE(allowed.contains(6)) << "letters that happen to spell it out are only letters";
  EXPECT_FALSE(matcher.accept(1));
  ASSERT_TRUE(matcher.accept(2));
  matcher.mask(allowed);
  EXPECT_FALSE(allowed.contains(0)) << "nothing ends in the middle";
  EXPECT_FALSE(matcher.accept(0));
  ASSERT_TRUE(matcher.accept(3) && matcher.accept(5));
  ASSERT_TRUE(matcher.accept(0));
  EXPECT_TRUE(matcher.ended());
  matcher.mask(allowed);
  EXPECT_EQ(allowed.count(), 0U);
  EXPECT_FALSE(matcher.accept(2));
}

TEST(Matcher, JumpsForwardOverWhatMustCome) {
  const Compiled g = grammar_of("root ::= \"{\\\"name\\\": \" (\"日本\" | \"日光\" | \"\\\"x\\\"\") \"}\"");
  Matcher matcher(g, std::make_shared<const Vocabulary>(std::vector<Token>{{"{"}}));
  EXPECT_EQ(matcher.forced(), "{\"name\": ");
  EXPECT_EQ(matcher.forced(3), "{\"n");
  ASSERT_TRUE(matcher.accept_bytes(matcher.forced()));
  EXPECT_EQ(matcher.forced(), "");
  Matcher fork = matcher;
  ASSERT_TRUE(fork.accept_bytes("\xE6"));
  EXPECT_EQ(fork.forced(), std::string("日").substr(1)) << "the two go apart inside the second character";
  ASSERT_TRUE(fork.accept_bytes(fork.forced()) && fork.accept_bytes(std::string_view("光")));
  EXPECT_EQ(fork.forced(), "}");
  EXPECT_FALSE(fork.accept_bytes("]"));
  EXPECT_TRUE(fork.accept_bytes("}") && fork.finished()) << "a refusal changes nothing";
  EXPECT_FALSE(matcher.finished()) << "a fork goes its own way";
}

TEST(Matcher, GoesOnWhenItsStatesGrowLarge) {
  // Each bracket is a new state, so that the run outgrows what is kept and is made anew on the way.
  const Compiled g = grammar_of("root ::= \"(\" root? \")\" root?");
  Matcher matcher(g, std::make_shared<const Vocabulary>(std::vector<Token>{{"("}}));
  const std::size_t depth = 400'000;
  for (std::size_t i = 0; i < depth; ++i) ASSERT_TRUE(matcher.accept_bytes("("));
  for (std::size_t i = 0; i < depth; ++i) ASSERT_TRUE(matcher.accept_bytes(")")) << i;
  EXPECT_TRUE(matcher.finished());
  EXPECT_FALSE(matcher.accept_bytes(")"));
}

}  // namespace
}  // namespace genkai::logic::grammar
