// Any text is a grammar or an error with a message; what compiles reads any bytes without harm, and its masks
// are what each token alone says. The grammar ends at the first NUL byte, the rest is text for it.

#include <cstdint>
#include <cstdlib>

#include "logic/grammar/matcher.h"

namespace {

using namespace genkai::logic::grammar;

std::shared_ptr<const Vocabulary> vocabulary() {
  static const auto kMade = [] {
    std::vector<Token> tokens;
    for (int byte = 0; byte < 256; ++byte) tokens.push_back({std::string(1, static_cast<char>(byte))});
    for (const char* text : {"ab", "abc", "a\"", "\":", "日", "\xE6\x97", "本語", "  ", "12", "<|end|>"})
      tokens.push_back({text});
    tokens.push_back({"<|end|>", TokenKind::end});
    tokens.push_back({"a", TokenKind::control});
    return std::make_shared<const Vocabulary>(std::move(tokens));
  }();
  return kMade;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view source = input.substr(0, input.find('\0'));
  const std::string_view text =
      source.size() < size ? input.substr(source.size() + 1) : std::string_view("ab");
  const auto rules = parse_rules(source);
  if (!rules) {
    if (rules.error().message.empty()) std::abort();
    return 0;
  }
  const auto grammar = compile(*rules, {.nodes = 20'000});
  if (!grammar) {
    if (grammar.error().message.empty()) std::abort();
    return 0;
  }
  const auto found = match(*grammar, text);
  if (!found) return 0;
  if (found->end > text.size() || (found->whole && found->end < text.size())) std::abort();
  Matcher matcher(*grammar, vocabulary());
  if (!matcher.accept_bytes(text.substr(0, found->end))) std::abort();
  if (found->whole != (found->end == text.size() && matcher.finished())) std::abort();
  TokenSet allowed(vocabulary()->size());
  matcher.mask(allowed);
  for (TokenId token = 0; token < vocabulary()->size(); ++token) {
    Matcher fork = matcher;
    if (fork.accept(token) != allowed.contains(token)) std::abort();
  }
  const std::string forced = matcher.forced(100);
  if (!matcher.accept_bytes(forced)) std::abort();
  return 0;
}
