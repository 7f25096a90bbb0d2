#include "app/model_choice.h"
#include "app/transports.h"

#include <CLI/CLI.hpp>

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "knowledge/store/knowledge_base.h"
#include "model/upstream/builtin_transport.h"
#include "model/upstream/capabilities.h"
#include "model/upstream/llama_transport.h"

namespace genkai::app {
namespace {

using base::Result;
using model::UpstreamOptions;

constexpr std::size_t kMostSamples = 32;

// As --model names them, each under a name of its own: the model's, and its place where two have the same.
Result<std::vector<UpstreamOptions>> parse(const std::vector<std::string>& urls) {
  std::vector<UpstreamOptions> all;
  for (const std::string& url : urls) {
    GENKAI_ASSIGN_OR_RETURN(UpstreamOptions one, model::parse_model_url(url));
    const auto taken = [&](const std::string& name) {
      return std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.name == name; });
    };
    if (taken(one.name)) {
      const std::size_t host = one.base_url.find("://") + 3;
      one.name += " at " + one.base_url.substr(host, one.base_url.find('/', host) - host);
    }
    if (taken(one.name))
      return base::fail(base::Code::invalid_argument, "the model " + one.name + " is named twice");
    all.push_back(std::move(one));
  }
  for (std::size_t i = 1; i < all.size(); ++i) all.front().fallback.push_back(all[i].name);
  return all;
}

Result<std::shared_ptr<model::Transport>> transport_for(const ModelChoice& choice) {
  if (!choice.replay.empty()) return model::replay_transport(choice.replay);
  auto network = every_transport();
  if (!choice.record.empty()) return model::recording_transport(std::move(network), choice.record);
  return network;
}

}  // namespace

std::string wrong_model_url(const std::string& url) {
  const auto parsed = model::parse_model_url(url);
  return parsed ? std::string() : parsed.error().message + "; " + parsed.error().hint;
}

void add_model_options(CLI::App& verb, ModelChoice& choice) {
  CLI::Option* named =
      verb.add_option(
              "--model", choice.urls,
              "Let a language model draft: http://host:port/v1#name of an OpenAI-compatible server, or "
              "builtin for the one that ships (builtin:FILE.gguf for another, llama:FILE.gguf by llama.cpp's "
              "library); "
              "given again, what is asked when those before fail. The key comes from $GENKAI_API_KEY")
          ->type_name("URL")
          ->allow_extra_args(false)
          ->check(wrong_model_url);
  verb.add_option(
          "--samples", choice.samples,
          "Drafts of the model that are compared, at most; by default the profile's (balanced: 4, and "
          "fewer agree too little for its risk)")
      ->check(CLI::Range(std::size_t{1}, kMostSamples))
      ->needs(named);
  verb.add_option("--programs", choice.programs,
                  "Programs of the model that vote where a value has to be computed; 0: none; by default 4")
      ->check(CLI::Range(std::size_t{0}, kMostSamples))
      ->needs(named);
  CLI::Option* record = verb.add_option("--record", choice.record,
                                        "Append what the model is asked and answers to this file, no keys")
                            ->type_name("FILE")
                            ->needs(named);
  verb.add_option("--replay", choice.replay, "Take the model's answers from such a file, without any network")
      ->type_name("FILE")
      ->needs(named)
      ->excludes(record);
  verb.add_option_function<std::string>(
          "--order",
          [&choice](const std::string& name) { choice.showing.order = limits::context::order_named(name); },
          "Of the passages in its prompt: best at both edges, first or last; by default as genkai probe "
          "retrieval --save found for this model, else edges")
      ->check(CLI::IsMember({"edges", "best_first", "best_last"}))
      ->needs(named);
  verb.add_option("--effective-tokens", choice.showing.effective_tokens,
                  "Show it no more tokens of passages than this, however large its context")
      ->check(CLI::Range(std::size_t{1}, answer::kMostEffectiveTokens))
      ->needs(named);
  verb.add_flag("--recite", choice.showing.recite, "Let it write its quotes before its answer")->needs(named);
  verb.add_flag("--compress", choice.showing.compress,
                "Show it only the sentences that matter of each passage")
      ->needs(named);
}

base::Status check(const ModelChoice& choice) {
  if (auto options = parse(choice.urls); !options) return base::fail(options.error());
  return {};
}

Result<ChosenModel> open_model(const ModelChoice& choice) {
  ChosenModel chosen;
  if (choice.empty()) return chosen;
  GENKAI_ASSIGN_OR_RETURN(auto options, parse(choice.urls));
  const std::string first = options.front().name;
  // A recording holds the probes too, so that a replay needs nothing that only this machine remembers.
  if (choice.record.empty() && choice.replay.empty()) {
    chosen.remembered = std::make_unique<model::RememberedCapabilities>(
        knowledge::home_folder() / "models.json", base::system_clock().unix_seconds());
    for (UpstreamOptions& one : options)  // a built-in model's file says it each time
      if (!one.capabilities) one.capabilities = chosen.remembered->find(one);
  }
  GENKAI_ASSIGN_OR_RETURN(auto transport, transport_for(choice));
  GENKAI_ASSIGN_OR_RETURN(chosen.all, model::Models::create(std::move(options), std::move(transport)));
  chosen.model = chosen.all->find(first);
  return chosen;
}

limits::context::Showing ChosenModel::showing(const ModelChoice& choice) const {
  if (!model) return {};
  return answer::showing_of({model->name(), model->chain().front()->options().model}, choice.showing);
}

void ChosenModel::remember() const {
  if (!remembered) return;
  for (const model::ChatModel* each : all->all()) {
    model::Upstream& upstream = *each->chain().front();
    const std::string& url = upstream.options().base_url;
    if (model::is_builtin(url) || model::is_llama(url)) continue;
    if (const auto seen = upstream.facts().known()) remembered->note(upstream.options(), *seen);
  }
  if (const auto saved = remembered->save(); !saved)
    base::log::warning("what the model can do is not remembered: " + saved.error().message);
}

}  // namespace genkai::app
