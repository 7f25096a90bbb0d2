#include "app/config.h"

#include <algorithm>
#include <cstdlib>

#include "app/config_section.h"
#include "knowledge/store/knowledge_base.h"
#include "model/upstream/chat_model.h"

namespace genkai::app {

using base::Code;
using base::Path;
using base::Result;
using base::Status;

namespace {

constexpr std::uint64_t kMany = 1'000'000, kBytes = std::uint64_t{1} << 30;
constexpr double kMoney = 1e12;
constexpr std::string_view kReservedStart = "genkai/", kReservedEnd = "+checked";

void read_server(Section section, Config& config) {
  section.text("address", config.http.address);
  section.number("port", config.http.port, 0, 65'535);
  section.number("threads", config.http.threads, 0, 1'024);
  section.number("connections", config.http.connections, 1, kMany);
  section.number("header_limit", config.http.header_limit, 1'024, 1 << 20);
  section.number("body_limit", config.http.body_limit, 1'024, kBytes);
  section.seconds("header_timeout", config.http.header_timeout);
  section.seconds("body_timeout", config.http.body_timeout);
  section.seconds("idle_timeout", config.http.idle_timeout);
  section.seconds("write_timeout", config.http.write_timeout);
  section.seconds("drain", config.drain);
  section.finish();
}

void read_gateway(Section section, Config& config) {
  section.text("default_model", config.gateway.default_model);
  section.flag("admin_routes", config.gateway.admin_routes);
  section.flag("console", config.gateway.console);
  section.number("workers", config.gateway.workers, 0, 1'024);
  section.number("checked_samples", config.gateway.checked_samples, 1, 32);
  if (std::string how; section.text("earlier_answers", how)) {
    const auto named = answer::earlier_answers_named(how);
    if (named)
      config.gateway.earlier_answers = *named;
    else
      section.wrong("earlier_answers", "is \"off\", \"report\" or \"repair\"");
  }
  section.seconds("keep_alive", config.gateway.keep_alive);
  section.seconds("deadline", config.gateway.deadline);
  section.finish();
}

void read_answer(Section section, Config& config) {
  answer::AnswererOptions& options = config.gateway.answerer;
  std::string profile;
  if (section.text("profile", profile)) {
    const auto named = limits::hallucination::profile_of(profile);
    if (named)
      answer::apply(*named, options);
    else
      section.wrong("profile", "it has to be exact, balanced or creative");
  }
  section.real("risk", options.policy.risk, 0.005, 0.9);
  section.number("answers", options.policy.answers, 1, 100);
  section.number("evidence_tokens", options.budget.tokens, 100, 1'000'000);
  section.number("evidence_passages", options.budget.passages, 1, 1'000);
  section.number("quotes", options.drafts, 1, 100);
  section.number("samples", options.samples, 1, 32);
  section.number("programs", options.programs, 0, 32);
  section.number("isolated", options.isolated, 0, 32);
  section.number("draft_tokens", options.draft_tokens, 16, 1'000'000);
  section.seconds("draft_deadline", options.draft_deadline);
  section.number("hypotheses", options.hypotheses, 0, 4);
  section.flag("python", options.python);
  section.number("verification_questions", options.verification_questions, 0, 16);
  section.flag("solver", options.solver);
  section.finish();
}

void read_telemetry(Section section, Config& config) {
  section.text("otlp_endpoint", config.telemetry.otlp_endpoint);
  const std::string& endpoint = config.telemetry.otlp_endpoint;
  if (!endpoint.empty() && !endpoint.starts_with("http://") && !endpoint.starts_with("https://"))
    section.wrong("otlp_endpoint", "is a URL such as \"http://127.0.0.1:4318\"");
  section.text("service_name", config.telemetry.service_name);
  section.flag("access_log", config.telemetry.access_log);
  section.finish();
}

void read_feedback(Section section, const Path& folder, Config& config) {
  serve::RiskWatchOptions& options = config.feedback;
  if (std::string file; section.text("file", file)) {
    options.file = file.empty() ? Path() : folder / file;
    options.file_required = true;
  }
  section.real("delta", options.delta, 0.0001, 0.5);
  section.number("remember_days", options.remember_days, 1, 3'650);
  if (std::string action; section.text("on_breach", action)) {
    if (action == "tighten")
      options.on_breach = serve::OnBreach::tighten;
    else if (action == "stop")
      options.on_breach = serve::OnBreach::stop;
    else if (action == "warn")
      options.on_breach = serve::OnBreach::warn;
    else
      section.wrong("on_breach", "is \"tighten\", \"stop\" or \"warn\"");
  }
  section.finish();
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" \t\r\n") + 1 - from);
}

void read_key(Section& section, model::UpstreamOptions& options, const Path& folder) {
  section.refuse("key", "would put a secret into this file",
                 "name an environment variable with key_env, or a file with key_file");
  section.refuse("api_key", "would put a secret into this file",
                 "name an environment variable with key_env, or a file with key_file");
  std::string variable, file;
  const bool by_variable = section.text("key_env", variable), by_file = section.text("key_file", file);
  if (by_variable && by_file) return section.wrong("key_file", "and key_env exclude each other");
  if (by_variable) {
    const char* value = std::getenv(variable.c_str());
    options.key = value ? trimmed(value) : "";
    if (options.key.empty())
      section.wrong("key_env", "names " + variable + ", which is not set",
                    "set it where genkai serve is started");
  }
  if (by_file) {
    const auto content = base::read_file(folder / file, 1 << 16);
    if (!content) return section.wrong("key_file", "cannot be read: " + content.error().message);
    options.key = trimmed(*content);
    if (options.key.empty()) section.wrong("key_file", "names an empty file");
  }
}

void read_capabilities(Section& section, model::UpstreamOptions& options) {
  std::vector<std::string> names;
  if (!section.texts("capabilities", names)) return;
  model::Capabilities can;
  const std::pair<const char*, bool*> known[] = {{"streaming", &can.streaming},
                                                 {"logprobs", &can.logprobs},
                                                 {"multiple_samples", &can.multiple_samples},
                                                 {"seed", &can.seed},
                                                 {"json_schema", &can.json_schema},
                                                 {"tools", &can.tools},
                                                 {"images", &can.images},
                                                 {"embeddings", &can.embeddings}};
  std::string all;
  for (const auto& [name, flag] : known) all += (all.empty() ? "" : ", ") + std::string(name);
  for (const std::string& name : names) {
    const auto* found =
        std::find_if(std::begin(known), std::end(known), [&](const auto& one) { return one.first == name; });
    if (found == std::end(known)) return section.wrong("capabilities", "knows no " + name, "it knows " + all);
    *found->second = true;
  }
  if (options.context_tokens != 0) can.context_tokens = options.context_tokens;
  options.capabilities = can;
}

void read_showing(Section& section, answer::ShowingChoice& showing) {
  if (std::string name; section.text("order", name)) {
    showing.order = limits::context::order_named(name);
    if (!showing.order) section.wrong("order", "is \"edges\", \"best_first\" or \"best_last\"");
  }
  section.number("effective_tokens", showing.effective_tokens, 0, answer::kMostEffectiveTokens);
  section.flag("recite", showing.recite);
  section.flag("compress", showing.compress);
}

void read_model(Section section, const std::string& name, const Path& folder, Config& config) {
  model::UpstreamOptions options;
  std::string url, base_url;
  const bool has_url = section.text("url", url), has_base = section.text("base_url", base_url);
  if (has_url == has_base) {
    section.wrong(has_url ? "base_url" : "url",
                  has_url ? "is the same as url: give one of them" : "is missing",
                  "write url = \"http://host:port/v1\"");
  } else if (auto parsed = model::parse_model_url(has_url ? url : base_url)) {
    options = std::move(*parsed);
  } else {
    section.wrong(has_url ? "url" : "base_url", "is wrong: " + parsed.error().message, parsed.error().hint);
  }
  options.name = name;
  options.key.clear();  // that of the environment is meant for one endpoint, and which one is not known here
  if (name.empty() || name.starts_with(kReservedStart) || name.ends_with(kReservedEnd) ||
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c <= 32 || c == 127; }))
    section.wrong("url", "belongs to a model whose name is reserved or no name",
                  "no spaces, not beginning with genkai/, not ending with +checked");
  section.text("model", options.model);
  read_key(section, options, folder);
  section.texts("fallback", options.fallback);
  section.number("retries", options.retries, 0, 100);
  section.seconds("first_backoff", options.first_backoff);
  section.seconds("longest_backoff", options.longest_backoff);
  section.seconds("connect_timeout", options.connect_timeout);
  section.seconds("headers_timeout", options.headers_timeout);
  section.seconds("idle_timeout", options.idle_timeout);
  section.seconds("deadline", options.deadline);
  section.number("concurrency", options.concurrency, 1, kMany);
  section.number("breaker_failures", options.breaker_failures, 1, kMany);
  section.seconds("breaker_pause", options.breaker_pause);
  section.number("budget_tokens", options.budget.tokens, 0, std::uint64_t{1} << 53);
  section.real("budget_money", options.budget.money, 0, kMoney);
  section.real("price_prompt", options.price_prompt, 0, kMoney);
  section.real("price_completion", options.price_completion, 0, kMoney);
  section.number("context_tokens", options.context_tokens, 0, 1'000'000'000);
  section.number("body_limit", options.body_limit, 1'024, kBytes);
  read_capabilities(section, options);
  read_showing(section, config.gateway.showing[name]);
  section.finish();
  config.models.push_back(std::move(options));
}

void read_models(const toml::table& models, const Path& folder, ConfigErrors& errors, Config& config) {
  std::vector<std::pair<std::string, const toml::table*>> found;
  for (const auto& [key, node] : models) {
    if (!node.is_table())
      return errors.add(node.source(), "[models] holds one table a model",
                        "write [models." + std::string(key.str()) + "]");
    found.emplace_back(key.str(), node.as_table());
  }
  // In the order of the file, which the table does not keep.
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.second->source().begin < b.second->source().begin; });
  for (const auto& [name, table] : found)
    read_model({*table, "models." + name, errors}, name, folder, config);
}

}  // namespace

serve::RiskWatchOptions Config::default_feedback() {
  serve::RiskWatchOptions options;
  options.file = knowledge::home_folder() / "feedback.jsonl";
  options.file_required = false;
  return options;
}

Result<Config> parse_config(std::string_view text, const std::string& file, const Path& folder) {
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed)
    return base::fail(Code::invalid_argument,
                      file + ", line " + std::to_string(parsed.error().source().begin.line) +
                          ": it is no TOML: " + std::string(parsed.error().description()));
  Config config;
  ConfigErrors errors(file);
  for (const auto& [key, node] : parsed.table()) {
    const std::string name(key.str());
    const toml::table* table = node.as_table();
    if (!table) {
      errors.add(key.source(), name + " stands outside of a section",
                 "put it below [server] or another section");
      continue;
    }
    Section section(*table, name, errors);
    if (name == "server") {
      read_server(section, config);
    } else if (name == "gateway") {
      read_gateway(section, config);
    } else if (name == "answer") {
      read_answer(section, config);
    } else if (name == "telemetry") {
      read_telemetry(section, config);
    } else if (name == "feedback") {
      read_feedback(section, folder, config);
    } else if (name == "models") {
      read_models(*table, folder, errors, config);
    } else if (name == "keys") {
      std::string path;
      if (section.text("file", path) && path.empty()) section.wrong("file", "is empty");
      if (!path.empty()) config.key_file = folder / path;
      section.finish();
    } else if (name == "knowledge") {
      section.texts("serve", config.knowledge);
      for (std::string& base : config.knowledge)
        if (base.find('/') != std::string::npos) base = (folder / base).string();
      section.finish();
    } else {
      errors.add(key.source(), "there is no section [" + name + "]",
                 "there are server, keys, models, gateway, knowledge, answer, feedback and telemetry");
    }
  }
  GENKAI_RETURN_IF_ERROR(errors.status());
  return config;
}

Result<Config> read_config(const Path& file) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file, 1 << 20));
  return parse_config(text, file.string(), file.parent_path());
}

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" ||
         (address.starts_with("127.") && address.find_first_not_of("0123456789.") == std::string_view::npos);
}

Status check(const Config& config) {
  if (config.key_file.empty() && !is_loopback(config.http.address))
    return base::fail(
        Code::invalid_argument, "others can reach " + config.http.address + ", and there is no key file",
        "make keys with genkai key create --key-file FILE and name the file with --key-file, or "
        "listen on 127.0.0.1");
  if (config.key_file.empty() && config.gateway.admin_routes)
    return base::fail(Code::invalid_argument, "admin_routes need a key file: only keys have the role admin",
                      "make one with genkai key create --role admin --key-file FILE");
  const std::string& wanted = config.gateway.default_model;
  if (!wanted.empty() && std::none_of(config.models.begin(), config.models.end(),
                                      [&](const auto& one) { return one.name == wanted; }))
    return base::fail(Code::invalid_argument, "the default model " + wanted + " is not among the models",
                      "add [models." + wanted + "] or name another one");
  return {};
}

}  // namespace genkai::app
