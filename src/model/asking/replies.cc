#include "model/asking/replies.h"

#include <algorithm>
#include <utility>

namespace genkai::model::asking {
namespace {

using base::Json;

std::uint64_t count_of(const Json& line, std::string_view name) {
  const Json* value = line.find(name);
  return value ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, value->as_int())) : 0;
}

}  // namespace

void Replies::read(std::string_view jsonl) {
  while (!jsonl.empty()) {
    const std::size_t end = std::min(jsonl.find('\n'), jsonl.size());
    const std::string_view text = jsonl.substr(0, end);
    jsonl.remove_prefix(std::min(end + 1, jsonl.size()));
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto line = Json::parse(text);
    const Json* reply_text = line ? line->find("text") : nullptr;
    if (!reply_text || !reply_text->is_string() || line->string("part").empty() ||
        line->string("id").empty()) {
      ++malformed_;
      continue;
    }
    if (line->string("model") != model_ || count_of(*line, "seed") != seed_) continue;
    Reply reply;
    reply.key = {line->string("part"), line->string("id"),
                 static_cast<std::size_t>(count_of(*line, "wording"))};
    reply.asked = line->string("asked");
    reply.text = reply_text->as_string();
    reply.finish_reason = line->string("finish_reason");
    if (const Json* probability = line->find("probability"); probability && probability->is_number())
      if (const double p = probability->as_double(); p >= 0 && p <= 1) reply.probability = p;
    reply.usage = {count_of(*line, "prompt_tokens"), count_of(*line, "completion_tokens"),
                   line->number("money")};
    add(std::move(reply));
  }
}

const Reply* Replies::find(const ReplyKey& key, std::string_view asked) const {
  const Reply* reply = find(key);
  return reply && reply->asked == asked ? reply : nullptr;
}

const Reply* Replies::find(const ReplyKey& key) const {
  const auto found = replies_.find(key);
  return found == replies_.end() ? nullptr : &found->second;
}

void Replies::add(Reply reply) {
  ReplyKey key = reply.key;
  replies_.insert_or_assign(std::move(key), std::move(reply));
}

std::string Replies::line(const Reply& reply) const {
  Json json = Json::object({{"part", reply.key.part},
                            {"id", reply.key.id},
                            {"wording", reply.key.wording},
                            {"seed", seed_},
                            {"model", model_},
                            {"asked", reply.asked},
                            {"text", reply.text},
                            {"finish_reason", reply.finish_reason},
                            {"prompt_tokens", reply.usage.prompt_tokens},
                            {"completion_tokens", reply.usage.completion_tokens}});
  if (reply.usage.money > 0) json.set("money", reply.usage.money);
  if (reply.probability) json.set("probability", *reply.probability);
  return json.dump() + "\n";
}

Usage Replies::usage() const {
  Usage sum;
  for (const auto& [key, reply] : replies_) sum += reply.usage;
  return sum;
}

void Replies::keep(const std::map<ReplyKey, std::string>& asked) {
  std::erase_if(replies_, [&](const auto& one) {
    const auto found = asked.find(one.first);
    return found == asked.end() || found->second != one.second.asked;
  });
}

}  // namespace genkai::model::asking
