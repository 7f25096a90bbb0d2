// Any JSON is a schema or an error with a message. What a schema's grammar matches is JSON, and conforms but
// for what is left to the check. The schema ends at the first NUL byte, the rest is a document.

#include <cstdint>
#include <cstdlib>

#include "logic/grammar/matcher.h"
#include "logic/grammar/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::logic::grammar;
  using genkai::base::Json;
  if (size > 20'000) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view source = input.substr(0, input.find('\0'));
  const std::string_view text =
      source.size() < size ? input.substr(source.size() + 1) : std::string_view("{}");
  const auto json = Json::parse(source);
  if (!json) return 0;
  const auto schema = Schema::parse(*json);
  if (!schema) {
    if (schema.error().message.empty()) std::abort();
    return 0;
  }
  const auto document = Json::parse(text);
  const auto violation = document ? schema->check(*document) : std::nullopt;
  if (violation && violation->message.empty()) std::abort();
  const auto rules = schema->rules();
  if (!rules) return 0;
  const auto grammar = compile(*rules, {.nodes = 50'000});
  if (!grammar) {
    if (grammar.error().message.empty()) std::abort();
    return 0;
  }
  const auto found = match(*grammar, text);
  if (!found || !found->whole) return 0;
  if (!document) std::abort();
  const bool twice = violation && violation->message.find("twice") != std::string::npos;
  if (violation && !twice && schema->checked_after().empty()) std::abort();
  return 0;
}
