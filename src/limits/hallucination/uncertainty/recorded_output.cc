#include "limits/hallucination/uncertainty/recorded_output.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace genkai::limits::hallucination {
namespace {

using base::Code;
using base::Json;
using base::Result;

constexpr double kRounding = 1e-3;  // servers that round write 1e-6 for the logarithm of 1

bool is_logprob(double value) {
  return std::isfinite(value) && value <= kRounding;
}

tl::unexpected<base::Error> wrong(const std::string& what, const std::string& expected) {
  return base::fail(Code::invalid_argument, what + " must be " + expected,
                    "docs/formats/score.md has the format");
}

Result<double> logprob_of(const Json& value, const std::string& what) {
  if (!value.is_number() || !is_logprob(value.as_double())) return wrong(what, "a number of at most 0");
  return std::min(0.0, value.as_double());
}

// [["a", -0.1], ...], [{"token": "a", "logprob": -0.1}, ...] or {"a": -0.1}.
Result<std::vector<std::pair<std::string, double>>> parse_top(const Json& value, const std::string& what) {
  std::vector<std::pair<std::string, double>> top;
  for (const auto& [token, logprob] : value.members()) {
    GENKAI_ASSIGN_OR_RETURN(const double number, logprob_of(logprob, what));
    top.emplace_back(token, number);
  }
  for (const Json& one : value.items()) {
    const bool pair = one.is_array() && one.items().size() == 2;
    const Json* logprob = pair ? &one.items()[1] : one.find("logprob");
    if (!logprob) return wrong(what, "a list of tokens, each with its logprob");
    GENKAI_ASSIGN_OR_RETURN(const double number, logprob_of(*logprob, what));
    top.emplace_back(pair ? std::string(one.items()[0].as_string()) : one.string("token"), number);
  }
  return top;
}

Result<model::TokenLogprob> parse_token(const Json& value, const std::string& what) {
  model::TokenLogprob token;
  const Json* logprob = value.is_object() ? value.find("logprob") : &value;
  if (value.is_array() && value.items().size() == 2) {
    token.token = std::string(value.items()[0].as_string());
    logprob = &value.items()[1];
  }
  if (!logprob) return wrong(what, "a number, or an object with \"logprob\"");
  GENKAI_ASSIGN_OR_RETURN(token.logprob, logprob_of(*logprob, what));
  if (value.is_object()) {
    token.token = value.string("token");
    for (const char* name : {"top", "top_logprobs"})
      if (const Json* top = value.find(name); top && !top->is_null()) {
        GENKAI_ASSIGN_OR_RETURN(token.top, parse_top(*top, what + "." + name));
      }
  }
  return token;
}

// The content of an OpenAI choice's logprobs, or the list itself.
const Json& token_list(const Json& value) {
  const Json* content = value.find("content");
  return content ? *content : value;
}

Result<std::optional<double>> parse_share(const Json& owner, std::initializer_list<const char*> names,
                                          const std::string& where) {
  for (const char* name : names) {
    const Json* value = owner.find(name);
    if (!value || value->is_null()) continue;
    const auto share = parse_confidence(*value);
    if (!share) return wrong(where + name, "from 0 to 1, or a percentage");
    return share;
  }
  return std::optional<double>();
}

Result<RecordedSample> parse_sample(const Json& value, const std::string& what) {
  RecordedSample sample;
  if (value.is_string()) {
    sample.text = std::string(value.as_string());
    return sample;
  }
  const Json* text = value.find("text");
  if (!text || !text->is_string()) return wrong(what, "a text, or an object with \"text\"");
  sample.text = std::string(text->as_string());
  for (const char* name : {"tokens", "logprobs"}) {
    const Json* tokens = value.find(name);
    if (!tokens || tokens->is_null() || !sample.tokens.empty()) continue;
    const Json& list = token_list(*tokens);
    if (!list.is_array()) return wrong(what + "." + name, "a list");
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      GENKAI_ASSIGN_OR_RETURN(
          auto token, parse_token(list.items()[i], what + "." + name + "[" + std::to_string(i) + "]"));
      sample.tokens.push_back(std::move(token));
    }
  }
  if (const Json* logprob = value.find("logprob"); logprob && !logprob->is_null()) {
    GENKAI_ASSIGN_OR_RETURN(sample.logprob, logprob_of(*logprob, what + ".logprob"));
  }
  const std::int64_t count = value.find("token_count") ? value.find("token_count")->as_int(-1) : 0;
  if (count < 0) return wrong(what + ".token_count", "a whole number");
  sample.token_count = static_cast<std::size_t>(count);
  GENKAI_ASSIGN_OR_RETURN(sample.stated_confidence,
                          parse_share(value, {"stated_confidence", "confidence"}, what + "."));
  return sample;
}

Result<OtherAnswer> parse_other(const Json& value, const std::string& what) {
  OtherAnswer other;
  if (value.is_string()) {
    other.text = std::string(value.as_string());
    return other;
  }
  const Json* text = value.find("text");
  if (!text || !text->is_string()) return wrong(what, "a text, or an object with \"text\"");
  other.text = std::string(text->as_string());
  other.model = value.string("model");
  GENKAI_ASSIGN_OR_RETURN(other.stated_confidence,
                          parse_share(value, {"stated_confidence", "confidence"}, what + "."));
  return other;
}

Result<bool> parse_flag(const Json& value, const std::string& what) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_number() && (value.as_double() == 0 || value.as_double() == 1)) return value.as_double() == 1;
  return wrong(what, "true or false");
}

Json sample_json(const RecordedSample& sample) {
  Json json = Json::object({{"text", sample.text}});
  if (!sample.tokens.empty()) {
    Json tokens = Json::array();
    for (const auto& token : sample.tokens) {
      Json one = Json::object({{"token", token.token}, {"logprob", token.logprob}});
      if (!token.top.empty()) {
        Json top = Json::array();
        for (const auto& [text, logprob] : token.top) top.push(Json::array({text, logprob}));
        one.set("top", std::move(top));
      }
      tokens.push(std::move(one));
    }
    json.set("tokens", std::move(tokens));
  }
  if (sample.logprob) json.set("logprob", *sample.logprob);
  if (sample.token_count > 0) json.set("token_count", sample.token_count);
  if (sample.stated_confidence) json.set("stated_confidence", *sample.stated_confidence);
  return json;
}

}  // namespace

std::optional<double> parse_confidence(const Json& value) {
  double number = 0;
  bool percent = false;
  if (value.is_number()) {
    number = value.as_double();
  } else if (value.is_string()) {
    const std::string text(value.as_string());
    char* end = nullptr;
    number = std::strtod(text.c_str(), &end);
    if (end == text.c_str()) return {};
    std::string_view rest(end);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    percent = rest == "%" || rest == "％";
    if (!percent && !rest.empty()) return {};
  } else {
    return {};
  }
  if (percent || number > 1) number /= 100;
  if (!(number >= 0 && number <= 1)) return {};
  return number;
}

Result<RecordedOutput> parse_recorded_output(const Json& line) {
  if (!line.is_object()) return wrong("a line", "a JSON object");
  RecordedOutput output;
  if (const Json* id = line.find("id")) output.id = id->is_string() ? id->as_string() : id->dump();
  output.question = line.string("question");
  if (const Json* samples = line.find("samples")) {
    if (!samples->is_array()) return wrong("samples", "a list");
    if (samples->items().size() > kMostRecordedSamples) return wrong("samples", "at most 100,000");
    for (std::size_t i = 0; i < samples->items().size(); ++i) {
      GENKAI_ASSIGN_OR_RETURN(auto sample,
                              parse_sample(samples->items()[i], "samples[" + std::to_string(i) + "]"));
      output.samples.push_back(std::move(sample));
    }
  }
  GENKAI_ASSIGN_OR_RETURN(output.stated_confidence,
                          parse_share(line, {"stated_confidence", "confidence"}, ""));
  GENKAI_ASSIGN_OR_RETURN(output.p_true, parse_share(line, {"p_true"}, ""));
  if (!output.stated_confidence && !output.samples.empty())
    output.stated_confidence = output.samples.front().stated_confidence;
  if (const Json* others = line.find("others")) {
    if (!others->is_array()) return wrong("others", "a list");
    for (std::size_t i = 0; i < others->items().size(); ++i) {
      GENKAI_ASSIGN_OR_RETURN(auto other,
                              parse_other(others->items()[i], "others[" + std::to_string(i) + "]"));
      output.others.push_back(std::move(other));
    }
  }
  if (const Json* answers = line.find("answers")) {
    if (answers->is_string()) output.answers.emplace_back(answers->as_string());
    for (const Json& answer : answers->items()) {
      if (!answer.is_string()) return wrong("answers", "texts");
      output.answers.emplace_back(answer.as_string());
    }
  }
  if (const Json* correct = line.find("correct"); correct && !correct->is_null()) {
    GENKAI_ASSIGN_OR_RETURN(output.correct, parse_flag(*correct, "correct"));
  }
  if (const Json* abstained = line.find("abstained"); abstained && !abstained->is_null()) {
    GENKAI_ASSIGN_OR_RETURN(output.abstained, parse_flag(*abstained, "abstained"));
  }
  if (const Json* group = line.find("group"))
    output.group = group->is_string() ? group->as_string() : group->dump();
  return output;
}

Json to_json(const RecordedOutput& output) {
  Json json = Json::object({{"id", output.id}, {"question", output.question}});
  Json samples = Json::array();
  for (const auto& sample : output.samples) samples.push(sample_json(sample));
  json.set("samples", std::move(samples));
  if (output.stated_confidence) json.set("stated_confidence", *output.stated_confidence);
  if (output.p_true) json.set("p_true", *output.p_true);
  if (!output.others.empty()) {
    Json others = Json::array();
    for (const auto& other : output.others) {
      Json one = Json::object({{"model", other.model}, {"text", other.text}});
      if (other.stated_confidence) one.set("stated_confidence", *other.stated_confidence);
      others.push(std::move(one));
    }
    json.set("others", std::move(others));
  }
  if (!output.answers.empty()) {
    Json answers = Json::array();
    for (const auto& answer : output.answers) answers.push(answer);
    json.set("answers", std::move(answers));
  }
  if (output.correct) json.set("correct", *output.correct);
  if (output.abstained) json.set("abstained", true);
  if (!output.group.empty()) json.set("group", output.group);
  return json;
}

RecordedSample to_recorded(const model::Sample& sample) {
  return {.text = sample.text, .tokens = sample.tokens};
}

std::optional<double> sequence_logprob(const RecordedSample& sample) {
  if (sample.tokens.empty()) {
    if (sample.logprob && is_logprob(*sample.logprob)) return std::min(0.0, *sample.logprob);
    return {};
  }
  double sum = 0;
  for (const auto& token : sample.tokens) {
    if (!is_logprob(token.logprob)) return {};
    sum += std::min(0.0, token.logprob);
  }
  return sum;
}

std::optional<double> mean_token_logprob(const RecordedSample& sample) {
  const std::size_t count = sample.tokens.empty() ? sample.token_count : sample.tokens.size();
  const auto sum = sequence_logprob(sample);
  if (!sum || count == 0) return {};
  return *sum / static_cast<double>(count);
}

}  // namespace genkai::limits::hallucination
