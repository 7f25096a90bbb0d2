#include "model/upstream/curl_request.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

namespace genkai::model {

using base::Code;
using base::Error;
using base::fail;
using base::Status;

namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string value = text;
  curl_free(text);
  return value;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
}

/// A token of RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
  });
}

bool is_same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string duration_text(std::chrono::milliseconds time) {
  const auto count = time.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

}  // namespace

CurlRequest::CurlRequest(HttpRequest request) : request_(std::move(request)), easy_(curl_easy_init()) {}

Status CurlRequest::prepare(const TransportOptions& options) {
  if (!easy_) return fail(Code::resource_exhausted, "there is no memory for another request");
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail_.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A transfer that is given up leaves its name lookup behind instead of waiting for it.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  GENKAI_RETURN_IF_ERROR(set_url());
  GENKAI_RETURN_IF_ERROR(set_method());
  GENKAI_RETURN_IF_ERROR(set_headers());
  GENKAI_RETURN_IF_ERROR(set_proxy_and_tls(options));
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
  // Curl's own limit also says how long it tries each address of a name.
  const auto connect =
      std::clamp<std::chrono::milliseconds::rep>(request_.connect_timeout.count(), 1, 24L * 60 * 60 * 1000);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect));
  return {};
}

Status CurlRequest::set_url() {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  // The URL itself stays out of the message: its query may hold a key.
  const auto refuse = [](std::string_view why) {
    return fail(Code::invalid_argument, "the URL cannot be called: " + std::string(why),
                "write it as http://host:port/path or https://host/path");
  };
  if (!url) return refuse("no memory");
  if (const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, request_.url.c_str(), 0);
      code != CURLUE_OK)
    return refuse(curl_url_strerror(code));
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return refuse("its scheme is neither http nor https");
  if (!url_part(url.get(), CURLUPART_USER).empty() || !url_part(url.get(), CURLUPART_PASSWORD).empty())
    return refuse("there is a user or password in it");
  const std::string host = url_part(url.get(), CURLUPART_HOST);
  where_ = host + ":" + url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  secure_ = scheme == "https";
  loopback_ = is_loopback(host);
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  return {};
}

Status CurlRequest::set_method() {
  CURL* easy = easy_.get();
  const std::string& method = request_.method;
  if (!is_token(method)) return fail(Code::invalid_argument, "the HTTP method is not one word");
  if (method == "GET" && request_.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (method == "POST" || !request_.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
    if (method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  return {};
}

Status CurlRequest::set_headers() {
  curl_slist* list = nullptr;
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) return false;
    list = longer;
    return true;
  };
  bool agent = false, content_type = false, complete = true;
  Status refused;
  for (const auto& [name, value] : request_.headers) {
    if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      refused =
          fail(Code::invalid_argument, "a request header has a character that HTTP does not allow" +
                                           (is_token(name) ? " in the value of " + name : std::string()));
      break;
    }
    agent |= is_same_name(name, "User-Agent");
    content_type |= is_same_name(name, "Content-Type");
    // "Name;" is curl's way to send a header without a value.
    complete &= append(value.empty() ? name + ";" : name + ": " + value);
  }
  complete &= append("Expect:");
  if (!content_type) complete &= append("Content-Type:");  // curl would call a body a form
  if (!agent) complete &= append("User-Agent: genkai");
  headers_.reset(list);
  GENKAI_RETURN_IF_ERROR(refused);
  if (!complete) return fail(Code::resource_exhausted, "there is no memory for another request");
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, list);
  return {};
}

Status CurlRequest::set_proxy_and_tls(const TransportOptions& options) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!options.proxy.empty()) {
    if (curl_easy_setopt(easy, CURLOPT_PROXY, options.proxy.c_str()) != CURLE_OK)
      return fail(Code::invalid_argument, "the proxy's URL is malformed");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
    if (url && curl_url_set(url.get(), CURLUPART_URL, options.proxy.c_str(), CURLU_GUESS_SCHEME) == CURLUE_OK)
      proxy_ =
          url_part(url.get(), CURLUPART_HOST) + ":" + url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  } else if (loopback_) {
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // http_proxy is never meant for this machine
  }
  if (!secure_) return {};
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);  // rather a stream of an HTTP/2 connection than one more
  if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options.verify_tls ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options.verify_tls ? 2L : 0L);
  return {};
}

Error CurlRequest::explain(CURLcode code, Phase phase) const {
  const std::string reason = detail_[0] != '\0' ? detail_.data() : curl_easy_strerror(code);
  const std::string through = proxy_.empty() ? "" : " through the proxy " + proxy_;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return explain_timeout(phase, false);
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Code::unavailable, "there is no address for " + where_, "is the name spelled right?"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Code::unavailable, "there is no address for the proxy on the way to " + where_,
              "check the proxy's name"};
    case CURLE_COULDNT_CONNECT: {
      long number = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
      return {Code::unavailable,
              "cannot connect to " + where_ + through + ": " +
                  (number != 0 ? std::string(std::strerror(static_cast<int>(number))) : reason),
              "is the server running?"};
    }
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Code::unavailable, where_ + " could not prove who it is: " + reason,
              "name the PEM file of its certificate authority (ca_file)"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      return {Code::unavailable, "no TLS connection to " + where_ + through + ": " + reason,
              "does the server speak https on this port?"};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return {Code::corrupt, where_ + " does not answer in HTTP: " + reason,
              "is it the right port, and http or https as the server expects?"};
    case CURLE_OUT_OF_MEMORY:
      if (phase != Phase::receiving) return explain_limit("headers", request_.header_limit);
      break;
    default:
      break;
  }
  if (phase == Phase::receiving)
    return {Code::unavailable, "the answer of " + where_ + " was cut short: " + reason,
            "the server or something on the way closed the connection"};
  return {Code::unavailable, "no answer from " + where_ + through + ": " + reason, "is the server running?"};
}

Error CurlRequest::explain_timeout(Phase phase, bool whole) const {
  if (whole)
    return {Code::deadline_exceeded, "the answer of " + where_ + " was not complete by its deadline", ""};
  switch (phase) {
    case Phase::connecting:
      return {Code::deadline_exceeded,
              "no connection to " + where_ + " within " + duration_text(request_.connect_timeout),
              "is the server reachable from here?"};
    case Phase::waiting:
      return {Code::deadline_exceeded,
              where_ + " did not begin to answer within " + duration_text(request_.headers_timeout),
              "is the server overloaded, or still loading the model?"};
    case Phase::receiving:
      break;
  }
  return {
      Code::deadline_exceeded,
      where_ + " sent nothing for " + duration_text(request_.idle_timeout) + " in the middle of its answer",
      ""};
}

Error CurlRequest::explain_limit(std::string_view what, std::size_t bytes) const {
  return {Code::resource_exhausted,
          "the " + std::string(what) + " of the answer of " + where_ + " passed the limit of " +
              std::to_string(bytes) + " bytes",
          ""};
}

}  // namespace genkai::model
