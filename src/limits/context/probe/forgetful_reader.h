#pragma once
// For tests: a reader behind the protocol that answers from what it reads, and forgets as it is told.
//
//   ForgetfulReader reader([](std::size_t tokens, double depth) { return tokens <= 2000 ? 1.0 : 0.0; });
//   auto models = reader.models();                        // a ChatModel over a transport of this process
//
// Each line of the text is read with the probability that is given for the text's estimated tokens and the
// line's place, 0 to 1, drawn by the line and the seed. From the lines that it read it answers each question
// of the probe by following the sentences' patterns; where they say nothing it says "unknown".

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/json.h"
#include "base/rng.h"
#include "limits/context/probe/wording.h"
#include "model/upstream/chat_model.h"
#include "model/upstream/scripted_transport.h"
#include "text/text.h"

namespace genkai::limits::context::probe {

class ForgetfulReader {
 public:
  using Reads = std::function<double(std::size_t tokens, double depth)>;
  explicit ForgetfulReader(Reads reads, std::uint64_t seed = 1) : reads_(std::move(reads)), seed_(seed) {}

  std::unique_ptr<model::Models> models(bool completes = false) const {
    model::UpstreamOptions options;
    options.name = options.model = "forgetful";
    options.base_url = "http://reader/v1";
    options.capabilities = model::Capabilities{.completes_only = completes, .context_tokens = 1 << 20};
    auto transport = std::make_shared<model::ScriptedTransport>([reader = *this](
                                                                    const model::HttpRequest& request,
                                                                    std::size_t) {
      const auto body = base::Json::parse(request.body);
      const base::Json message = base::Json::object(
          {{"role", "assistant"},
           {"content", reader.reply(std::string(body->find("messages")->items().back().string("content")))}});
      return model::ScriptedAnswer::json(
          base::Json::object(
              {{"id", "x"},
               {"model", "forgetful"},
               {"choices", base::Json::array({base::Json::object(
                               {{"index", 0}, {"message", message}, {"finish_reason", "stop"}})})},
               {"usage", base::Json::object({{"prompt_tokens", 9}, {"completion_tokens", 3}})}})
              .dump());
    });
    return *model::Models::create({options}, std::move(transport));
  }

  std::string reply(const std::string& prompt) const {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= prompt.size();) {
      const std::size_t end = std::min(prompt.find('\n', at), prompt.size());
      lines.push_back(prompt.substr(at, end - at));
      if (lines.back().starts_with(' ')) lines.back().erase(0, 1);
      at = end + 1;
    }
    for (const text::Language language : {text::Language::english, text::Language::japanese}) {
      const Wording& words = wording_of(language);
      for (const std::string& line : lines) {
        const std::string_view begin =
            line.starts_with("Question: ") ? std::string_view("Question: ") : words.question;
        if (!line.starts_with(begin)) continue;
        const std::string answer = answer_of(read(lines), line.substr(begin.size()), words);
        if (!answer.empty()) return answer;
      }
    }
    return "unknown";
  }

 private:
  // S and V of a line that has the pattern's form.
  static std::optional<std::pair<std::string, std::string>> match(std::string_view pattern,
                                                                  std::string_view line) {
    std::pair<std::string, std::string> out;
    std::string* open = nullptr;
    for (std::size_t at = 0; at < pattern.size();) {
      if (pattern[at] == '{') {
        open = pattern[at + 1] == 'S' ? &out.first : &out.second;
        at += 3;
        continue;
      }
      const std::size_t end = std::min(pattern.find('{', at), pattern.size());
      const std::string_view literal = pattern.substr(at, end - at);
      const std::size_t found = end == pattern.size() && line.size() >= literal.size()
                                    ? line.size() - literal.size()
                                    : line.find(literal);
      if (found == line.npos || line.substr(found, literal.size()) != literal || (!open && found > 0))
        return {};
      if (open) *open = line.substr(0, found);
      open = nullptr;
      line.remove_prefix(found + literal.size());
      at = end;
    }
    return out;
  }

  std::vector<std::string> read(const std::vector<std::string>& lines) const {
    std::size_t all = 0, before = 0;
    const auto is_text = [](const std::string& line) { return line.ends_with(".") || line.ends_with("。"); };
    for (const std::string& line : lines)
      if (is_text(line)) all += text::estimate_tokens(line);
    std::vector<std::string> out;
    for (const std::string& line : lines) {
      if (!is_text(line)) continue;
      const std::size_t own = text::estimate_tokens(line);
      const double depth = all <= own ? 0 : static_cast<double>(before) / static_cast<double>(all - own);
      before += own;
      if (base::Rng(base::hash64(line, seed_)).uniform() < reads_(all, depth)) out.push_back(line);
    }
    return out;
  }

  static std::string answer_of(const std::vector<std::string>& lines, const std::string& question,
                               const Wording& words) {
    const auto values = [&](std::string_view pattern, const std::string& subject) {
      std::vector<std::string> out;
      for (const std::string& line : lines)
        if (const auto found = match(pattern, line); found && found->first == subject)
          out.push_back(found->second);
      return out;
    };
    const auto first = [](const std::vector<std::string>& all) {
      return all.empty() ? std::string() : all.front();
    };
    if (const auto asked = match(words.ask_author_birthplace, question))
      return first(values(words.birthplace, first(values(words.author, asked->first))));
    if (const auto asked = match(words.ask_birthplace, question))
      return first(values(words.birthplace, asked->first));
    if (const auto asked = match(words.ask_houses, question)) {
      std::string all;
      for (const std::string& house : values(words.house, asked->first)) all += house + ", ";
      return all;
    }
    if (const auto asked = match(words.ask_code, question)) return first(values(words.code, asked->first));
    if (const auto asked = match(words.ask_variable, question)) {
      std::string variable = asked->first;
      for (int i = 0; i < 10; ++i) {
        const std::string next = first(values(words.copied, variable));
        if (next.empty()) break;
        variable = next;
      }
      return first(values(words.set_to, variable));
    }
    std::map<std::string, std::size_t> counts;
    for (const std::string& line : lines)
      if (const auto found = match(words.occupation, line)) ++counts[found->second];
    if (question == words.ask_most_common) {
      std::string best;
      for (const auto& [occupation, count] : counts)
        if (best.empty() || count > counts[best]) best = occupation;
      return best;
    }
    if (const auto asked = match(words.ask_occupation_count, question))
      return std::to_string(counts[asked->second]);
    return {};
  }

  Reads reads_;
  std::uint64_t seed_;
};

}  // namespace genkai::limits::context::probe
