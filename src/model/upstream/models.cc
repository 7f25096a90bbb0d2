#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <unordered_map>

#include "model/upstream/builtin_transport.h"
#include "model/upstream/chat_model.h"
#include "model/upstream/llama_transport.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Result;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// "[::1]" of "[::1]:8000", "host" of "host:8000" and of "host"; the rest is empty or a colon and a port.
std::pair<std::string_view, std::string_view> host_and_port(std::string_view authority) {
  const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return {{}, authority};
  const auto colon = std::min(authority.find(':', bracket), authority.size());
  return {authority.substr(0, colon), authority.substr(colon)};
}

bool is_port(std::string_view text) {
  if (text.empty()) return true;
  text.remove_prefix(1);
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::atoi(std::string(text).c_str()) <= 65'535;
}

using ByName = std::unordered_map<std::string, Upstream*>;

// `upstream` and its fallbacks, theirs after them, each once. `path` is how we came here.
base::Status follow(Upstream* upstream, const ByName& by_name, std::vector<std::string>& path,
                    std::vector<Upstream*>& chain) {
  const std::string& name = upstream->options().name;
  if (std::find(path.begin(), path.end(), name) != path.end())
    return base::fail(Code::invalid_argument, "model '" + name + "' is, by way of others, its own fallback");
  if (std::find(chain.begin(), chain.end(), upstream) == chain.end()) chain.push_back(upstream);
  path.push_back(name);
  for (const std::string& fallback : upstream->options().fallback) {
    const auto found = by_name.find(fallback);
    if (found == by_name.end())
      return base::fail(Code::invalid_argument,
                        "model '" + name + "' names a fallback '" + fallback + "' that is not configured");
    GENKAI_RETURN_IF_ERROR(follow(found->second, by_name, path, chain));
  }
  path.pop_back();
  return {};
}

}  // namespace

Result<UpstreamOptions> parse_model_url(std::string_view url) {
  if (is_builtin(url)) return builtin_model(url);
  if (is_llama(url)) return llama_model(url);
  const std::string hint = "write http://host:port/v1#name";
  // The URL itself is in no message: it may hold a password.
  const auto wrong = [&hint](const char* what) {
    return base::fail(Code::invalid_argument, std::string("the model's URL ") + what, hint);
  };
  const auto hash = url.find('#');
  const std::string_view place = url.substr(0, hash);
  const std::string_view model = hash == std::string_view::npos ? std::string_view() : url.substr(hash + 1);
  const auto scheme_end = place.find("://");
  if (scheme_end == std::string_view::npos) return wrong("does not begin with http:// or https://");
  const std::string scheme = lower_case(place.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") return wrong("does not begin with http:// or https://");
  if (!is_plain(url)) return wrong("has a character that no URL may have");
  const std::string_view rest = place.substr(scheme_end + 3);
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  std::string_view path = rest.substr(slash);
  if (rest.find('@') != std::string_view::npos)
    return base::fail(Code::invalid_argument, "the model's URL holds a user name or password",
                      "put the key into the environment variable GENKAI_API_KEY");
  if (rest.find('?') != std::string_view::npos) return wrong("has a query");
  const auto [host, port] = host_and_port(authority);
  if (host.empty()) return wrong("has no host");
  if (!is_port(port)) return wrong("has a port that is none");
  while (path.ends_with('/')) path.remove_suffix(1);

  UpstreamOptions options;
  options.base_url = scheme + "://" + std::string(authority) + std::string(path.empty() ? "/v1" : path);
  options.model = model;
  options.name = model.empty() ? authority : model;
  options.key = environment("GENKAI_API_KEY");
  if (options.key.empty() && lower_case(host) == "api.openai.com")
    options.key = environment("OPENAI_API_KEY");
  return options;
}

Result<std::unique_ptr<Models>> Models::create(std::vector<UpstreamOptions> options,
                                               std::shared_ptr<Transport> transport) {
  auto models = std::make_unique<Models>();
  ByName by_name;
  for (UpstreamOptions& one : options) {
    const std::string name = one.name;
    if (name.empty()) return base::fail(Code::invalid_argument, "a model without a name is configured");
    if (!is_plain(one.key))
      return base::fail(Code::invalid_argument,
                        "the key of model '" + name + "' has a space or line break in it");
    while (one.base_url.ends_with('/')) one.base_url.pop_back();
    models->upstreams_.push_back(std::make_unique<Upstream>(std::move(one), transport));
    if (!by_name.emplace(name, models->upstreams_.back().get()).second)
      return base::fail(Code::invalid_argument, "two models are called '" + name + "'");
  }
  for (const auto& upstream : models->upstreams_) {
    std::vector<std::string> path;
    std::vector<Upstream*> chain;
    GENKAI_RETURN_IF_ERROR(follow(upstream.get(), by_name, path, chain));
    models->models_.push_back(std::make_unique<ChatModel>(std::move(chain)));
  }
  return models;
}

ChatModel* Models::find(std::string_view name) const {
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [name](const auto& model) { return model->name() == name; });
  return found == models_.end() ? nullptr : found->get();
}

std::vector<ChatModel*> Models::all() const {
  std::vector<ChatModel*> all;
  for (const auto& model : models_) all.push_back(model.get());
  return all;
}

}  // namespace genkai::model
