#include "model/upstream/remembered_capabilities.h"

#include <utility>

#include "base/json.h"

namespace genkai::model {
namespace {

using base::Json;

constexpr std::int64_t kWeek = std::int64_t{7} * 24 * 3600, kVersion = 1;
constexpr std::size_t kLargest = 1 << 20;  // bytes of the file

constexpr std::pair<const char*, bool Capabilities::*> kFlags[] = {
    {"streaming", &Capabilities::streaming},
    {"logprobs", &Capabilities::logprobs},
    {"multiple_samples", &Capabilities::multiple_samples},
    {"seed", &Capabilities::seed},
    {"json_schema", &Capabilities::json_schema},
    {"tools", &Capabilities::tools},
    {"images", &Capabilities::images},
    {"embeddings", &Capabilities::embeddings},
    {"completes_only", &Capabilities::completes_only}};

std::string name_of(const UpstreamOptions& options) {
  return options.base_url + "#" + options.model;
}

}  // namespace

RememberedCapabilities::RememberedCapabilities(base::Path file, std::int64_t unix_seconds)
    : file_(std::move(file)), now_(unix_seconds) {
  const auto text = base::read_file(file_, kLargest);
  const auto json = text ? Json::parse(*text) : base::fail(text.error());
  const Json* models = json && json->is_object() ? json->find("models") : nullptr;
  if (!models || !models->is_object() || json->number("version") != kVersion) return;
  for (const auto& [name, value] : models->members()) {
    const Json* context = value.is_object() ? value.find("context_tokens") : nullptr;
    if (!context || !context->is_number() || context->as_int() <= 0) continue;
    Entry entry;
    entry.seen_at = static_cast<std::int64_t>(value.number("seen_at"));
    if (entry.seen_at > now_ || entry.seen_at + kWeek < now_) continue;
    entry.capabilities.context_tokens = static_cast<std::size_t>(context->as_int());
    for (const auto& [key, flag] : kFlags)
      if (const Json* seen = value.find(key)) entry.capabilities.*flag = seen->as_bool();
    entries_.emplace(name, entry);
  }
}

std::optional<Capabilities> RememberedCapabilities::find(const UpstreamOptions& options) const {
  const auto found = options.model.empty() ? entries_.end() : entries_.find(name_of(options));
  if (found == entries_.end()) return std::nullopt;
  return found->second.capabilities;
}

void RememberedCapabilities::note(const UpstreamOptions& options, const Capabilities& seen) {
  if (options.model.empty()) return;
  entries_[name_of(options)] = {now_, seen};
  changed_ = true;
}

base::Status RememberedCapabilities::save() {
  if (!changed_) return {};
  Json models = Json::object();
  for (const auto& [name, entry] : entries_) {
    Json one =
        Json::object({{"seen_at", entry.seen_at}, {"context_tokens", entry.capabilities.context_tokens}});
    for (const auto& [key, flag] : kFlags) one.set(key, entry.capabilities.*flag);
    models.set(name, std::move(one));
  }
  GENKAI_RETURN_IF_ERROR(base::create_folders(file_.parent_path()));
  GENKAI_RETURN_IF_ERROR(base::write_file_atomically(
      file_, Json::object({{"version", kVersion}, {"models", std::move(models)}}).dump(2) + "\n"));
  changed_ = false;
  return {};
}

}  // namespace genkai::model
