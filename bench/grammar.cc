// Processor time of a token mask, per step of writing documents under JSON schemas, over vocabularies of 32k
// and 128k tokens, beside trying each token alone; and of compiling. Tokens are runs of letters, digits,
// punctuation and Japanese as they occur in the files named.
//   build/release/bench/grammar $(git ls-files 'src/*.cc' 'docs/*.md' 'README*' 'examples')

#include <algorithm>
#include <cstdio>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cpu_time.h"
#include "base/file.h"
#include "base/json.h"
#include "logic/grammar/evidence.h"
#include "logic/grammar/matcher.h"
#include "logic/grammar/schema.h"
#include "text/utf8.h"

namespace {

using namespace genkai;
using namespace genkai::logic::grammar;

// Of this thread's own processor time, in microseconds: others may share the machine.
double now() {
  return 1e6 * base::cpu_seconds(base::CpuOf::thread);
}

enum class Piece { letters, digits, japanese, space, other };
Piece piece_of(char32_t c) {
  if (text::is_ascii_letter(c)) return Piece::letters;
  if (text::is_ascii_digit(c)) return Piece::digits;
  if (text::is_space(c)) return Piece::space;
  return c >= 0x80 ? Piece::japanese : Piece::other;
}

// All bytes, and the parts of pieces of text that save the most bytes.
std::vector<Token> tokens_from(const std::vector<std::string>& texts, std::size_t count) {
  std::unordered_map<std::string_view, std::size_t> seen;
  for (const std::string& text : texts)
    for (std::size_t at = 0; at < text.size();) {
      std::vector<std::size_t> bounds{at};
      const Piece piece = piece_of(text::code_point_at(text, at).value);
      const bool blank = text[at] == ' ' && at + 1 < text.size() &&
                         piece_of(text::code_point_at(text, at + 1).value) == Piece::letters;
      std::size_t end = at + text::code_point_at(text, at).length;
      bounds.push_back(end);
      while (end < text.size() && bounds.size() < 24 &&
             piece_of(text::code_point_at(text, end).value) == (blank ? Piece::letters : piece)) {
        end += text::code_point_at(text, end).length;
        bounds.push_back(end);
      }
      for (std::size_t i = 0; i + 1 < bounds.size(); ++i)
        for (std::size_t k = i + 1; k < bounds.size() && k - i <= 16; ++k)
          ++seen[std::string_view(text).substr(bounds[i], bounds[k] - bounds[i])];
      at = end;
    }
  std::vector<std::pair<std::size_t, std::string_view>> best;
  for (const auto& [part, times] : seen)
    if (part.size() > 1) best.emplace_back(times * (part.size() - 1), part);
  std::sort(best.begin(), best.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<Token> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.push_back({std::string(1, static_cast<char>(byte))});
  tokens.push_back({"</s>", TokenKind::end});
  for (std::size_t i = 0; i < best.size() && tokens.size() < count; ++i)
    tokens.push_back({std::string(best[i].second)});
  return tokens;
}

std::vector<TokenId> tokenise(const Vocabulary& vocabulary, std::string_view text) {
  std::unordered_map<std::string_view, TokenId> ids;
  for (TokenId id = 0; id < vocabulary.size(); ++id)
    if (vocabulary.token(id).kind == TokenKind::text) ids.emplace(vocabulary.token(id).bytes, id);
  std::vector<TokenId> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = std::min<std::size_t>(64, text.size() - at);
    while (!ids.contains(text.substr(at, length))) --length;
    tokens.push_back(ids.at(text.substr(at, length)));
    at += length;
  }
  return tokens;
}

struct Task {
  const char* name;
  std::string schema;
  std::vector<std::string> documents;
};

std::vector<Task> tasks() {
  return {
      {"answer with quotes",
       R"({"type":"object","properties":{"answer":{"type":["string","null"]},"quotes":{"type":"array","items":{"type":"object","properties":{"passage":{"type":"integer"},"quote":{"type":"string"}},"required":["passage","quote"],"additionalProperties":false}}},"required":["answer","quotes"],"additionalProperties":false})",
       {R"({"answer": "It opened in 1931, on the third of March.", "quotes": [{"passage": 1, "quote": "The harbour bridge was opened in 1931 by the mayor."}, {"passage": 2, "quote": "橋は1931年に開通した。"}]})",
        R"({"answer": null, "quotes": []})",
        R"({"answer": "会員は無料です。", "quotes": [{"passage": 12, "quote": "会員証を持つ方は入場無料です。ただし特別展は除きます。"}]})"}},
      {"person, bounded strings",
       R"({"type":"object","properties":{"name":{"type":"string","maxLength":200},"age":{"type":"integer","minimum":0,"maximum":150},"email":{"type":"string","pattern":"^[a-z0-9._]+@[a-z0-9.]+$"},"born":{"type":"string","format":"date"},"role":{"enum":["admin","editor","reader","guest"]},"tags":{"type":"array","items":{"type":"string","maxLength":40},"maxItems":10}},"required":["name","age","role"],"additionalProperties":false})",
       {R"({"name": "Ada Lovelace, Countess of Lovelace and daughter of a poet", "age": 36, "email": "ada@example.org", "born": "1815-12-10", "role": "editor", "tags": ["mathematics", "first programmer", "解析機関"]})",
        R"({"name": "夏目漱石", "age": 49, "role": "reader", "tags": ["novelist"]})"}},
      {"any JSON",
       R"(true)",
       {R"({"a": [1, 2.5e3, {"b": null, "long name": "with some text, and a \"quote\""}], "nested": {"deeper": {"deepest": [true, false]}}})"}},
      {"recursive tree",
       R"({"$defs":{"node":{"type":"object","properties":{"value":{"type":"number"},"label":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["value"],"additionalProperties":false}},"$ref":"#/$defs/node"})",
       {R"({"value": 1, "label": "root of it", "children": [{"value": 2.5, "children": [{"value": -3, "label": "a leaf"}, {"value": 4}]}, {"value": 5e10, "label": "another one"}]})"}},
  };
}

struct Times {
  std::vector<double> first, later, alone;
};

double at(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

// One pass over the documents; `alone` takes the time of trying each token at every 16th step, and compares.
void pass(const Matcher& fresh, const Vocabulary& vocabulary,
          const std::vector<std::vector<TokenId>>& documents, std::vector<double>& times,
          std::vector<double>* alone) {
  TokenSet allowed(vocabulary.size()), tried(vocabulary.size());
  for (const auto& tokens : documents) {
    Matcher matcher = fresh;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      const auto begin = now();
      matcher.mask(allowed);
      times.push_back(now() - begin);
      if (alone && i % 16 == 0) {
        const auto start = now();
        tried.clear();
        for (TokenId token = 0; token < vocabulary.size(); ++token) {
          Matcher fork = matcher;
          if (fork.accept(token)) tried.insert(token);
        }
        alone->push_back(now() - start);
        if (tried != allowed) std::printf("!! the mask differs from trying each token alone\n");
      }
      if (i < tokens.size() && !matcher.accept(tokens[i])) {
        std::printf("!! refused: %s\n", vocabulary.token(tokens[i]).bytes.c_str());
        break;
      }
    }
  }
}

void print(const char* name, std::size_t vocabulary, double compile, const Times& times) {
  std::printf("%-24s %7zu  %8.2f  %4zu  %8.1f %9.1f  %8.1f %8.1f  %9.0f\n", name, vocabulary, compile / 1000,
              times.later.size(), at(times.first, .5), at(times.first, .99), at(times.later, .5),
              at(times.later, .99), at(times.alone, .5));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> texts;
  for (int i = 1; i < argc; ++i)
    if (auto file = base::read_file(argv[i])) texts.push_back(text::to_valid_utf8(*file));
  std::printf("%-24s %7s  %8s  %4s  %18s  %17s  %9s\n", "", "", "compile", "", "first pass, us", "later, us",
              "alone, us");
  std::printf("%-24s %7s  %8s  %4s  %8s %9s  %8s %8s  %9s\n", "schema", "tokens", "ms", "n", "p50", "p99",
              "p50", "p99", "p50");
  for (const std::size_t size : {32'000U, 128'000U}) {
    const auto vocabulary = std::make_shared<const Vocabulary>(tokens_from(texts, size));
    Times all;
    const auto run = [&](const char* name, double compiling, const std::shared_ptr<const Grammar>& grammar,
                         const std::vector<std::string>& documents) {
      std::vector<std::vector<TokenId>> tokens;
      for (const auto& document : documents) tokens.push_back(tokenise(*vocabulary, document));
      Times times;
      const auto begin = now();
      const Matcher fresh(grammar, vocabulary);
      compiling += now() - begin;
      pass(fresh, *vocabulary, tokens, times.first, nullptr);
      pass(fresh, *vocabulary, tokens, times.later, &times.alone);
      print(name, vocabulary->size(), compiling, times);
      for (auto part : {&Times::first, &Times::later, &Times::alone})
        (all.*part).insert((all.*part).end(), (times.*part).begin(), (times.*part).end());
    };
    for (const Task& task : tasks()) {
      const auto begin = now();
      const auto schema = Schema::parse(*base::Json::parse(task.schema));
      const auto grammar = schema->grammar();
      run(task.name, now() - begin, *grammar, task.documents);
    }
    const std::string evidence =
        texts.empty() ? "It is red. It is old."
                      : "The \"Iron\" bridge opened in 1931.\n" + texts.front().substr(0, 20'000);
    const auto begin = now();
    const auto rules =
        evidence_reply({evidence}, {.answer = AnswerForm::quote, .quotes = QuoteUnit::characters});
    const auto grammar = compile(*rules);
    const std::string quote = json_escaped(text::to_valid_utf8(evidence.substr(0, 400)));
    run("quotes of 20 KB", now() - begin, *grammar,
        {R"({"answer": "bridge opened in 1931", "quotes": [{"passage": 1, "quote": ")" +
         quote.substr(0, quote.rfind(' ')) + R"("}]})"});
    print("all", vocabulary->size(), 0, all);
  }
}
