#include "simulated_model.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <string>

#include "base/hash.h"

namespace genkai::test {
namespace {

using base::Json;

std::string text_of(const Json& content) {
  if (content.is_string()) return std::string(content.as_string());
  std::string text;
  for (const Json& part : content.items())
    if (part.string("type") == "text") text += part.string("text");
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || byte >= 0x80) {
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

struct NumberedSentence {
  std::string text;
  long number = 0;
};

/// Sentences of the passages in a prompt of genkai (src/answer/draft_prompt.cc): each passage stands between
/// the lines "<key> passage <number> ..." and "<key> end <number>".
std::vector<NumberedSentence> numbered_sentences(std::string_view prompt) {
  constexpr std::string_view kStart = " passage ", kEnd = " end ";
  constexpr std::size_t kKeyLength = 16;
  std::vector<NumberedSentence> sentences;
  long number = 0;
  while (!prompt.empty()) {
    const std::size_t end = std::min(prompt.find('\n'), prompt.size());
    std::string_view line = prompt.substr(0, end);
    prompt.remove_prefix(std::min(end + 1, prompt.size()));
    const bool keyed = line.find_first_not_of("0123456789abcdef") == kKeyLength;
    if (keyed && line.substr(kKeyLength).starts_with(kStart)) {
      number = std::strtol(std::string(line.substr(kKeyLength + kStart.size())).c_str(), nullptr, 10);
      continue;
    }
    if (keyed && line.substr(kKeyLength).starts_with(kEnd)) number = 0;
    if (number == 0) continue;
    while (!line.empty()) {
      std::size_t stop = line.find(". ");
      stop = stop == std::string_view::npos ? line.size() : stop + 1;
      const std::string_view sentence = line.substr(0, stop);
      line.remove_prefix(std::min(stop + 1, line.size()));
      if (!sentence.empty()) sentences.push_back({std::string(sentence), number});
    }
  }
  return sentences;
}

/// The reply that genkai's prompt asks for; no answer unless two words are shared.
Json answer_from(const std::vector<NumberedSentence>& sentences, std::string_view question) {
  const std::vector<std::string> asked = words_of(question);
  const std::set<std::string> wanted(asked.begin(), asked.end());
  const NumberedSentence* best = nullptr;
  double most = 0;
  for (const NumberedSentence& sentence : sentences) {
    const std::vector<std::string> words = words_of(sentence.text);
    const std::set<std::string> held(words.begin(), words.end());
    const auto shared = std::count_if(held.begin(), held.end(), [&](const std::string& word) {
      return word.size() > 3 && wanted.contains(word);
    });
    const double score = static_cast<double>(shared) / std::sqrt(8.0 + static_cast<double>(held.size()));
    if (shared >= 2 && score > most) {
      most = score;
      best = &sentence;
    }
  }
  if (best == nullptr) return Json::object({{"answer", nullptr}, {"quotes", Json::array()}});
  const Json quote = Json::object({{"passage", best->number}, {"quote", best->text}});
  return Json::object({{"answer", best->text}, {"quotes", Json::array({quote})}});
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string what_the_rules_say(const std::string& last, std::uint64_t seed, std::size_t sample) {
  const std::string folded = lower(last);
  if (const std::size_t at = folded.find("count to "); at != std::string::npos) {
    const long end = std::min(std::strtol(folded.c_str() + at + 9, nullptr, 10), 100'000L);
    std::string text;
    for (long i = 1; i <= end; ++i) text += (i > 1 ? " " : "") + std::to_string(i);
    return text;
  }
  if (folded.find("guess") != std::string::npos) {
    const std::uint64_t drawn =
        base::hash64(last + "/" + std::to_string(seed) + "/" + std::to_string(sample));
    return "I guess " + std::to_string(drawn % 1000) + ".";
  }
  return last;
}

/// Cuts at the first stop string and at the limit of tokens.
SimulatedReply finish(std::string text, const Json& body) {
  SimulatedReply reply;
  reply.finish_reason = "stop";
  if (const Json* stop = body.find("stop")) {
    const auto cut = [&](std::string_view at) {
      if (!at.empty()) text.resize(std::min(text.find(at), text.size()));
    };
    if (stop->is_string()) cut(stop->as_string());
    for (const Json& one : stop->items()) cut(one.as_string());
  }
  reply.tokens = tokenize(text);
  const double fallback = body.number("max_tokens", 1e9);
  const auto limit = static_cast<std::size_t>(body.number("max_completion_tokens", fallback));
  if (reply.tokens.size() > limit) {
    reply.tokens.resize(limit);
    reply.finish_reason = "length";
  }
  return reply;
}

const Json* resolve(const Json& schema, const Json& root) {
  const std::string reference = schema.string("$ref");
  if (!reference.starts_with("#/")) return &schema;
  const Json* at = &root;
  std::string_view rest = std::string_view(reference).substr(2);
  while (at != nullptr && !rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    at = at->find(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return at == nullptr ? &schema : at;
}

Json instance(const Json& given, const Json& root, std::string_view text, int depth) {
  const Json& schema = *resolve(given, root);
  if (const Json* value = schema.find("const")) return *value;
  if (const Json* values = schema.find("enum"); values && !values->items().empty()) return values->items()[0];
  for (const char* key : {"anyOf", "oneOf", "allOf"})
    if (const Json* choices = schema.find(key); choices && !choices->items().empty() && depth < 32)
      return instance(choices->items()[0], root, text, depth + 1);
  std::string type = schema.string("type");
  if (const Json* types = schema.find("type"); types && !types->items().empty())
    type = types->items()[0].as_string();
  if (type == "string") return Json(text);
  if (type == "integer") return Json(static_cast<long>(std::ceil(schema.number("minimum"))));
  if (type == "number") return Json(schema.number("minimum"));
  if (type == "boolean") return Json(false);
  if (type == "null") return Json();
  if (type == "array") {
    Json out = Json::array();
    const Json* items = schema.find("items");
    for (double i = 0; items && depth < 32 && i < schema.number("minItems"); i += 1)
      out.push(instance(*items, root, text, depth + 1));
    return out;
  }
  Json out = Json::object();
  if (const Json* properties = schema.find("properties"); properties && depth < 32) {
    const Json* required = schema.find("required");
    for (const auto& [name, property] : properties->members())
      if (!required || std::any_of(required->items().begin(), required->items().end(),
                                   [&](const Json& one) { return one.as_string() == name; }))
        out.set(name, instance(property, root, text, depth + 1));
  }
  return out;
}

/// The function that is to be called, or nullptr.
const Json* chosen_tool(const Json& body, const Json& last_message) {
  const Json* tools = body.find("tools");
  if (!tools || tools->items().empty() || last_message.string("role") == "tool") return nullptr;
  const Json* choice = body.find("tool_choice");
  if (choice && choice->as_string() == "none") return nullptr;
  std::string wanted;
  if (choice && choice->is_object())
    if (const Json* function = choice->find("function")) wanted = function->string("name");
  for (const Json& tool : tools->items())
    if (const Json* function = tool.find("function"))
      if (wanted.empty() || function->string("name") == wanted) return function;
  return nullptr;
}

}  // namespace

std::vector<std::string> tokenize(std::string_view text) {
  std::vector<std::string> tokens;
  std::string token;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool starts_character = (byte & 0xc0) != 0x80;
    const bool word_starts = byte == ' ' && !token.empty() && token.back() != ' ';
    if (!token.empty() && starts_character && (word_starts || token.size() >= 8)) {
      tokens.push_back(std::move(token));
      token.clear();
    }
    token += text[i];
  }
  if (!token.empty()) tokens.push_back(std::move(token));
  return tokens;
}

std::size_t count_tokens(const Json& messages) {
  std::size_t tokens = 0;
  for (const Json& message : messages.items())
    if (const Json* content = message.find("content")) tokens += 4 + text_of(*content).size() / 4;
  return tokens;
}

double logprob_of(std::string_view token, std::size_t place) {
  const std::uint64_t hash = base::hash64(std::string(token) + "#" + std::to_string(place));
  return -0.001 - static_cast<double>(hash % 1000) / 2000.0;
}

std::vector<float> embedding_of(std::string_view text, std::size_t dimensions) {
  std::vector<float> vector(dimensions, 0.F);
  for (const std::string& word : words_of(text)) {
    const std::uint64_t hash = base::hash64(word);
    vector[hash % dimensions] += (hash >> 32 & 1) != 0 ? 1.F : -1.F;
  }
  double norm = 0;
  for (const float x : vector) norm += static_cast<double>(x) * static_cast<double>(x);
  if (norm == 0) {
    vector[0] = 1;
    return vector;
  }
  for (float& x : vector) x = static_cast<float>(static_cast<double>(x) / std::sqrt(norm));
  return vector;
}

Json smallest_instance(const Json& schema, std::string_view text) {
  return instance(schema, schema, text, 0);
}

SimulatedReply simulate_chat(const Json& body, std::size_t sample, std::string_view answer) {
  std::string last;
  Json last_message;
  if (const Json* messages = body.find("messages")) {
    for (const Json& message : messages->items()) {
      const Json* content = message.find("content");
      if (message.string("role") == "user") last = content == nullptr ? std::string() : text_of(*content);
    }
    if (!messages->items().empty()) last_message = messages->items().back();
  }
  if (const auto sentences = numbered_sentences(last); !sentences.empty() && answer.empty()) {
    const std::size_t mark = std::max(last.rfind("Question: ") + 1, last.rfind("質問: ") + 1);
    return finish(answer_from(sentences, std::string_view(last).substr(mark)).dump(), body);
  }
  const auto seed = static_cast<std::uint64_t>(body.number("seed", 0));
  std::string text;
  if (!answer.empty())
    text = answer;
  else if (last_message.string("role") == "tool")
    text = "The tool said: " + text_of(*last_message.find("content"));
  else
    text = what_the_rules_say(last, seed, sample);

  if (const Json* function = chosen_tool(body, last_message)) {
    const Json* parameters = function->find("parameters");
    const Json arguments = parameters ? smallest_instance(*parameters, text) : Json::object();
    const std::string id = "call_" + base::content_hash(last + std::to_string(sample)).substr(0, 16);
    SimulatedReply reply;
    reply.finish_reason = "tool_calls";
    reply.tool_calls =
        Json::array({Json::object({{"id", id},
                                   {"type", "function"},
                                   {"function", Json::object({{"name", function->string("name")},
                                                              {"arguments", arguments.dump()}})}})});
    return reply;
  }
  const Json* format = answer.starts_with('{') ? nullptr : body.find("response_format");
  if (format) {
    if (format->string("type") == "json_object") text = Json::object({{"answer", text}}).dump();
    if (format->string("type") == "json_schema")
      if (const Json* named = format->find("json_schema"))
        if (const Json* schema = named->find("schema")) text = smallest_instance(*schema, text).dump();
  }
  return finish(std::move(text), body);
}

SimulatedReply simulate_completion(const Json& body, std::string_view prompt, std::size_t sample,
                                   std::string_view answer) {
  const auto seed = static_cast<std::uint64_t>(body.number("seed", 0));
  const std::string last(prompt);
  return finish(answer.empty() ? what_the_rules_say(last, seed, sample) : std::string(answer), body);
}

}  // namespace genkai::test
